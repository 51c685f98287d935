// What drivers say about shaders, in one shape for all of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace topknot::gl {

/// One message about a shader. `line` counts from 1; 0 where the driver names no place.
struct Diagnostic {
  bool error = true;  // else a warning
  std::string file;   // what the user calls the text
  int line = 0;
  int column = 0;  // 0 if not known
  std::string message;
};

/// Reads a compiler's or linker's log. `line` is that of the text which the driver saw; `file` is
/// left empty. Understands Mesa `0:12(5): error: …`, NVIDIA `0(12) : error C1008: …`, AMD, Intel
/// and glslang `ERROR: 0:12: …`, and messages without a place. At most 100 messages are kept.
std::vector<Diagnostic> parseShaderLog(std::string_view log);

}  // namespace topknot::gl
