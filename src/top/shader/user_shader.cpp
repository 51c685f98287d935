// A user's whole shader: the texts of its stages, and the program made from them.
#include "top/shader/user_shader.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "gl/context/format.h"
#include "gl/guard/guard.h"
#include "gl/program/driver_limits.h"
#include "glsl/check/shader_check.h"
#include "glsl/rewriting/polyfills.h"
#include "glsl/rewriting/shared_indices.h"
#include "glsl/source/live_code.h"
#include "glsl/source/shader_library.h"
#include "top/cook/fuse.h"
#include "top/shader/shader_preamble.h"
#include "topknot/error.h"

namespace topknot {

namespace {

using Stage = glsl::ShaderLimits::Stage;

/// With `bounded`, indices of shared memory stay within it, and it says what became of them.
glsl::MappedSource stageText(const StageTexts& texts, const ShaderSetting& setting, Stage stage,
                             const StageTexts::Stage& user, glsl::BoundedText* bounded = nullptr) {
  glsl::MappedSource flat;
  addPreamble(flat, setting, texts, stage, user.text);
  if (stage == Stage::Pixel && user.text.mentions("TDFragColor")) {
    flat.addLibrary("layout(location = 0) out vec4 TDFragColor;\n");
  }
  glsl::WithPolyfills taken = glsl::withPolyfills(user.text, user.declared, setting.inputs);
  flat.addLibrary(taken.functions);
  // Of as many lines either way: places found for one text hold for the other.
  if (stage == Stage::Compute) flat.addLibrary(bounded ? glsl::sharedBoundsFunction() : "\n");
  if (bounded) {
    *bounded = glsl::boundedShared(taken.user.headCode(), taken.user.userCode());
    taken.user = taken.user.withUserCode(bounded->text);
  }
  flat.addFlat(taken.user, [](std::string_view line) { return std::string(line); });
  return flat;
}

/// Covers the target; `vUV.p` is where the slice lies.
std::string ownVertexShader(const ShaderSetting& setting) {
  if (setting.output == glsl::Dimension::Flat) return gl::passVertexShader(setting.glsl);
  glsl::MappedSource flat;
  flat.addLibrary("#define TD_OUTPUT_SWIZZLE 0\n");
  flat.addLibrary(inputCounts(setting));
  flat.addLibrary(glsl::libraryShader("prelude"));
  flat.addLibrary(passBlock(setting));
  flat.addLibrary(gl::passVertexMain("tdSlice"));
  return flat.text(setting.glsl);
}

/// The stages as texts with places.
struct Flats {
  glsl::MappedSource vertex, main;
};

Flats flatsOf(const StageTexts& texts, const ShaderSetting& setting) {
  Flats flats;
  if (!setting.compute && texts.vertex) {
    flats.vertex = stageText(texts, setting, Stage::Vertex, *texts.vertex);
  }
  flats.main =
      stageText(texts, setting, setting.compute ? Stage::Compute : Stage::Pixel, texts.main);
  return flats;
}

gl::ShaderTexts textsOf(const Flats& flats, const StageTexts& texts, const ShaderSetting& setting) {
  gl::ShaderTexts out;
  if (setting.compute) {
    out.compute = flats.main.text(setting.glsl);
    return out;
  }
  out.vertex = texts.vertex ? flats.vertex.text(setting.glsl) : ownVertexShader(setting);
  out.pixel = flats.main.text(setting.glsl);
  return out;
}

/// Makes a stage's text what the driver takes, and looks for what it should not see.
void prepare(StageTexts::Stage& own, Stage stage, const StageTexts& texts,
             const ShaderSetting& setting, const std::vector<glsl::ConstantValue>& constants,
             std::vector<Diagnostic>& problems) {
  problems = own.text.problems();
  if (!problems.empty()) return;
  glsl::MappedSource ahead;
  addPreamble(ahead, setting, texts, stage, own.text);
  const std::vector<std::string> extensions = gl::shaderExtensions();
  own = StageTexts::Stage(glsl::liveCode(own.text, ahead, extensions).text);
  own.text = glsl::rewritten(own.text, own.declared, constants);
  if (!constants.empty()) own.declared = glsl::declarationsOf(own.text);  // sizes may be others now
  const glsl::MappedSource seen = glsl::liveCode(own.text, ahead, extensions).expanded;
  problems = seen.problems();
  if (problems.empty()) {
    problems = glsl::checkShader(seen, glsl::declarationsOf(seen), gl::driverLimits(stage));
  }
}

bool hasError(const std::vector<Diagnostic>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Diagnostic& problem) { return problem.isError(); });
}

}  // namespace

void ShaderSetting::format(PixelFormat format) {
  swizzle = outputSwizzle(format);
  srgb = format == PixelFormat::Srgba8Fixed;
  switch (pixelFormatInfo(format).component) {
    case Component::Fixed8:
      bits = 8;
      break;
    case Component::Packed1010102:
      bits = 10;
      break;
    case Component::Fixed16:
      bits = 16;
      break;
    default:
      bits = 0;
  }
  if (compute) image = gl::imageLayout(format);
}

bool StageTexts::mention(std::string_view identifier) const {
  return main.text.mentions(identifier) || (vertex && vertex->text.mentions(identifier));
}

int UserShader::inputCount() const {
  return std::accumulate(setting.inputs.begin(), setting.inputs.end(), 0);
}

