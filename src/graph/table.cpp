// Columns of text.
#include "graph/table.h"

#include <algorithm>
#include <charconv>

namespace topknot {
namespace {

// Characters, not bytes.
std::size_t widthOf(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::string tableText(const std::vector<std::vector<std::string>>& rows,
                      std::string_view alignment) {
  std::vector<std::size_t> widths(alignment.size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string blanks(widths[i] - widthOf(row[i]), ' ');
      line += line.empty() ? "" : "  ";
      line += alignment[i] == 'r' ? blanks + row[i] : row[i] + blanks;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string thousandths(double number) {
  char buffer[400];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, 3);
  return std::string(buffer, end.ptr);
}

}  // namespace topknot
