// Context: what all the ways to get one have in common.
#include "topknot/context.h"

#include <algorithm>
#include <cctype>

#include "gl/context/context_state.h"
#include "gl/context/host_state.h"
#include "gl/context/pool.h"
#include "gl/context/worker.h"
#include "image/text_or.h"

namespace topknot {

namespace gl {

namespace {

std::mutex gLoadMutex;
const Context::Loader* gLoader = nullptr;

GLADapiproc loadFunction(const char* name) {
  return (*gLoader)(name);
}

std::string text(GLenum name) {
  return textOr(reinterpret_cast<const char*>(glGetString(name)), "");
}

int integer(GLenum name) {
  GLint value = 0;
  glGetIntegerv(name, &value);
  return value;
}

bool isSoftware(std::string renderer) {
  std::transform(renderer.begin(), renderer.end(), renderer.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* name :
       {"llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader"}) {
    if (renderer.find(name) != std::string::npos) return true;
  }
  return false;
}

DebugMessage::Severity severityOf(GLenum severity) {
  switch (severity) {
    case GL_DEBUG_SEVERITY_HIGH:
      return DebugMessage::Severity::High;
    case GL_DEBUG_SEVERITY_MEDIUM:
      return DebugMessage::Severity::Medium;
    case GL_DEBUG_SEVERITY_LOW:
      return DebugMessage::Severity::Low;
    default:
      return DebugMessage::Severity::Notification;
  }
}

void GLAD_API_PTR deliver(GLenum source, GLenum type, GLuint id, GLenum severity, GLsizei length,
                          const GLchar* message, const void* user) {
  const auto* state = static_cast<const Context::State*>(user);
  if (!state->onDebug) return;
  DebugMessage out;
  out.severity = severityOf(severity);
  out.error = type == GL_DEBUG_TYPE_ERROR;
  out.fromCompiler = source == GL_DEBUG_SOURCE_SHADER_COMPILER;
  out.id = id;
  out.text = length >= 0 && message != nullptr
                 ? std::string(message, static_cast<std::size_t>(length))
                 : textOr(message, "");
  state->onDebug(out);
}

}  // namespace

void load(Context::State& state, const Context::Loader& loader) {
  // The function table is one for all contexts of the process: it is filled once, by the first
  // context that is new enough, so that no thread reads what another writes.
  static bool loaded = false;
  static const std::string kNeed = "Topknot needs OpenGL 4.5 core or newer";
  const std::string where = std::string(" (by ") + state.platform->name() + ")";
  {
    const std::lock_guard lock(gLoadMutex);
    if (!loaded) {
      gLoader = &loader;
      const int version = topknotGladLoadGL(loadFunction);
      gLoader = nullptr;
      if (version == 0) {
        throw Error(kNeed + "; no OpenGL context is current on this thread" + where);
      }
      const int number = GLAD_VERSION_MAJOR(version) * 10 + GLAD_VERSION_MINOR(version);
      if (number < 45) {
        throw Error(kNeed + "; found " + text(GL_VERSION) + " on " + text(GL_RENDERER) + where);
      }
      loaded = true;
    }
  }
  ContextInfo& info = state.info;
  if (text(GL_VERSION).empty()) {
    throw Error(kNeed + "; no OpenGL context is current on this thread" + where);
  }
  info.major = integer(GL_MAJOR_VERSION);
  info.minor = integer(GL_MINOR_VERSION);
  info.version = text(GL_VERSION);
  info.renderer = text(GL_RENDERER);
  if (info.major * 10 + info.minor < 45) {
    throw Error(kNeed + "; found " + info.version + " on " + info.renderer + where);
  }
  info.vendor = text(GL_VENDOR);
  info.glslVersion = text(GL_SHADING_LANGUAGE_VERSION);
  info.glsl = info.major > 4 || info.minor >= 6 ? 460 : 450;
  info.platform = state.platform->name();
  info.software = isSoftware(info.renderer);
  state.watch.deadline(info.software ? 30.0 : 15.0);
  if (info.software) state.watch.countWork(state.platform->driverThreads());
  info.maxTextureSize = integer(GL_MAX_TEXTURE_SIZE);
  info.max3DTextureSize = integer(GL_MAX_3D_TEXTURE_SIZE);
  info.maxArrayLayers = integer(GL_MAX_ARRAY_TEXTURE_LAYERS);
  info.maxTextureUnits = integer(GL_MAX_TEXTURE_IMAGE_UNITS);
  info.maxColorBuffers = std::min(integer(GL_MAX_DRAW_BUFFERS), integer(GL_MAX_COLOR_ATTACHMENTS));
  if (!state.platform->isHosts()) setNeutralState();
}

}  // namespace gl

Context::Context(std::shared_ptr<State> state) : state_(std::move(state)) {
  gl::setCurrent(state_);
}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&& other) noexcept {
  if (this != &other) {
    if (state_) state_->shutDown();
    state_ = std::move(other.state_);
  }
  return *this;
}
Context::~Context() {
  if (state_) state_->shutDown();
}

Context::State& Context::state() const {
  if (state_) return *state_;
  throw Error("this Context was moved from: there is no OpenGL context in it");
}

const ContextInfo& Context::info() const {
  return state().info;
}

void Context::makeCurrent() {
  std::string why;
  if (!gl::usable(state(), why)) throw Error(why);
  state_->enter();
  gl::setCurrent(state_);
}

void Context::onDebugMessage(std::function<void(const DebugMessage&)> function) {
  const gl::Use use(state().shared_from_this());
  state_->onDebug = std::move(function);
  if (state_->onDebug) {
    glEnable(GL_DEBUG_OUTPUT);
    glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    glDebugMessageCallback(gl::deliver, state_.get());
  } else {
    glDebugMessageCallback(nullptr, nullptr);
  }
}

void Context::cookDeadline(double seconds) {
  if (!(seconds > 0.0)) {
    throw Error("a cook deadline of " + std::to_string(seconds) +
                " s is not possible: it must be above 0");
  }
  const gl::Use use(state().shared_from_this());
  state_->watch.deadline(seconds);
  for (const auto& worker : state_->workers) worker->deadline(seconds);
}

double Context::cookDeadline() const {
  return state().watch.deadline();
}
std::string Context::lost() const {
  state().noteEnd();
  return state_->watch.why();
}

int Context::liveObjects() const {
  return state().liveObjects();
}

void Context::textureBudget(std::int64_t bytes) {
  if (bytes < 1) {
    throw Error("a texture budget of " + std::to_string(bytes) +
                " bytes is not possible: it must be at least 1");
  }
  const gl::Use use(state().shared_from_this());
  state_->textureBudget = bytes;
  while (state_->textureBytes > bytes && state_->pool->dropLongestWaiting()) {
  }
}

std::int64_t Context::textureBudget() const {
  return state().textureBudget;
}
std::int64_t Context::textureMemory() const {
  return state().textureBytes;
}

bool Context::shouldClose() {
  return state().platform->shouldClose();
}
void Context::swapBuffers() {
  const gl::Use use(state().shared_from_this());
  state_->platform->swapBuffers();
}
void Context::framebufferSize(int& width, int& height) const {
  state().platform->framebufferSize(width, height);
}

}  // namespace topknot
