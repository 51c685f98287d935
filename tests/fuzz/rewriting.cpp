// The walk of a user's shader up to the driver, as top/user_shader.cpp makes it.
#include "fuzz/rewriting.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "fuzz/parts.h"
#include "gl/live_code.h"
#include "gl/shader_check.h"
#include "gl/shader_declarations.h"
#include "gl/shader_source.h"
#include "gl/stand_ins.h"

namespace topknot::fuzz {
namespace {

gl::IncludeResolver resolverOf(const Parts& parts) {
  return [&parts](std::string_view wanted, std::string_view) -> std::optional<gl::ShaderSource> {
    const auto part = parts.find(wanted);
    if (part == parts.end()) return std::nullopt;
    return gl::ShaderSource{part->first, part->second};
  };
}

std::size_t linesOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void require(bool sound) {
  if (!sound) std::abort();
}

/// Defaults as values, as a host that sets constants would.
std::vector<gl::ConstantValue> valuesFor(const gl::Declarations& declared) {
  std::vector<gl::ConstantValue> values;
  for (const gl::ConstantDeclaration& constant : declared.constants) {
    values.push_back({constant.name, constant.type == "bool" ? "true" : "3"});
  }
  return values;
}

void walk(const gl::FlatShader& read, gl::ShaderLimits::Stage stage, std::string_view log) {
  gl::declarationsOf(read);
  if (!read.problems().empty()) return;
  const gl::FlatShader given = gl::liveCode(read, {}, {}).text;
  require(linesOf(given.userCode()) == linesOf(read.userCode()));
  const gl::Declarations declared = gl::declarationsOf(given);
  const gl::FlatShader own = gl::rewritten(given, declared, valuesFor(declared));
  require(linesOf(own.userCode()) == linesOf(given.userCode()));
  const gl::Declarations now = gl::declarationsOf(own);
  gl::ShaderLimits limits;
  limits.stage = stage;
  limits.software = true;
  const gl::FlatShader seen = gl::liveCode(own, {}, {}).expanded;
  require(linesOf(seen.userCode()) == linesOf(own.userCode()));
  if (!seen.problems().empty()) return;
  const auto found = gl::checkShader(seen, gl::declarationsOf(seen), limits);
  if (std::ranges::any_of(found, [](const auto& message) { return message.isError(); })) return;
  const gl::WithStandIns taken = gl::withStandIns(own, now, {3, 2, 2, 2});
  require(linesOf(taken.user.userCode()) == linesOf(own.userCode()));
  gl::FlatShader flat;
  flat.addLibrary("#define TD_NUM_2D_INPUTS 3\n");
  flat.addLibrary(taken.functions);
  flat.addFlat(taken.user, [](std::string_view line) { return std::string(line); });
  const std::string text = flat.text(460);
  require(text.starts_with("#version 460"));
  auto messages = gl::parseShaderLog(log, gl::Diagnostic::Stage::Pixel, log.size() % 2 == 0);
  gl::useUsersWords(messages);
  flat.place(messages);
  for (const gl::Diagnostic& message : messages) require(message.line >= 0);
}

}  // namespace

void rewriteShader(std::string_view text) {
  const Parts parts = partsOf(text);
  const auto part = [&](std::string_view name) {
    const auto found = parts.find(name);
    return found == parts.end() ? std::string() : found->second;
  };
  const gl::IncludeResolver resolver = resolverOf(parts);
  gl::FlatShader flat;
  flat.addLibrary("// the library's own\n");
  if (parts.contains("head")) flat.addHead({"head", part("head")}, resolver);
  flat.addUser({"main", part("")}, resolver);
  for (const auto stage : {gl::ShaderLimits::Stage::Pixel, gl::ShaderLimits::Stage::Compute}) {
    walk(flat, stage, part("log"));
  }
}

}  // namespace topknot::fuzz
