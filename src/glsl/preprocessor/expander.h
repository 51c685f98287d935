// Replaces macros by what they stand for.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "glsl/preprocessor/findings.h"
#include "glsl/preprocessor/macros.h"

namespace topknot::glsl {

/// Where an expander takes its tokens from.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// The next one; nothing at the end.
  virtual std::optional<Token> next() = 0;
  /// The one that `next` will return, as far as it stands before the next directive.
  virtual const Token* peek() = 0;
  /// What `__LINE__` and `__FILE__` are there.
  virtual int lineAt(Place place) const = 0;
  virtual int fileAt(Place place) const = 0;
};

/// Gives the tokens of a list one after the other.
class TokenList : public TokenSource {
 public:
  /// They were taken from `from`, which knows the numbers of their lines and files.
  TokenList(std::span<const Token> tokens, const TokenSource& from)
      : tokens_(tokens), from_(from) {}
  std::optional<Token> next() override;
  const Token* peek() override { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  int lineAt(Place place) const override { return from_.lineAt(place); }
  int fileAt(Place place) const override { return from_.fileAt(place); }

 private:
  std::span<const Token> tokens_;
  const TokenSource& from_;
  std::size_t at_ = 0;
};

/// Gives the tokens of a source with macros expanded, one at a time: of an expansion it holds no
/// more than what is still to come, so that one that never ends takes no memory.
///
///     Expander expander(source, macros, findings);
///     while (const std::optional<Token> token = expander.next()) …
class Expander {
 public:
  Expander(TokenSource& source, MacroTable& macros, Findings& findings, int depth = 0)
      : source_(source), macros_(macros), findings_(findings), depth_(depth) {}
  ~Expander();

  std::optional<Token> next();
  /// The next token as it stands there, for what follows `defined`.
  std::optional<Token> nextPlain();

 private:
  using Tokens = std::vector<Token>;
  /// The rest of an expansion.
  struct Layer {
    MacroPtr macro;
    Tokens tokens;
    std::size_t at = 0;
  };

  void dropEmptyLayers();
  const Token* peek();
  Token numberToken(const Token& name, int number);
  bool enter(const Token& name, const MacroPtr& macro);
  std::optional<std::vector<Tokens>> takeArguments(const Token& name, const Macro& macro);
  Tokens expanded(const Tokens& argument);
  Tokens substituted(const Token& name, const Macro& macro, const std::vector<Tokens>& arguments);
  void join(Tokens& out, const Token& right, Place place);

  TokenSource& source_;
  MacroTable& macros_;
  Findings& findings_;
  int depth_;  // of arguments in arguments
  std::vector<Layer> layers_;
};

}  // namespace topknot::glsl
