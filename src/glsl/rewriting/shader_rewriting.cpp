// A user's shader text as OpenGL's GLSL knows it.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "glsl/check/shader_declarations.h"
#include "glsl/tokens/shader_tokens.h"
#include "glsl/tokens/text_edits.h"

namespace topknot::glsl {

namespace {

struct Renaming {
  std::string_view from, to;
};

/// Words of the dialect that OpenGL calls otherwise.
constexpr Renaming kRenamings[] = {{"gl_VertexIndex", "gl_VertexID"},
                                   {"gl_InstanceIndex", "gl_InstanceID"},
                                   {"nonuniformEXT", ""},    // indices may differ by pixel anyway
                                   {"__VERSION__", "460"}};  // whatever the driver has
constexpr Renaming kFragColor = {"gl_FragColor", "TDFragColor"};

/// True for a name that is being made: `#define nonuniformEXT(x) x`.
bool isDefined(std::string_view before) {
  const std::size_t last = before.find_last_not_of(" \t");
  return last != std::string_view::npos && before.substr(0, last + 1).ends_with("define");
}

void rename(std::string_view code, const Renaming& renaming, std::vector<TextEdit>& edits) {
  const std::size_t length = renaming.from.size();
  for (std::size_t at = code.find(renaming.from); at != std::string_view::npos;
       at = code.find(renaming.from, at + length)) {
    const std::string_view before = code.substr(0, at), after = code.substr(at + length);
    const bool starts = before.empty() || !base::isWordCharacter(before.back());
    const bool ends = after.empty() || !base::isWordCharacter(after.front());
    if (starts && ends && !isDefined(before)) {
      edits.push_back({at, length, std::string(renaming.to)});
    }
  }
}

/// `#pragma STDGL invariant(all)` is an error in a pixel shader, and says nothing elsewhere.
void dropPragmas(std::string_view code, std::vector<TextEdit>& edits) {
  for (std::size_t at = code.find("STDGL"); at != std::string_view::npos;
       at = code.find("STDGL", at + 1)) {
    const std::size_t line = at == 0 ? 0 : code.find_last_of('\n', at) + 1;
    const std::size_t end = std::min(code.find('\n', at), code.size());
    Tokens words;
    tokenize(code.substr(line, end - line), 0, words);
    if (words.size() > 2 && words[0].text == "#" && words[1].text == "pragma") {
      edits.push_back({line, end - line, ""});
    }
  }
}

}  // namespace

MappedSource rewritten(const MappedSource& user, const Declarations& declared,
                       const std::vector<ConstantValue>& constants) {
  std::vector<TextEdit> edits = declared.edits;
  for (const ConstantDeclaration& constant : declared.constants) {
    const auto given =
        std::find_if(constants.begin(), constants.end(),
                     [&](const ConstantValue& value) { return value.name == constant.name; });
    if (given == constants.end() || constant.valueLength == 0) continue;
    edits.push_back(
        {constant.valueAt, constant.valueLength, constant.type + "(" + given->value + ")"});
  }
  for (const Renaming& renaming : kRenamings) rename(user.userCode(), renaming, edits);
  dropPragmas(user.userCode(), edits);
  if (declared.usesFragColor) rename(user.userCode(), kFragColor, edits);
  if (edits.empty()) return user;
  return user.withUserCode(applied(user.userCode(), std::move(edits)));
}

}  // namespace topknot::glsl
