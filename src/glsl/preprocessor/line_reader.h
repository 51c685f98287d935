// Reads the live lines of a text and of what it includes, and obeys its directives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/preprocessor/conditions.h"
#include "glsl/preprocessor/expander.h"
#include "glsl/preprocessor/preprocessor.h"

namespace topknot::glsl {

/// The tokens of live lines, not expanded yet. Directives are obeyed when the line behind them is
/// asked for; those that are passed on go straight to the preprocessor's tokens.
class LineReader : public TokenSource {
 public:
  LineReader(Preprocessor& all, const Source& source) : all_(all) { enter(source, std::nullopt); }

  std::optional<Token> next() override;
  const Token* peek() override;
  int lineAt(Place place) const override;
  int fileAt(Place place) const override;

 private:
  /// A file that is being read.
  struct Open {
    int file;
    const CleanText* text;
    std::size_t at = 0;
    Conditions conditions;
  };
  using Tokens = std::vector<Token>;

  void enter(const Source& source, std::optional<Place> from);
  void leave();
  bool nextLine();
  bool atDirective() const;
  std::size_t lineEnd() const;
  bool directive(std::size_t begin, std::size_t end);
  void skip(std::size_t begin, std::size_t end);
  bool conditional(std::string_view name, const Tokens& line);
  bool holds(std::string_view name, const Tokens& line);
  bool isDefined(const Tokens& line);
  void otherwise(bool isElse, const Tokens& line);
  void obey(std::string_view name, const Tokens& line, std::size_t begin, std::size_t end);
  void include(const Tokens& line, std::size_t end);
  void enterInclude(std::string_view wanted, Place place);
  void renumber(const Tokens& line);
  std::string_view textBehind(const Token& token, std::size_t end) const;
  void passOn(const Tokens& line, std::size_t begin, std::size_t end);
  void fault(Place place, std::string message);
  std::string chain() const;

  Preprocessor& all_;
  std::vector<Open> open_;  // the file, and those that it includes
  Tokens line_;
  std::size_t at_ = 0;  // in it
};

}  // namespace topknot::glsl
