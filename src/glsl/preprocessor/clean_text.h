// A text as the first two phases of translation leave it: whole lines without comments.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

/// A text in which each comment is one blank, lines that a backslash continues are one line, and
/// every line ends with `\n`, however it ended before (LF, CR, CRLF). A byte order mark at the
/// beginning is left out. Knows where each of its bytes stood.
class CleanText {
 public:
  /// `file` is what places say.
  CleanText(std::string_view raw, int file);

  const std::string& text() const { return text_; }
  Place placeOf(std::size_t at) const;
  /// Where a comment begins that never ends.
  std::optional<Place> openComment() const { return openComment_; }

 private:
  class Cursor;
  /// From that byte of the text on, each byte stands one column behind the one before it.
  struct Mark {
    std::size_t at;
    int line, column;
  };

  void take(Cursor& cursor);
  void add(char c, int line, int column);

  std::string text_;
  std::vector<Mark> marks_;
  int file_;
  std::optional<Place> openComment_;
};

}  // namespace topknot::glsl
