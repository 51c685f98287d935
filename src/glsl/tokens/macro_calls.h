// Calls of macros that go over several lines, put on one.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace topknot::glsl {

/// A text in which no call of a macro goes on in the next line: some drivers lose count of the
/// lines behind it. The lines that this frees stay, empty.
class OneLineCalls {
 public:
  /// `mayJoin[i]`: whether line i may be joined with others. The text has no comments there.
  OneLineCalls(std::string_view text, std::vector<bool> mayJoin);

  std::string text() const;
  /// How many lines of the original are in this one: 1, or more with those after it. From 0.
  int span(std::size_t line) const { return line < spans_.size() ? spans_[line] : 1; }
  std::string_view line(std::size_t line) const {
    return line < lines_.size() ? std::string_view(lines_[line]) : std::string_view();
  }
  /// True if the text defines a macro of that name.
  bool isMacro(std::string_view word) const { return names_.contains(word); }

 private:
  void define(std::string_view line);
  /// How many more lines a call that begins in this one needs.
  std::size_t wanted(std::size_t line) const;
  /// The same for a call whose macro's name stands before `rest`, and that goes on in `next`.
  std::size_t linesOfCall(std::string_view rest, std::size_t next, bool function) const;

  std::vector<std::string> lines_;
  std::vector<int> spans_;
  std::set<std::string, std::less<>> names_, functions_;
  std::vector<bool> mayJoin_;
};

}  // namespace topknot::glsl
