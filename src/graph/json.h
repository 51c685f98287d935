// Texts and numbers as JSON has them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace topknot {

/// In double quotes, escaped. Bytes that are no UTF-8 become U+FFFD.
std::string jsonText(std::string_view text);

/// Whatever the locale; null if it is not finite.
std::string jsonNumber(double number);

/// An array of texts.
std::string jsonTexts(std::span<const std::string> texts);

}  // namespace topknot
