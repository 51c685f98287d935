// Contexts without a display, by EGL: on a GPU device, surfaceless, or on a pixel buffer.
#include <dlfcn.h>
#include <glad/egl.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gl/context/context_state.h"
#include "image/held_signal.h"
#include "image/text_or.h"

namespace topknot::gl {

namespace {

using Function = Context::Function;

void* gLibrary = nullptr;

Function findFunction(const char* name) {
  if (void* symbol = dlsym(gLibrary, name)) return reinterpret_cast<Function>(symbol);
  static const auto getProcAddress =
      reinterpret_cast<PFNEGLGETPROCADDRESSPROC>(dlsym(gLibrary, "eglGetProcAddress"));
  return getProcAddress != nullptr ? getProcAddress(name) : nullptr;
}

// EGL's own functions are one table for the process, filled once: those that need no display when
// first asked for, the others with the first display; both under makeHeadless()'s lock.
void loadEgl() {
  static bool loaded = false;
  if (loaded) return;
  gLibrary = dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (gLibrary == nullptr) {
    throw Error("no EGL: the library libEGL.so.1 could not be loaded (" +
                textOr(dlerror(), "no reason given") + "); install libegl1 and a driver");
  }
  if (topknotGladLoadEGL(EGL_NO_DISPLAY, findFunction) == 0) {
    throw Error("no EGL: libEGL.so.1 is older than EGL 1.4");
  }
  loaded = true;
}

bool hasWord(const char* list, const char* word) {
  const std::size_t length = std::strlen(word);
  for (const char* at = list; at != nullptr && (at = std::strstr(at, word)) != nullptr;
       at += length) {
    const bool starts = at == list || at[-1] == ' ';
    const bool ends = at[length] == ' ' || at[length] == '\0';
    if (starts && ends) return true;
  }
  return false;
}

std::string errorText() {
  static constexpr std::array kNames = {
      "EGL_SUCCESS",       "EGL_NOT_INITIALIZED",     "EGL_BAD_ACCESS",
      "EGL_BAD_ALLOC",     "EGL_BAD_ATTRIBUTE",       "EGL_BAD_CONFIG",
      "EGL_BAD_CONTEXT",   "EGL_BAD_CURRENT_SURFACE", "EGL_BAD_DISPLAY",
      "EGL_BAD_MATCH",     "EGL_BAD_NATIVE_PIXMAP",   "EGL_BAD_NATIVE_WINDOW",
      "EGL_BAD_PARAMETER", "EGL_BAD_SURFACE"};
  const auto index = static_cast<std::size_t>(eglGetError() - EGL_SUCCESS);
  return index < kNames.size() ? kNames[index] : "unknown EGL error";
}

void initialize(EGLDisplay display) {
  static bool loaded = false;
  if (eglInitialize(display, nullptr, nullptr) == EGL_FALSE) throw Error(errorText());
  if (loaded) return;
  topknotGladLoadEGL(display, findFunction);
  loaded = true;
}

class EglPlatform;

/// The contexts of this process by their handles. Where EGL gives a handle that one of ours has,
/// that one's context is gone, and what is done to the handle would be done to the new one.
struct Handles {
  static Handles& all() {
    static auto* const one = new Handles;  // contexts with static lifetime end late
    return *one;
  }
  void enter(EGLContext context, EglPlatform& platform);
  void leave(EGLContext context, const EglPlatform& platform);

  std::mutex mutex;
  std::unordered_map<EGLContext, EglPlatform*> platforms;
};

class EglPlatform : public Platform {
 public:
  /// The display is initialised. A context that shares the objects of another one is made when it
  /// is made current first: that takes milliseconds, and another thread has them.
  EglPlatform(const char* name, EGLDisplay display, bool pixelBuffer, bool debug,
              EGLContext share = EGL_NO_CONTEXT)
      : name_(name), display_(display), share_(share), pixelBuffer_(pixelBuffer), debug_(debug) {
    if (share == EGL_NO_CONTEXT) make();
  }

  // The display stays: it is shared by whoever in this process uses the same one, and its end
  // would be theirs too.
  ~EglPlatform() override {
    if (context_ == EGL_NO_CONTEXT) return;
    const bool ended = !gone().empty();
    Handles::all().leave(context_, *this);
    if (ended) return;
    release();
    if (surface_ != EGL_NO_SURFACE) eglDestroySurface(display_, surface_);
    eglDestroyContext(display_, context_);
  }

  const char* name() const override { return name_; }
  Threads driverThreads() const override {
    const Threads mine = threadsOf(display_);
    return mine.empty() ? Platform::driverThreads() : mine;  // the host was there before
  }

  std::unique_ptr<Platform> makeShared() override {
    return std::make_unique<EglPlatform>(name_, display_, pixelBuffer_, debug_, context_);
  }

