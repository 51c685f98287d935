// A text as the first two phases of translation leave it: whole lines without comments.
#include "glsl/preprocessor/clean_text.h"

#include <algorithm>

namespace topknot::glsl {

/// Walks over the bytes of a text. Lines that a backslash continues look like one to it.
class CleanText::Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) { skipContinuations(); }

  bool ended() const { return at_ >= text_.size(); }
  char here() const { return ended() ? '\0' : text_[at_]; }
  bool atLineEnd() const { return here() == '\n' || here() == '\r'; }
  int line() const { return line_; }
  int column() const { return static_cast<int>(at_ - lineStart_) + 1; }

  /// True if those two signs stand here.
  bool startsWith(char first, char second) const {
    if (here() != first) return false;
    Cursor next = *this;
    next.advance();
    return !next.ended() && next.here() == second;
  }

  void advance() {
    if (atLineEnd()) {
      passLineEnd();
    } else {
      ++at_;
    }
    skipContinuations();
  }

 private:
  void skipContinuations() {
    while (at_ + 1 < text_.size() && text_[at_] == '\\' &&
           (text_[at_ + 1] == '\n' || text_[at_ + 1] == '\r')) {
      ++at_;
      passLineEnd();
    }
  }

  void passLineEnd() {
    at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
    lineStart_ = at_;
    ++line_;
  }

  std::string_view text_;
  std::size_t at_ = 0, lineStart_ = 0;
  int line_ = 1;
};

CleanText::CleanText(std::string_view raw, int file) : file_(file) {
  if (raw.starts_with("\xEF\xBB\xBF")) raw.remove_prefix(3);
  text_.reserve(raw.size() + 1);
  Cursor cursor(raw);
  while (!cursor.ended()) take(cursor);
  if (!text_.empty() && text_.back() != '\n') text_ += '\n';
}

/// One byte of code, or a comment.
void CleanText::take(Cursor& cursor) {
  const int line = cursor.line(), column = cursor.column();
  if (cursor.startsWith('/', '/')) {
    while (!cursor.ended() && !cursor.atLineEnd()) cursor.advance();
    return add(' ', line, column);
  }
  if (!cursor.startsWith('/', '*')) {
    add(cursor.atLineEnd() ? '\n' : cursor.here(), line, column);
    return cursor.advance();
  }
  cursor.advance();
  cursor.advance();
  while (!cursor.ended() && !cursor.startsWith('*', '/')) cursor.advance();
  if (cursor.ended()) openComment_ = Place{file_, line, column};
  cursor.advance();
  cursor.advance();
  add(' ', line, column);
}

void CleanText::add(char c, int line, int column) {
  const std::size_t at = text_.size();
  const bool follows = !marks_.empty() && marks_.back().line == line &&
                       marks_.back().column + static_cast<int>(at - marks_.back().at) == column;
  if (!follows) marks_.push_back({at, line, column});
  text_ += c;
}

Place CleanText::placeOf(std::size_t at) const {
  const auto after =
      std::upper_bound(marks_.begin(), marks_.end(), at,
                       [](std::size_t value, const Mark& mark) { return value < mark.at; });
  if (after == marks_.begin()) return {file_, 1, 1};
  const Mark& mark = *std::prev(after);
  return {file_, mark.line, mark.column + static_cast<int>(at - mark.at)};
}

}  // namespace topknot::glsl
