// Numbers that a parameter holds as a text, or as the name of a file with them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace topknot {

/// Numbers with blanks, commas, semicolons or brackets between them; false if there is more.
bool readNumbers(std::string_view text, std::vector<double>& numbers);

/// Rows are samples or elements, columns channels or components.
struct NumberTable {
  std::string title;               // a word with a colon behind it, ahead of the names
  std::vector<std::string> names;  // of a row of words ahead of the numbers; empty: there is none
  int columns = 0;
  std::vector<double> numbers;  // row after row

  int rows() const { return columns == 0 ? 0 : static_cast<int>(numbers.size()) / columns; }
};

/// The tables that a text holds: rows end with lines or semicolons, numbers have blanks, tabs or
/// commas between them; each row of words, such as `point: P(0) P(1) P(2)`, begins another table.
/// Throws Error with a sentence about the row that is wrong.
std::vector<NumberTable> tablesIn(std::string_view text);

/// What a parameter names, read when that changes: a text of numbers, or the path of a file with
/// such a text.
class HeldTables {
 public:
  /// Throws Error as `tablesIn` does, and if there is no such file.
  const std::vector<NumberTable>& of(const std::string& text);
  /// The only table there, which has neither title nor names. Throws Error if there is more.
  const NumberTable& plain(const std::string& text);

 private:
  bool read_ = false;
  std::string text_, failure_;
  std::vector<NumberTable> tables_;
};

}  // namespace topknot
