// Tokens, written down as a text again.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

/// Lines of which each holds the tokens of one line of the original, at their old columns as far
/// as no macro stood before them.
struct WrittenLines {
  std::vector<std::string> lines;
  /// Up to which byte each is as it was.
  std::vector<std::size_t> plain;
};

/// Of one file, into as many lines as it has. What a macro's body gives stands where the macro was
/// used, its arguments in their own lines.
WrittenLines written(std::span<const Token> tokens, int file, std::size_t lines);

/// All in one line, with blanks only where they are needed.
std::string writtenPlain(std::span<const Token> tokens);

}  // namespace topknot::glsl
