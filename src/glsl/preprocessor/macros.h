// The macros that are defined at one place of a shader.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

struct Macro {
  bool takesArguments = false;
  mutable bool active = false;  // is being expanded: its name stands for nothing in there
  std::vector<std::string_view> parameters;
  std::vector<Token> body;

  /// Which parameter that is; -1 if it is none.
  int parameter(const Token& token) const;
  /// True if both are written with the same tokens, parted at the same places.
  bool sameAs(const Macro& other) const;
};
using MacroPtr = std::shared_ptr<const Macro>;

/// Thread: one at a time.
class MacroTable {
 public:
  /// A macro that the compiler brings along, such as `GL_core_profile`; users may not change it.
  void addBuiltin(const std::string& name, const std::string& value);

  /// Takes the tokens behind `#define`. Returns what is wrong about them, and defines nothing then.
  /// `anew`: a macro of that name may be another one already.
  std::string define(std::span<const Token> tokens, bool anew = false);
  /// Takes the tokens behind `#undef`.
  std::string undefine(std::span<const Token> tokens);

  MacroPtr find(std::string_view name) const;
  /// True for those that `find` finds, and for `__LINE__` and `__FILE__`.
  bool isDefined(std::string_view name) const;
  /// The names of those that are no builtins.
  std::vector<std::string> names() const;

  /// Keeps a text as long as the table lives.
  std::string_view keep(std::string text);

 private:
  std::string nameFault(std::span<const Token> tokens, std::string_view directive) const;

  std::unordered_map<std::string_view, MacroPtr> macros_;
  std::set<std::string_view> builtins_;
  std::deque<std::string> texts_;
};

}  // namespace topknot::glsl
