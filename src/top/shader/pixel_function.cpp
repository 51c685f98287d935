// A user's text that gives one pixel of a picture: `vec4 pixel(vec4 a, vec4 b, vec2 uv)`.
#include "top/shader/pixel_function.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "gl/guard/guard.h"
#include "gl/program/driver_limits.h"
#include "glsl/check/shader_extent.h"
#include "glsl/source/helper_library.h"
#include "glsl/source/live_code.h"
#include "glsl/tokens/shader_tokens.h"
#include "top/cook/fuse.h"
#include "top/shader/function_check.h"
#include "topknot/error.h"

namespace topknot {

namespace {

/// In the text the user's names have a suffix, in messages they have none.
void dropSuffixes(std::vector<Diagnostic>& messages, const std::vector<std::string>& globals) {
  constexpr std::string_view kSuffix = "_0";
  for (Diagnostic& diagnostic : messages) {
    std::string& text = diagnostic.message;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && base::isWordCharacter(text[end])) ++end;
      const std::string word = text.substr(at, end - at);
      if (word.ends_with(kSuffix) &&
          std::binary_search(globals.begin(), globals.end(),
                             word.substr(0, word.size() - kSuffix.size()))) {
        end -= kSuffix.size();
        text.erase(end, kSuffix.size());
      }
      at = std::max(end, at + 1);
    }
    diagnostic.name = glsl::nameIn(text);
  }
}

/// The program in which the function is all there is.
glsl::MappedSource aloneText(const std::shared_ptr<const UserFunction>& function, int inputs) {
  Picture picture;
  const auto input = std::make_shared<Picture>();
  auto shaderFunction = std::make_shared<ShaderFunction>("pixel", FunctionKind::User, Values(),
                                                         gl::ChannelMask(), function);
  picture.describe(std::move(shaderFunction), {},
                   std::vector<Operand>(static_cast<std::size_t>(inputs), Operand{input}));
  Picture* const members[] = {&picture};
  const std::vector<std::uint8_t> inlined(static_cast<std::size_t>(inputs), 0);
  return fusedText({members, inlined});
}

/// The text without what conditions skip, and with a problem for what is wrong about the rest.
glsl::MappedSource judged(const glsl::MappedSource& given, int inputs) {
  glsl::MappedSource ahead;
  ahead.addLibrary("#define TD_PIXEL_SHADER");
  ahead.addLibrary(glsl::helperLibrary(given));
  glsl::LiveCode live = glsl::liveCode(given, ahead, gl::shaderExtensions());
  if (!live.expanded.problems().empty()) return std::move(live.expanded);
  if (const std::optional<glsl::Excess> excess = glsl::findExcess(live.expanded.userCode())) {
    live.text.problemAt(excess->line, excess->message);
  } else {
    checkFunction(live.text, inputs);
  }
  return std::move(live.text);
}

/// Texts that compiled without a remark, so that a hundred operators with the same one need not all
/// try. What one driver takes another may refuse.
std::set<std::pair<std::string, std::uint64_t>> gKnown;
std::mutex gKnownMutex;

bool isKnown(std::uint64_t id) {
  const std::lock_guard lock(gKnownMutex);
  return gKnown.contains({gl::currentState().info.version, id});
}

void makeKnown(std::uint64_t id) {
  const std::lock_guard lock(gKnownMutex);
  if (gKnown.size() >= 10000) gKnown.clear();
  gKnown.insert({gl::currentState().info.version, id});
}

}  // namespace

FunctionDraft::FunctionDraft(glsl::MappedSource text, int inputs) : inputs_(inputs) {
  if (text.problems().empty()) text = judged(text, inputs);
  log_.pixel = text.problems();
  log_.failed = !log_.pixel.empty();
  if (log_.failed) return;
  auto function = std::make_shared<UserFunction>();
  function->globals = globalNames(text.userCode());
  function->text = std::move(text);
  const int version = gl::currentState().info.glsl;
  alone_ = aloneText(function, inputs);
  texts_ = {gl::passVertexShader(version), alone_.text(version), {}};
  function->id = mixed(std::uint64_t{1}, texts_.pixel);
  function_ = std::move(function);
}

bool FunctionDraft::isKnown() const {
  return function_ && topknot::isKnown(function_->id);
}

std::function<gl::ShaderTexts()> FunctionDraft::texts(std::optional<PixelFormat> isolated) const {
  if (!isolated) return [texts = texts_] { return texts; };
  const bool software = gl::currentState().info.software;
  return [texts = texts_, software, format = *isolated] {
    const gl::GuardVerdict verdict =
        gl::tryShader({texts.vertex, texts.pixel, {}, {format}, software});
    if (!verdict.fine()) throw Error("tried in a process of its own: " + verdict.sentence());
    return texts;
  };
}

void FunctionDraft::compile(std::optional<PixelFormat> isolated) {
  if (!function_ || (isKnown() && !isolated)) return;
  gl::Program::Log log;
  try {
    gl::Program::build(texts(isolated)(), log);
  } catch (const Error& error) {
    log.failed = true;
    log.pixel.push_back({.message = error.what()});
  }
  finish(std::move(log));
}

void FunctionDraft::finish(gl::Program::Log log) {
  for (auto* messages : {&log.pixel, &log.link}) {
    dropSuffixes(*messages, function_->globals);
    alone_.place(*messages);
  }
  if (log.pixel.empty() && log.link.empty() && !log.failed) makeKnown(function_->id);
  log_ = std::move(log);
  if (log_.failed) function_ = nullptr;
}

}  // namespace topknot
