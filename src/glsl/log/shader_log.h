// What drivers say about shaders, in one shape for all of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "topknot/diagnostic.h"

namespace topknot::glsl {

/// Reads a compiler's or linker's log. `line` is that of the text which the driver saw, 0 where it
/// names none; `file`, `includedFrom` and `source` are left empty. Understands Mesa
/// `0:12(5): error: …`, NVIDIA `0(12) : error C1008: …`, AMD, Intel and glslang `ERROR: 0:12: …`,
/// and messages without a place. A linker's log may tell of other stages than `stage`. Of what has
/// no severity it depends on `succeeded` whether it is a warning or an error. Repetitions are left
/// out, and what only follows from an unknown name in the same line. At most 100 messages out of 64
/// KiB are kept.
std::vector<Diagnostic> parseShaderLog(std::string_view log,
                                       Diagnostic::Stage stage = Diagnostic::Stage::Pixel,
                                       bool succeeded = false);

/// The identifier that a driver's message is about: the first that it quotes, in any of the
/// drivers' ways; no word of the language's own. Empty if there is none.
std::string nameIn(std::string_view message);

}  // namespace topknot::glsl
