// Contexts that a host has made and keeps.
#include "gl/context_state.h"

namespace topknot::gl {

namespace {

class HostPlatform : public Platform {
 public:
  const char* name() const override { return "adopted"; }
  // The host promises to have it current when it calls.
  void makeCurrent() override {}
  bool isHosts() const override { return true; }
};

}  // namespace

}  // namespace topknot::gl

namespace topknot {

Context Context::adopt(const Loader& loader) {
  if (!loader) throw Error("Context::adopt needs a function that finds OpenGL functions by name");
  gl::refuseIfForked();
  auto state = std::make_shared<State>(std::make_unique<gl::HostPlatform>());
  gl::load(*state, loader);
  return Context(std::move(state));
}

}  // namespace topknot
