// Which words of a shader stand for one and the same number wherever they are mentioned.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

/// Macros and constants whose values are made of numbers. The code and its tokens (`tokenize`)
/// have to outlive it.
class ConstantNames {
 public:
  ConstantNames(std::string_view code, const Tokens& tokens);

  bool isConstant(std::size_t at) const;
  /// All tokens from `first` up to `end`.
  bool areConstant(std::size_t first, std::size_t end) const;

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  void define(std::size_t at);
  void declare(std::size_t at);

  std::string_view code_;
  const Tokens& tokens_;
  std::map<std::string_view, std::vector<std::size_t>> bodies_;
  std::set<std::string_view> varying_;
};

}  // namespace topknot::glsl
