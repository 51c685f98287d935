// Functions of the library's own in the place of GLSL's, where drivers fall short of the dialect.
#include "glsl/rewriting/polyfills.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "glsl/check/shader_declarations.h"
#include "glsl/rewriting/builtin_overloads.h"
#include "glsl/rewriting/image_calls.h"
#include "glsl/rewriting/sampler_arrays.h"
#include "glsl/rewriting/sampler_calls.h"
#include "glsl/rewriting/sampler_macros.h"
#include "glsl/tokens/shader_tokens.h"
#include "glsl/tokens/text_edits.h"

namespace topknot::glsl {

namespace {

constexpr std::string_view kPrefix = "tk_";

struct Word {
  std::string_view ours, theirs;
};
constexpr Word kWords[] = {{"TDFragColor", "gl_FragColor"}};

/// `texture_2D`, `textureOffset_2D_3`: behind the name, and the kind of sampler. Empty: none.
std::string_view kindIn(std::string_view word, std::size_t& nameEnd) {
  constexpr std::string_view kKinds[] = {"_2DArray", "_2D", "_3D", "_Cube"};
  for (const std::string_view kind : kKinds) {
    const std::size_t at = word.rfind(kind);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view rest = word.substr(at + kind.size());
    const bool counted = rest.size() == 2 && rest[0] == '_' && base::isDigit(rest[1]);
    if (!rest.empty() && !counted) continue;
    nameEnd = at;
    return kind.substr(1);
  }
  return {};
}

/// What stands for the word at `at`, whose length it may raise by that of an index's type.
std::string theirs(std::string_view message, std::size_t at, std::size_t& length) {
  std::string_view word = message.substr(at, length);
  for (const Word& each : kWords) {
    if (word == each.ours) return std::string(each.theirs);
  }
  if (!word.starts_with(kPrefix)) return std::string(word);
  word.remove_prefix(kPrefix.size());
  std::size_t nameEnd = word.size();
  const std::string_view kind = kindIn(word, nameEnd);
  std::string text(word.substr(0, nameEnd));
  if (kind.empty()) return text;
  const std::string_view behind = message.substr(at + length);
  for (const std::string_view index : {"(int", "(uint"}) {
    const bool whole = behind.size() > index.size() && !base::isWordCharacter(behind[index.size()]);
    if (!behind.starts_with(index) || !whole) continue;
    length += index.size();
    return text + "(sampler" + std::string(kind);
  }
  return text;
}

}  // namespace

std::string inUsersWords(std::string message) {
  std::string out;
  for (std::size_t at = 0; at < message.size();) {
    std::size_t length = 0;
    while (at + length < message.size() && base::isWordCharacter(message[at + length])) ++length;
    if (length == 0) {
      out += message[at++];
      continue;
    }
    out += theirs(message, at, length);
    at += length;
  }
  return out;
}

void useUsersWords(std::vector<Diagnostic>& messages) {
  for (Diagnostic& message : messages) {
    std::string text = inUsersWords(message.message);
    if (text == message.message) continue;
    message.message = std::move(text);
    message.name = nameIn(message.message);
    message.column = 0;  // of a line that is not the user's
  }
}

WithPolyfills withPolyfills(const MappedSource& given, const Declarations& declared,
                            const std::array<int, kDimensions>& inputs) {
  const std::string plain = withoutSamplerArrays(withoutSamplerMacros(given.userCode()));
  const bool same = plain == given.userCode();
  const MappedSource user = same ? given : given.withUserCode(plain);
  std::vector<TextEdit> edits;
  std::string functions = replaceSamplerCalls(user.userCode(), inputs, edits);
  functions += replaceImageCalls(user.userCode(), edits);
  functions += replaceOverloads(user.userCode(), same ? declared : declarationsOf(user), edits);
  if (edits.empty()) return {user, {}};
  return {user.withUserCode(applied(user.userCode(), std::move(edits))), std::move(functions)};
}

}  // namespace topknot::glsl
