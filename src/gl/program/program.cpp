// Compiled and linked shader programs.
#include "gl/program/program.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>

#include "gl/program/uniform_types.h"
#include "glsl/source/shader_prefix.h"
#include "image/held_signal.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

// Of a log; nobody reads more.
constexpr GLint kMaxLog = 1 << 16;

std::string shaderLog(GLuint shader) {
  GLint length = 0;
  glGetShaderiv(shader, GL_INFO_LOG_LENGTH, &length);
  length = std::min(length, kMaxLog);
  std::string log(static_cast<std::size_t>(std::max(length, 0)), '\0');
  if (length > 0) glGetShaderInfoLog(shader, length, nullptr, log.data());
  return log;
}

std::string programLog(GLuint program) {
  GLint length = 0;
  glGetProgramiv(program, GL_INFO_LOG_LENGTH, &length);
  length = std::min(length, kMaxLog);
  std::string log(static_cast<std::size_t>(std::max(length, 0)), '\0');
  if (length > 0) glGetProgramInfoLog(program, length, nullptr, log.data());
  return log;
}

/// Some drivers fail without a word.
void ensureMessage(std::vector<Diagnostic>& messages, const char* text) {
  const bool told = std::any_of(messages.begin(), messages.end(),
                                [](const Diagnostic& message) { return message.isError(); });
  if (!told) messages.push_back({.message = text});
}

Diagnostic::Stage stageOf(GLenum stage) {
  if (stage == GL_COMPUTE_SHADER) return Diagnostic::Stage::Compute;
  return stage == GL_VERTEX_SHADER ? Diagnostic::Stage::Vertex : Diagnostic::Stage::Pixel;
}

Object compileText(GLenum stage, const std::string& text, std::vector<Diagnostic>& messages,
                   bool& failed) {
  Object shader(ObjectKind::Shader, glCreateShader(stage));
  const char* source = text.c_str();
  const auto length = static_cast<GLint>(text.size());
  glShaderSource(shader.name(), 1, &source, &length);
  glCompileShader(shader.name());
  GLint ok = GL_FALSE;
  glGetShaderiv(shader.name(), GL_COMPILE_STATUS, &ok);
  messages = glsl::parseShaderLog(shaderLog(shader.name()), stageOf(stage), ok == GL_TRUE);
  if (ok == GL_FALSE) {
    ensureMessage(messages, "the driver refused the shader without saying why");
    failed = true;
  }
  return shader;
}

/// Mesa's time grows with the square of what it has to say: 60,000 errors take it a quarter of a
/// minute. Of a long text it sees the beginning first, then more, and no more once that is enough.
Object compile(GLenum stage, const std::string& text, std::vector<Diagnostic>& messages,
               bool& failed) {
  constexpr std::size_t kFirst = 1000, kFactor = 4;  // statements
  constexpr std::ptrdiff_t kEnough = 20;             // errors
  const std::size_t all = glsl::statementsIn(text);
  for (std::size_t count = kFirst; count * kFactor < all; count *= kFactor) {
    const auto prefix = glsl::prefixOf(text, count);
    if (!prefix) break;
    bool fails = false;
    Object shader = compileText(stage, *prefix, messages, fails);
    const auto errors = std::count_if(messages.begin(), messages.end(),
                                      [](const Diagnostic& message) { return message.isError(); });
    if (errors < kEnough) continue;
    failed = true;
    return shader;
  }
  return compileText(stage, text, messages, failed);
}

}  // namespace

Program Program::build(const ShaderTexts& texts, Log& log) {
  log = {};
  log.isCompute = !texts.compute.empty();
  const HeldSignal held(SIGXFSZ);  // drivers write what they made into files
  std::vector<Object> shaders;
  if (log.isCompute) {
    shaders.push_back(compile(GL_COMPUTE_SHADER, texts.compute, log.compute, log.failed));
    if (log.failed && !texts.plainCompute.empty()) {
      log.failed = false;
      shaders.back() = compile(GL_COMPUTE_SHADER, texts.plainCompute, log.compute, log.failed);
    }
  } else {
    shaders.push_back(compile(GL_VERTEX_SHADER, texts.vertex, log.vertex, log.failed));
    shaders.push_back(compile(GL_FRAGMENT_SHADER, texts.pixel, log.pixel, log.failed));
  }
  if (log.failed) return {};
  Program out;
  out.program_ = Object(ObjectKind::Program, glCreateProgram());
  const GLuint name = out.program_.name();
  for (const Object& shader : shaders) glAttachShader(name, shader.name());
  glLinkProgram(name);
  for (const Object& shader : shaders) glDetachShader(name, shader.name());
  GLint ok = GL_FALSE;
  glGetProgramiv(name, GL_LINK_STATUS, &ok);
  log.link = glsl::parseShaderLog(programLog(name), Diagnostic::Stage::Link, ok == GL_TRUE);
  if (ok == GL_FALSE) {
    ensureMessage(log.link, "the driver could not link the shader and did not say why");
    log.failed = true;
    return {};
  }
  out.reflect();
  return out;
}

