// Other programs, which read what the library wrote.
#include "graph/support/programs.h"

#include <cstdio>
#include <stdexcept>

namespace topknot {

bool isJson(const std::string& text) {
  std::FILE* const python = ::popen("python3 -m json.tool > /dev/null 2>&1", "w");
  if (!python) throw std::runtime_error("python3 cannot be started");
  std::fwrite(text.data(), 1, text.size(), python);
  return ::pclose(python) == 0;
}

}  // namespace topknot
