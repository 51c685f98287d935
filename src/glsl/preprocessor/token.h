// The words and signs that a shader's text consists of, each with its place.
#pragma once

#include <string_view>

namespace topknot::glsl {

/// A byte of a text: which of the files it is in, and its line and column, both counted from 1.
struct Place {
  int file = 0;
  int line = 0;
  int column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Token {
  /// A `Directive` is a whole line that is passed on to the compiler, such as `#extension …`.
  enum class Kind : unsigned char { Word, Number, Sign, Directive };

  std::string_view text;  // lies in what keeps the text: a CleanText, or a MacroTable
  Place place = {};       // for what a macro's body gives: where the macro was used
  Kind kind = Kind::Sign;
  bool gap = false;      // there are blanks before it
  bool made = false;     // an expansion gave it: a macro's body or one of its arguments
  bool painted = false;  // a macro's name within its own expansion, which is never expanded again

  bool is(std::string_view sign) const { return text == sign; }
  bool isWord() const { return kind == Kind::Word; }
};

}  // namespace topknot::glsl
