// Which identifier a driver's message is about.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "glsl/log/shader_log.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

/// The identifier with which the text begins.
std::string_view leadingWord(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && base::isWordCharacter(text[end])) ++end;
  if (end == 0 || base::isDigit(text.front())) return {};
  return text.substr(0, end);
}

bool isTypeWord(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kShaped = {"vec",  "ivec", "uvec", "bvec",
                                                              "dvec", "mat",  "dmat"};
  for (const std::string_view stem : kShaped) {
    if (word.starts_with(stem) && word.size() > stem.size() && base::isDigit(word[stem.size()])) {
      return true;
    }
  }
  static constexpr std::array<std::string_view, 10> kSampled = {
      "sampler1D", "sampler2D", "sampler3D", "samplerCube", "samplerBuffer",
      "image1D",   "image2D",   "image3D",   "imageCube",   "imageBuffer"};
  if (word.starts_with('i') || word.starts_with('u')) {
    const std::string_view plain = word.substr(1);
    if (plain.starts_with("sampler") || plain.starts_with("image")) word = plain;
  }
  return std::any_of(kSampled.begin(), kSampled.end(),
                     [&](std::string_view type) { return word.starts_with(type); });
}

/// Words of the language, and those that compilers put in quotes for what somebody does.
bool isReserved(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"float",   "int",    "uint",     "bool",   "double",      "void",     "const",  "in",
       "out",     "inout",  "uniform",  "buffer", "shared",      "return",   "if",     "else",
       "for",     "while",  "do",       "switch", "case",        "default",  "break",  "continue",
       "discard", "struct", "layout",   "flat",   "smooth",      "centroid", "highp",  "mediump",
       "lowp",    "true",   "false",    "assign", "constructor", "varying",  "sample", "attribute",
       "precise", "patch",  "invariant"});
  return isTypeWord(word) || std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// `float f(int)`, `a[3]`, `v.x`: f, a, v; of what is no identifier and none of these, nothing.
std::string_view named(std::string_view quoted) {
  std::string_view word = leadingWord(quoted);
  while (word.size() < quoted.size() && quoted[word.size()] == ' ' && isReserved(word)) {
    quoted.remove_prefix(word.size() + 1);  // a function's type
    word = leadingWord(quoted);
  }
  const bool whole = word.size() == quoted.size();
  const bool follows = !whole && std::string_view("([.").find(quoted[word.size()]) < 3;
  return (whole || follows) && !isReserved(word) ? word : std::string_view();
}

/// `Undeclared identifier: foo`: AMD's way.
std::string_view nameAtEnd(std::string_view message) {
  const std::size_t colon = message.rfind(": ");
  if (colon == std::string_view::npos) return {};
  const std::string_view last = message.substr(colon + 2);
  return leadingWord(last).size() == last.size() && !isReserved(last) ? last : std::string_view();
}

}  // namespace

std::string nameIn(std::string_view message) {
  for (std::size_t at = 0; at < message.size(); ++at) {
    const char open = message[at];
    if (open != '`' && open != '\'' && open != '"') continue;
    if (at > 0 && base::isWordCharacter(message[at - 1])) continue;  // an apostrophe
    const std::size_t end = message.find(open == '`' ? '\'' : open, at + 1);
    if (end == std::string_view::npos) break;
    const std::string_view found = named(message.substr(at + 1, end - at - 1));
    if (!found.empty()) return std::string(found);
    at = end;
  }
  return std::string(nameAtEnd(message));
}

}  // namespace topknot::glsl
