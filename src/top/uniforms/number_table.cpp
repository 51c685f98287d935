// Numbers that a parameter holds as a text, or as the name of a file with them.
#include "top/uniforms/number_table.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "graph/messages.h"
#include "io/files/text_file.h"
#include "topknot/error.h"

namespace topknot {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;  // of a file of numbers

std::vector<std::string> wordsIn(std::string_view row) {
  constexpr std::string_view kBetween = " \t\r,";
  std::vector<std::string> words;
  while (true) {
    row.remove_prefix(std::min(row.find_first_not_of(kBetween), row.size()));
    if (row.empty()) return words;
    const std::size_t end = std::min(row.find_first_of(kBetween), row.size());
    words.emplace_back(row.substr(0, end));
    row.remove_prefix(end);
  }
}

bool isNumber(const std::string& word) {
  std::vector<double> number;
  return readNumbers(word, number) && number.size() == 1;
}

/// A row of words: `point: P(0) P(1) P(2)`, or one of both parts.
void addTable(std::vector<NumberTable>& tables, std::vector<std::string> words) {
  NumberTable& table = tables.emplace_back();
  if (words.front().ends_with(':')) {
    table.title = words.front().substr(0, words.front().size() - 1);
    words.erase(words.begin());
  }
  table.names = std::move(words);
}

/// One row, appended to its table.
void addRow(std::vector<NumberTable>& tables, std::vector<std::string> words, int row) {
  const auto where = [row] { return "row " + std::to_string(row) + ": "; };
  if (!isNumber(words.front())) return addTable(tables, std::move(words));
  if (tables.empty()) tables.emplace_back();
  NumberTable& table = tables.back();
  if (table.columns == 0) {
    table.columns = static_cast<int>(table.names.empty() ? words.size() : table.names.size());
  }
  const auto expected = static_cast<std::size_t>(table.columns);
  if (words.size() != expected) {
    throw Error(where() + "expected " + std::to_string(expected) + " numbers as in the rows " +
                "before, found " + std::to_string(words.size()));
  }
  for (const std::string& word : words) {
    if (!readNumbers(word, table.numbers)) {
      throw Error(where() + "expected a number, found " + inQuotes(word));
    }
  }
}

bool isText(const std::string& text) {
  std::vector<double> numbers;
  return text.find('\n') != std::string::npos || readNumbers(text, numbers);
}

}  // namespace

bool readNumbers(std::string_view text, std::vector<double>& numbers) {
  constexpr std::string_view kBetween = " \t\r\n,;[]()";
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (kBetween.find(*at) != std::string_view::npos) {
      ++at;
      continue;
    }
    if (*at == '+' && at + 1 != end && at[1] != '-') ++at;
    double number = 0.0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc()) return false;
    numbers.push_back(number);
    at = read.ptr;
  }
  return true;
}

std::vector<NumberTable> tablesIn(std::string_view text) {
  std::vector<NumberTable> tables;
  for (int row = 1; !text.empty(); ++row) {
    const std::size_t end = std::min(text.find_first_of("\n;"), text.size());
    std::vector<std::string> words = wordsIn(text.substr(0, end));
    if (!words.empty()) addRow(tables, std::move(words), row);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tables;
}

const std::vector<NumberTable>& HeldTables::of(const std::string& text) {
  if (!read_ || text != text_) {
    read_ = true;
    text_ = text;
    failure_.clear();
    tables_.clear();
    try {
      const bool file = !isText(text);
      if (file && !std::filesystem::exists(text)) {
        throw Error("expected numbers, or the path of a file of numbers, found " + inQuotes(text));
      }
      tables_ = tablesIn(file ? io::readTextFile(text, kMaxBytes) : text);
    } catch (const std::exception& failure) {
      failure_ = failure.what();
    }
  }
  if (!failure_.empty()) throw Error(failure_);
  return tables_;
}

const NumberTable& HeldTables::plain(const std::string& text) {
  static const NumberTable kEmpty;
  const std::vector<NumberTable>& tables = of(text);
  if (tables.empty()) return kEmpty;
  const auto isPlain = [](const NumberTable& t) { return t.names.empty() && t.title.empty(); };
  if (tables.size() == 1 && isPlain(tables[0])) return tables[0];
  const NumberTable& other = isPlain(tables[0]) ? tables[1] : tables[0];
  throw Error("expected numbers alone, found " +
              inQuotes(other.title.empty() ? other.names.front() : other.title + ":"));
}

}  // namespace topknot
