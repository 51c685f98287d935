// The walk of a user's shader up to the driver, as top/user_shader.cpp makes it.
#include "fuzz/rewriting.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "fuzz/parts.h"
#include "glsl/check/shader_check.h"
#include "glsl/check/shader_declarations.h"
#include "glsl/rewriting/polyfills.h"
#include "glsl/source/live_code.h"
#include "glsl/source/shader_source.h"

namespace topknot::fuzz {
namespace {

glsl::IncludeResolver resolverOf(const Parts& parts) {
  return [&parts](std::string_view wanted, std::string_view) -> std::optional<glsl::ShaderSource> {
    const auto part = parts.find(wanted);
    if (part == parts.end()) return std::nullopt;
    return glsl::ShaderSource{part->first, part->second};
  };
}

std::size_t linesOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void require(bool sound) {
  if (!sound) std::abort();
}

/// Defaults as values, as a host that sets constants would.
std::vector<glsl::ConstantValue> valuesFor(const glsl::Declarations& declared) {
  std::vector<glsl::ConstantValue> values;
  for (const glsl::ConstantDeclaration& constant : declared.constants) {
    values.push_back({constant.name, constant.type == "bool" ? "true" : "3"});
  }
  return values;
}

void walk(const glsl::MappedSource& read, glsl::ShaderLimits::Stage stage, std::string_view log) {
  glsl::declarationsOf(read);
  if (!read.problems().empty()) return;
  const glsl::MappedSource given = glsl::liveCode(read, {}, {}).text;
  require(linesOf(given.userCode()) == linesOf(read.userCode()));
  const glsl::Declarations declared = glsl::declarationsOf(given);
  const glsl::MappedSource own = glsl::rewritten(given, declared, valuesFor(declared));
  require(linesOf(own.userCode()) == linesOf(given.userCode()));
  const glsl::Declarations now = glsl::declarationsOf(own);
  glsl::ShaderLimits limits;
  limits.stage = stage;
  limits.software = true;
  const glsl::MappedSource seen = glsl::liveCode(own, {}, {}).expanded;
  require(linesOf(seen.userCode()) == linesOf(own.userCode()));
  if (!seen.problems().empty()) return;
  const auto found = glsl::checkShader(seen, glsl::declarationsOf(seen), limits);
  if (std::ranges::any_of(found, [](const auto& message) { return message.isError(); })) return;
  const glsl::WithPolyfills taken = glsl::withPolyfills(own, now, {3, 2, 2, 2});
  require(linesOf(taken.user.userCode()) == linesOf(own.userCode()));
  glsl::MappedSource flat;
  flat.addLibrary("#define TD_NUM_2D_INPUTS 3\n");
  flat.addLibrary(taken.functions);
  flat.addFlat(taken.user, [](std::string_view line) { return std::string(line); });
  const std::string text = flat.text(460);
  require(text.starts_with("#version 460"));
  auto messages = glsl::parseShaderLog(log, Diagnostic::Stage::Pixel, log.size() % 2 == 0);
  glsl::useUsersWords(messages);
  flat.place(messages);
  for (const Diagnostic& message : messages) require(message.line >= 0);
}

}  // namespace

void rewriteShader(std::string_view text) {
  const Parts parts = partsOf(text);
  const auto part = [&](std::string_view name) {
    const auto found = parts.find(name);
    return found == parts.end() ? std::string() : found->second;
  };
  const glsl::IncludeResolver resolver = resolverOf(parts);
  glsl::MappedSource flat;
  flat.addLibrary("// the library's own\n");
  if (parts.contains("head")) flat.addHead({"head", part("head")}, resolver);
  flat.addUser({"main", part("")}, resolver);
  for (const auto stage : {glsl::ShaderLimits::Stage::Pixel, glsl::ShaderLimits::Stage::Compute}) {
    walk(flat, stage, part("log"));
  }
}

}  // namespace topknot::fuzz
