// A piece of GL work that the watchdog looks after.
#include "gl/context/work.h"

namespace topknot::gl {

namespace {

struct Waiting {
  explicit Waiting(Watch& which) : watch(which) { watch.waits(true); }
  ~Waiting() { watch.waits(false); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  Watch& watch;
};

/// Asking the driver costs a call, so it is asked as often as the watchdog looks.
void pollReset(Context::State& state) {
  const std::uint64_t looks = state.watch.looks();
  if (looks == state.polled) return;
  state.polled = looks;
  const GLenum status = glGetGraphicsResetStatus();
  if (status == GL_NO_ERROR) return;
  const char* whose = status == GL_GUILTY_CONTEXT_RESET     ? "because of what was drawn here"
                      : status == GL_INNOCENT_CONTEXT_RESET ? "because of somebody else"
                                                            : "for an unknown reason";
  state.watch.lose(std::string("the driver has reset the GPU, ") + whose +
                   ": the context is given up");
}

}  // namespace

void refuseIfLost(const Context::State& state) {
  if (state.watch.lost()) throw Error(state.watch.why());
}

Work::Work(StatePtr state, const void* who, Watch::Describe describe)
    : state_(std::move(state)),
      use_(state_),
      watched_(state_->watch, state_->watchDepth, who, describe) {
  pollReset(*state_);
  check();
}

void Work::check() const {
  refuseIfLost(*state_);
}

void Work::waitForGpu() const {
  constexpr GLuint64 kSlice = 20'000'000;  // nanoseconds
  const Waiting waiting(state_->watch);
  const GLsync fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  while (glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, kSlice) == GL_TIMEOUT_EXPIRED) {
    check();  // the fence goes with the context
  }
  glDeleteSync(fence);
  check();
}

Unwatched::Unwatched() : state_(currentOrNull()) {
  if (state_ && state_->watchDepth == 0) state_ = nullptr;
  if (state_) state_->watch.pause();
}

Unwatched::~Unwatched() {
  if (state_) state_->watch.resume();
}

}  // namespace topknot::gl
