// TOPs that a parameter names.
#include "top/parameters/named_tops.h"

#include <sstream>

#include "topknot/graph.h"

namespace topknot {

NamedTops namedTops(const Op& reader, const Parameter& parameter) {
  NamedTops found;
  const std::string text = parameter.value().text();
  if (text.empty()) return found;
  std::istringstream names(text);
  for (std::string name; names >> name;) {
    Op* const op = reader.graph().find(name);
    if (op != nullptr && op->isTOP()) {
      found.ops.push_back(op);
    } else {
      found.warnings.push_back("Invalid path for node \"" + reader.path() +
                               "\" referenced by parameter \"" + parameter.label() + "\"");
    }
  }
  return found;
}

}  // namespace topknot
