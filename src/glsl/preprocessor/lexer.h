// Splits text into words, numbers and signs.
#pragma once

#include <string_view>
#include <vector>

#include "glsl/preprocessor/clean_text.h"
#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

/// How many bytes the token takes that begins the text, which is no blank: `1.5e-3` and `<<=` are
/// one each.
std::size_t tokenLength(std::string_view text);
Token::Kind kindOf(std::string_view token);

/// Appends the tokens of the line that goes from `begin` to `end`.
void readTokens(const CleanText& text, std::size_t begin, std::size_t end, std::vector<Token>& out);

/// True if the two would be read as something else where no blank parts them: `-` and `-`.
bool wouldJoin(std::string_view left, std::string_view right);

}  // namespace topknot::glsl
