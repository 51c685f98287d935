// Which words of a shader stand for one and the same number wherever they are mentioned.
#include "glsl/rewriting/constant_names.h"

#include <algorithm>

#include "base/text.h"

namespace topknot::glsl {

ConstantNames::ConstantNames(std::string_view code, const Tokens& tokens)
    : code_(code), tokens_(tokens) {
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (text(i) == "#" && text(i + 1) == "define") define(i + 2);
    if (text(i) == "int" || text(i) == "uint") declare(i + 1);
  }
  for (const std::string_view name : varying_) bodies_.erase(name);
  const auto varies = [this](const auto& entry) {
    return !std::all_of(entry.second.begin(), entry.second.end(),
                        [this](std::size_t at) { return isConstant(at); });
  };
  while (std::erase_if(bodies_, varies) > 0) {
  }
}

bool ConstantNames::isConstant(std::size_t at) const {
  const std::string_view word = text(at);
  if (!isWord(word) || base::isDigit(word.front())) return true;
  return word == "int" || word == "uint" || word.starts_with("TD_NUM_") || bodies_.contains(word);
}

bool ConstantNames::areConstant(std::size_t first, std::size_t end) const {
  for (; first < end; ++first) {
    if (!isConstant(first)) return false;
  }
  return true;
}

/// `#define NAME body`; a name with several bodies has to be constant with all of them.
void ConstantNames::define(std::size_t at) {
  const auto start = static_cast<std::size_t>(text(at).data() - code_.data());
  const std::size_t end = std::min(code_.find('\n', start), code_.size());
  const bool function = code_.substr(start + text(at).size()).starts_with('(');
  if (function) varying_.insert(text(at));
  auto& body = bodies_[text(at)];
  for (std::size_t i = at + 1; i < tokens_.size() && text(i).data() < code_.data() + end; ++i) {
    if (function && text(i) == ")") break;
    if (function) varying_.insert(text(i));  // a parameter
    body.push_back(i);
  }
}

/// `const int NAME = value`; without the const, it varies.
void ConstantNames::declare(std::size_t at) {
  if (!isWord(text(at))) return;
  if (at < 2 || text(at - 2) != "const" || text(at + 1) != "=") {
    varying_.insert(text(at));
    return;
  }
  auto& body = bodies_[text(at)];
  for (std::size_t i = at + 2; i < tokens_.size() && text(i) != ";" && text(i) != ","; ++i) {
    body.push_back(i);
  }
}

}  // namespace topknot::glsl
