// TOPs that a parameter names.
#pragma once

#include <string>
#include <vector>

#include "topknot/op.h"

namespace topknot {

/// What the names in a parameter lead to; blanks are between names, a slash may lead.
struct NamedTops {
  std::vector<Op*> ops;
  std::vector<std::string> warnings;  // one for each name that is no TOP of the graph
};
NamedTops namedTops(const Op& reader, const Parameter& parameter);

}  // namespace topknot