int UserShader::freeUnit() const {
  return inputCount() + (usesNoise ? 1 : 0) + (usesSine ? 1 : 0) +
         static_cast<int>(setting.attributes.size());
}

glsl::Declarations declarationsOf(const StageTexts& texts) {
  glsl::Declarations all = texts.main.declared;
  if (!texts.vertex) return all;
  const glsl::Declarations& more = texts.vertex->declared;
  std::set<std::string> known;
  for (const glsl::UniformDeclaration& uniform : all.uniforms) known.insert(uniform.name);
  for (const glsl::UniformDeclaration& uniform : more.uniforms) {
    if (!known.contains(uniform.name)) all.uniforms.push_back(uniform);
  }
  all.constants.insert(all.constants.end(), more.constants.begin(), more.constants.end());
  return all;
}

ShaderDraft::ShaderDraft(StageTexts texts, const ShaderSetting& setting)
    : shader(std::make_shared<UserShader>()) {
  shader->setting = setting;
  shader->texts = std::move(texts);
}

void ShaderDraft::write(const std::vector<glsl::ConstantValue>& constants) {
  const ShaderSetting& setting = shader->setting;
  StageTexts& own = shader->texts;
  const Stage stage = setting.compute ? Stage::Compute : Stage::Pixel;
  auto& problems = setting.compute ? found_.compute : found_.pixel;
  const StageTexts given = own;
  prepare(own.main, stage, given, setting, constants, problems);
  if (own.vertex) prepare(*own.vertex, Stage::Vertex, given, setting, constants, found_.vertex);
  shader->usesNoise = own.mention("sTDNoiseMap");
  shader->usesSine = own.mention("sTDSineLookup");
  shader->leavesPixels = own.vertex.has_value() || own.mention("discard");
  found_.isCompute = setting.compute;
  found_.failed = hasError(problems) || hasError(found_.vertex);
  shader->log = found_;
  if (found_.failed) return;
  Flats flats = flatsOf(own, setting);
  text = textsOf(flats, own, setting);
  vertex_ = std::move(flats.vertex);
  main_ = std::move(flats.main);
  if (setting.compute && gl::currentState().info.software) boundShared();
  if (setting.isolated) isolate(*setting.isolated);
}

void ShaderDraft::boundShared() {
  const StageTexts& own = shader->texts;
  if (!own.main.text.mentions("shared")) return;
  glsl::BoundedText bounded;
  const glsl::MappedSource flat =
      stageText(own, shader->setting, Stage::Compute, own.main, &bounded);
  bounded_ = bounded.complete;
  if (bounded.changed) {
    text.plainCompute = std::exchange(text.compute, flat.text(shader->setting.glsl));
  }
}

void ShaderDraft::isolate(PixelFormat format) {
  gl::GuardShader tried{
      text.vertex, text.pixel, text.compute, {}, gl::currentState().info.software};
  tried.targets.assign(static_cast<std::size_t>(shader->setting.buffers), format);
  gl::GuardVerdict verdict = gl::tryShader(tried);
  // With bounds the compiler refuses it; what it takes without them would be drawn without them.
  if (verdict.fine() && verdict.during == "compile" && !text.plainCompute.empty()) {
    tried.compute = text.plainCompute;
    verdict = gl::tryShader(tried);
    bounded_ = bounded_ && verdict.during == "compile";
  }
  if (!verdict.fine()) return refuse("tried in a process of its own: " + verdict.sentence());
  if (bounded_) return;
  refuse(
      "an index of shared memory cannot be kept within it, as a macro writes it in pieces: write "
      "it as name[index]");
}

void ShaderDraft::refuse(const std::string& why) {
  gl::Program::Log& log = shader->log;
  log.isCompute = shader->setting.compute;
  log.failed = true;
  auto& messages = log.isCompute ? log.compute : log.pixel;
  messages.push_back(
      {.stage = log.isCompute ? Diagnostic::Stage::Compute : Diagnostic::Stage::Pixel,
       .message = why});
  main_.place(messages);
}

void ShaderDraft::finish(std::shared_ptr<const gl::UserBuild> build) {
  shader->build = std::move(build);
  gl::Program::Log& log = shader->log;
  log = shader->build->log;
  for (auto* messages : {&log.vertex, &log.pixel, &log.compute, &log.link}) {
    glsl::useUsersWords(*messages);
  }
  if (shader->texts.vertex) {
    vertex_.place(log.vertex);
    vertex_.place(log.link, Diagnostic::Stage::Vertex);
  }
  main_.place(log.pixel);
  main_.place(log.compute);
  main_.place(log.link);
  const auto tell = [](std::vector<Diagnostic>& to, const std::vector<Diagnostic>& more) {
    to.insert(to.begin(), more.begin(), more.end());
  };
  tell(log.vertex, found_.vertex);
  tell(log.pixel, found_.pixel);
  tell(log.compute, found_.compute);
  shader->ok = !log.failed;
  if (shader->ok && shader->setting.compute) shader->localSize = gl::localSizeOf(shader->program());
}

std::shared_ptr<const UserShader> compiled(StageTexts texts, const ShaderSetting& setting,
                                           const std::vector<glsl::ConstantValue>& constants) {
  ShaderDraft draft(std::move(texts), setting);
  draft.write(constants);
  if (!draft.shader->log.failed) {
    draft.finish(gl::userBuild(draft.text, kOurSamplers, draft.shader->freeUnit()));
  }
  return draft.shader;
}

}  // namespace topknot