Program Program::buildOwn(const std::string& vertex, const std::string& pixel) {
  Log log;
  Program program = build(vertex, pixel, log);
  if (!log.failed) return program;
  std::string text = "a shader of the library does not compile here:";
  for (const auto* messages : {&log.vertex, &log.pixel, &log.link}) {
    for (const Diagnostic& message : *messages) {
      text += " line " + std::to_string(message.line) + ": " + message.message + ";";
    }
  }
  throw Error(text);
}

void Program::reflect() {
  GLint count = 0, longest = 0;
  glGetProgramInterfaceiv(name(), GL_UNIFORM, GL_ACTIVE_RESOURCES, &count);
  glGetProgramInterfaceiv(name(), GL_UNIFORM, GL_MAX_NAME_LENGTH, &longest);
  std::string text(static_cast<std::size_t>(std::max(longest, 1)), '\0');
  for (GLint i = 0; i < count; ++i) {
    static constexpr std::array<GLenum, 3> kProperties = {GL_LOCATION, GL_TYPE, GL_ARRAY_SIZE};
    std::array<GLint, 3> values{};
    GLsizei length = 0;
    const auto index = static_cast<GLuint>(i);
    glGetProgramResourceiv(name(), GL_UNIFORM, index, 3, kProperties.data(), 3, nullptr,
                           values.data());
    glGetProgramResourceName(name(), GL_UNIFORM, index, longest, &length, text.data());
    if (values[0] < 0) continue;  // in a block
    std::string uniform(text.data(), static_cast<std::size_t>(length));
    const bool isArray = uniform.ends_with("[0]");
    if (isArray) uniform.resize(uniform.size() - 3);
    uniforms_[uniform] = {values[0], static_cast<GLenum>(values[1]), values[2], isArray};
  }
}

void Program::separateSamplers(std::string_view ours, int unit) const {
  GLint image = 0;  // ours are the first ones
  glGetIntegerv(GL_MAX_IMAGE_UNITS, &image);
  for (const auto& [uniform, info] : uniforms_) {
    const bool isImage =
        info.type >= GL_IMAGE_1D && info.type <= GL_UNSIGNED_INT_IMAGE_2D_MULTISAMPLE_ARRAY;
    if (isImage && !uniform.starts_with("mTD") && image >= info.arraySize) {
      std::vector<GLint> units(static_cast<std::size_t>(info.arraySize));
      for (GLint& each : units) each = --image;
      glProgramUniform1iv(name(), info.location, info.arraySize, units.data());
    }
    if (!isSampler(info.type) || uniform.starts_with(ours)) continue;
    std::vector<GLint> units(static_cast<std::size_t>(info.arraySize));
    for (GLint& each : units) each = unit++;
    glProgramUniform1iv(name(), info.location, info.arraySize, units.data());
  }
}

namespace {

std::weak_ptr<const UserBuild>& keptBuild(const ShaderTexts& texts) {
  auto& builds = currentState().userBuilds;
  if (builds.size() >= 1000) {
    std::erase_if(builds, [](const auto& entry) { return entry.second.expired(); });
  }
  return builds[texts.vertex + '\0' + texts.pixel + '\0' + texts.compute];
}

}  // namespace

std::shared_ptr<const UserBuild> userBuild(const ShaderTexts& texts, std::string_view ours,
                                           int unit) {
  std::weak_ptr<const UserBuild>& known = keptBuild(texts);
  if (auto build = known.lock()) return build;
  auto build = std::make_shared<UserBuild>();
  build->program = Program::build(texts, build->log);
  if (!build->log.failed) build->program.separateSamplers(ours, unit);
  known = build;
  return build;
}

void keepUserBuild(const ShaderTexts& texts, const std::shared_ptr<const UserBuild>& build) {
  keptBuild(texts) = build;
}

ProgramPtr cachedProgram(const std::string& key, const std::function<std::string()>& pixel) {
  Context::State& state = currentState();
  if (state.programs.size() >= 1000) {
    std::erase_if(state.programs, [](const auto& entry) { return entry.second.expired(); });
  }
  std::weak_ptr<Program>& known = state.programs[key];
  if (auto program = known.lock()) return program;
  auto program =
      std::make_shared<Program>(Program::buildOwn(passVertexShader(state.info.glsl), pixel()));
  known = program;
  return program;
}

void cacheProgram(const std::string& key, const ProgramPtr& program) {
  currentState().programs[key] = std::const_pointer_cast<Program>(program);
}

std::string passVertexShader(int glslVersion) {
  return "#version " + std::to_string(glslVersion) + " core\n" + passVertexMain("0.0");
}

std::string passVertexMain(std::string_view slice) {
  return "out vec3 vUV;\n"
         "void main() {\n"
         "  vec2 p = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);\n"
         "  vUV = vec3(p, " +
         std::string(slice) +
         ");\n"
         "  gl_Position = vec4(p * 2.0 - 1.0, 0.0, 1.0);\n"
         "}\n";
}

}  // namespace topknot::gl
