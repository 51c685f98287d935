// Texts that other libraries give, or do not give.
#pragma once

#include <string>
#include <string_view>

namespace topknot {

/// What a library says, or `otherwise` where it returned a null pointer or an empty text. A
/// std::string that is made of a null pointer ends the process.
inline std::string textOr(const char* text, std::string_view otherwise) {
  return text != nullptr && *text != '\0' ? std::string(text) : std::string(otherwise);
}

}  // namespace topknot