  void makeCurrent() override {
    if (context_ == EGL_NO_CONTEXT) make();
    if (replaced_) throw Error(kEnded);
    if (eglGetCurrentContext() == context_) return;
    // Each thread has its own choice of API.
    eglBindAPI(EGL_OPENGL_API);
    if (eglMakeCurrent(display_, surface_, surface_, context_) == EGL_FALSE) {
      throw Error("the OpenGL context cannot be made current: " + errorText());
    }
  }

  std::string gone() override {
    if (replaced_) return kEnded;
    EGLint type = 0;
    if (context_ == EGL_NO_CONTEXT ||
        eglQueryContext(display_, context_, EGL_CONTEXT_CLIENT_TYPE, &type) == EGL_TRUE) {
      return {};
    }
    const EGLint error = eglGetError();
    const bool ended = error == EGL_NOT_INITIALIZED || error == EGL_BAD_CONTEXT ||
                       error == EGL_BAD_DISPLAY || error == EGL_CONTEXT_LOST;
    return ended ? kEnded : std::string();
  }
  /// Another context has its handle now.
  void replace() { replaced_ = true; }

  void release() override {
    const EGLContext now = eglGetCurrentContext();
    // A thread whose display was terminated holds a context that has no name any more.
    const bool mine = now == EGL_NO_CONTEXT || (now == context_ && !replaced_);
    if (!mine) return;
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }

 private:
  void make() {
    if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) throw Error("EGL here has no desktop OpenGL");
    EGLConfig config = chooseConfig();
    // A renderer's threads begin with the first context of their display.
    const bool first = threadsOf(display_).empty();
    const std::vector<Threads> before = first ? rendererThreads() : std::vector<Threads>();
    for (const EGLint minor : {6, 5}) {
      // Not every driver tells of resets.
      if ((context_ = create(config, minor, share_, true)) != EGL_NO_CONTEXT) break;
      if ((context_ = create(config, minor, share_, false)) != EGL_NO_CONTEXT) break;
    }
    if (context_ == EGL_NO_CONTEXT) {
      throw Error("OpenGL 4.6 and 4.5 core refused with " + errorText());
    }
    Handles::all().enter(context_, *this);
    if (first) claimThreads(display_, before, rendererThreads());
    if (pixelBuffer_) makeSurface(config);
  }

  EGLConfig chooseConfig() const {
    if (!pixelBuffer_) {
      const char* extensions = eglQueryString(display_, EGL_EXTENSIONS);
      if (!hasWord(extensions, "EGL_KHR_surfaceless_context")) {
        throw Error("no EGL_KHR_surfaceless_context");
      }
      if (hasWord(extensions, "EGL_KHR_no_config_context")) return EGL_NO_CONFIG_KHR;
    }
    const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE,
                             pixelBuffer_ ? EGL_PBUFFER_BIT : EGL_DONT_CARE, EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (eglChooseConfig(display_, wanted, &config, 1, &count) == EGL_FALSE || count < 1) {
      throw Error("no EGL configuration renders OpenGL");
    }
    return config;
  }

  EGLContext create(EGLConfig config, EGLint minor, EGLContext share, bool tellsResets) const {
    const EGLint attributes[] = {
        EGL_CONTEXT_MAJOR_VERSION,
        4,
        EGL_CONTEXT_MINOR_VERSION,
        minor,
        EGL_CONTEXT_OPENGL_PROFILE_MASK,
        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
        EGL_CONTEXT_OPENGL_DEBUG,
        debug_ ? EGL_TRUE : EGL_FALSE,
        tellsResets ? EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY : EGL_NONE,
        EGL_LOSE_CONTEXT_ON_RESET,
        EGL_NONE};
    return eglCreateContext(display_, config, share, attributes);
  }

  void makeSurface(EGLConfig config) {
    const EGLint size[] = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
    surface_ = eglCreatePbufferSurface(display_, config, size);
    if (surface_ != EGL_NO_SURFACE) return;
    const std::string why = errorText();
    Handles::all().leave(context_, *this);
    eglDestroyContext(display_, std::exchange(context_, EGL_NO_CONTEXT));
    throw Error("no 1 × 1 pixel buffer: " + why);
  }

  static constexpr const char* kEnded =
      "the OpenGL context was ended by somebody else, who terminated its EGL display "
      "(eglTerminate)";

  const char* name_;
  EGLDisplay display_;
  EGLContext share_;
  bool pixelBuffer_, debug_;
  EGLContext context_ = EGL_NO_CONTEXT;
  EGLSurface surface_ = EGL_NO_SURFACE;
  std::atomic<bool> replaced_ = false;
};

void Handles::enter(EGLContext context, EglPlatform& platform) {
  const std::lock_guard lock(mutex);
  EglPlatform*& known = platforms[context];
  if (known != nullptr) known->replace();
  known = &platform;
}

void Handles::leave(EGLContext context, const EglPlatform& platform) {
  const std::lock_guard lock(mutex);
  const auto found = platforms.find(context);
  if (found != platforms.end() && found->second == &platform) platforms.erase(found);
}

/// Tries one way after another and keeps what each one said.
class Attempts {
 public:
  explicit Attempts(bool debug) : debug_(debug) {}

