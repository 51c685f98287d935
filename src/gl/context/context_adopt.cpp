// Contexts that a host has made and keeps.
#include <dlfcn.h>

#include <utility>

#include "gl/context/context_state.h"

namespace topknot::gl {

namespace {

using GetCurrent = void* (*)();

/// What tells which context is current, if the library is there already.
GetCurrent question(const char* library, const char* function) {
  void* const loaded = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == nullptr) return nullptr;
  const auto found = reinterpret_cast<GetCurrent>(dlsym(loaded, function));
  dlclose(loaded);  // whoever loaded it keeps it, as long as there are contexts
  return found;
}

class HostPlatform : public Platform {
 public:
  HostPlatform() {
    for (const auto& [library, function] : {std::pair("libEGL.so.1", "eglGetCurrentContext"),
                                            std::pair("libGLX.so.0", "glXGetCurrentContext"),
                                            std::pair("libGL.so.1", "glXGetCurrentContext")}) {
      ask_ = question(library, function);
      if (ask_ != nullptr && (context_ = ask_()) != nullptr) return;
    }
    ask_ = nullptr;
  }

  const char* name() const override { return "adopted"; }
  // The host promises to have it current when it calls. In another one our names would be those of
  // the host's own objects.
  void makeCurrent() override {
    if (ask_ == nullptr || ask_() == context_) return;
    throw Error(
        "the OpenGL context that was adopted is not current on this thread: the host has to make "
        "it "
        "current before it calls the library");
  }
  bool isHosts() const override { return true; }

 private:
  GetCurrent ask_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace

}  // namespace topknot::gl

namespace topknot {

Context Context::adopt(const Loader& loader) {
  if (!loader) throw Error("Context::adopt needs a function that finds OpenGL functions by name");
  gl::refuseIfForked();
  auto state = std::make_shared<State>(std::make_unique<gl::HostPlatform>());
  gl::load(*state, loader);
  gl::waitForFree({state->platform->driverThreads()}, gl::kMostWait);
  return Context(std::move(state));
}

}  // namespace topknot
