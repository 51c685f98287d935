// Any text at all goes through the preprocessor; what it leaves stays as it is the next time.
#include "glsl/preprocessor/preprocessor.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz/parts.h"
#include "glsl/preprocessor/written.h"

namespace {

using namespace topknot;

void require(bool sound) {
  if (!sound) std::abort();
}

std::string textOf(const glsl::Preprocessor& preprocessor) {
  std::string all;
  for (const glsl::Token& token : preprocessor.tokens()) {
    if (token.kind != glsl::Token::Kind::Directive) all += std::string(token.text) + " ";
  }
  return all;
}

void walk(const fuzz::Parts& parts, bool everyGroup) {
  const auto finder = [&](std::string_view wanted,
                          std::string_view) -> std::optional<glsl::Source> {
    const auto part = parts.find(wanted);
    if (part == parts.end()) return std::nullopt;
    return glsl::Source{part->first, part->second};
  };
  const auto main = parts.find("");
  const std::string text = main == parts.end() ? std::string() : main->second;
  glsl::Preprocessor first({.extensions = {"GL_X"}, .include = finder, .everyGroup = everyGroup});
  first.add({"main", text});
  require(first.tokens().size() <= glsl::kMaxLiveTokens);
  for (const Diagnostic& each : first.diagnostics()) require(each.line > 0 && each.column > 0);
  for (const glsl::Token& token : first.tokens())
    require(token.place.line > 0 && token.place.column > 0);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(glsl::written(first.tokens(), 0, lines).lines.size() == lines);
  if (!first.findings().empty() || everyGroup) return;
  glsl::Preprocessor second({});
  second.add({"again", textOf(first)});
  require(second.findings().empty());
  require(textOf(second) == textOf(first));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Parts parts = fuzz::partsOf({reinterpret_cast<const char*>(data), size});
  walk(parts, false);
  walk(parts, true);
  return 0;
}