  bool attempt(const char* name, EGLDisplay display, bool pixelBuffer = false,
               bool hardwareOnly = false) {
    std::unique_ptr<EglPlatform> platform;
    StatePtr state;
    const StatePtr before = currentOrNull();
    try {
      if (display == EGL_NO_DISPLAY) throw Error("no such display");
      initialize(display);
      state = std::make_shared<Context::State>(
          std::make_unique<EglPlatform>(name, display, pixelBuffer, debug_));
      state->platform->makeCurrent();
      load(*state, findFunction);
      if (hardwareOnly && state->info.software) throw Error("renders in software");
      state_ = std::move(state);
      return true;
    } catch (const Error& error) {
      note(name, error.what());
      if (state) state->platform->release();
      std::string why;
      try {
        if (before && usable(*before, why)) before->enter();
      } catch (const Error&) {
        // It was ended by somebody else.
      }
      return false;
    }
  }

  void note(const std::string& name, const std::string& what) {
    tried_ += (tried_.empty() ? "" : "; ") + name + ": " + what;
  }
  const std::string& tried() const { return tried_; }
  StatePtr take() { return std::move(state_); }

 private:
  bool debug_;
  StatePtr state_;
  std::string tried_;
};

/// The devices that render by themselves, or those that the processor renders for.
bool devicesOf(std::vector<EGLDeviceEXT>& found, bool software) {
  const char* client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  if (!hasWord(client, "EGL_EXT_platform_device") ||
      (!hasWord(client, "EGL_EXT_device_enumeration") && !hasWord(client, "EGL_EXT_device_base"))) {
    return false;
  }
  std::array<EGLDeviceEXT, 32> devices{};
  EGLint count = 0;
  eglQueryDevicesEXT(static_cast<EGLint>(devices.size()), devices.data(), &count);
  for (EGLint i = 0; i < count; ++i) {
    EGLDeviceEXT device = devices[static_cast<std::size_t>(i)];
    const char* extensions = eglQueryDeviceStringEXT(device, EGL_EXTENSIONS);
    if (hasWord(extensions, "EGL_MESA_device_software") == software) found.push_back(device);
  }
  return true;
}

EGLDisplay displayOf(EGLDeviceEXT device) {
  return eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, device, nullptr);
}

bool tryDevices(Attempts& attempts) {
  std::vector<EGLDeviceEXT> devices;
  if (!devicesOf(devices, false)) {
    attempts.note("EGL device", "EGL_EXT_platform_device is missing");
    return false;
  }
  for (EGLDeviceEXT device : devices) {
    if (attempts.attempt("EGL device", displayOf(device), false, true)) return true;
  }
  if (devices.empty()) attempts.note("EGL device", "no GPU among the devices");
  return false;
}

/// The usual display without a screen, and behind it those of the processor's own device: each has
/// threads of its own, so that there is another one to go on in while the first is held up.
std::vector<std::pair<const char*, EGLDisplay>> softwareDisplays() {
  std::vector<std::pair<const char*, EGLDisplay>> displays = {
      {"EGL surfaceless",
       eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr)}};
  std::vector<EGLDeviceEXT> devices;
  devicesOf(devices, true);
  for (EGLDeviceEXT device : devices) displays.emplace_back("EGL device", displayOf(device));
  return displays;
}

/// On a display that is not stuck; waits for one if all are.
bool trySurfaceless(Attempts& attempts) {
  const auto displays = softwareDisplays();
  std::vector<Threads> groups;
  for (const auto& [name, display] : displays) groups.push_back(threadsOf(display));
  const std::size_t free = waitForFree(groups, kMostWait);
  if (attempts.attempt(displays[free].first, displays[free].second)) return true;
  if (free == 0) return false;
  waitForFree({groups[0]}, kMostWait);
  return attempts.attempt(displays[0].first, displays[0].second);
}

StatePtr makeHeadless(const HeadlessOptions& options) {
  // One at a time: the first of them fills EGL's table anew once it has a display.
  static std::mutex making;
  const std::lock_guard lock(making);
  const HeldSignal held(SIGXFSZ);  // drivers make files to keep shaders in
  loadEgl();
  Attempts attempts(options.debug);
  if (options.allowHardware && tryDevices(attempts)) return attempts.take();
  const char* client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  if (hasWord(client, "EGL_MESA_platform_surfaceless")) {
    if (trySurfaceless(attempts)) return attempts.take();
  } else {
    attempts.note("EGL surfaceless", "EGL_MESA_platform_surfaceless is missing");
  }
  if (attempts.attempt("EGL pbuffer", eglGetDisplay(EGL_DEFAULT_DISPLAY), true)) {
    return attempts.take();
  }
  throw Error("no OpenGL 4.5 core context without a display; tried " + attempts.tried());
}

}  // namespace

}  // namespace topknot::gl

namespace topknot {

Context Context::headless(const HeadlessOptions& options) {
  gl::refuseIfForked();
  return Context(gl::makeHeadless(options));
}

}  // namespace topknot
