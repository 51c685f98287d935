// Columns of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace topknot {

/// Rows of cells as lines, each column as wide as its widest cell and two blanks from the next. The
/// columns whose letter in `alignment` is `r` end, and the others begin, below each other. No line
/// ends with a blank.
std::string tableText(const std::vector<std::vector<std::string>>& rows,
                      std::string_view alignment);

/// `1.250`: three decimals, whatever the locale.
std::string thousandths(double number);

}  // namespace topknot
