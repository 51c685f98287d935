// Which context is current on which thread, and the deferred deletion of GL objects.
#include "gl/context/context_state.h"

#include <pthread.h>

#include <algorithm>
#include <span>

#include "gl/context/host_state.h"
#include "gl/context/pixel_buffers.h"
#include "gl/context/pool.h"
#include "gl/context/work.h"
#include "gl/context/worker.h"

namespace topknot::gl {

namespace {

// A plain pointer, so that it can be asked to the very end of a thread, when contexts with static
// lifetime end; the state keeps itself alive meanwhile.
thread_local Context::State* tCurrent = nullptr;
std::atomic<bool> gForked = false;

std::string threadSentence() {
  return "OpenGL belongs to the thread that made the context; this call came from another thread";
}

/// Keeps something for ever, where those who look for leaks find it.
template <class T>
void leave(std::unique_ptr<T> thing) {
  static std::mutex mutex;
  static auto* const left = new std::vector<std::unique_ptr<T>>;
  const std::lock_guard lock(mutex);
  T* const kept = thing.release();  // also where there is no memory for a place in the list
  try {
    left->emplace_back(kept);
  } catch (const std::bad_alloc&) {
    // Nobody finds it then.
  }
}

}  // namespace

Threads Platform::driverThreads() const {
  return unclaimedThreads();
}

bool Platform::shouldClose() {
  throw Error(std::string("a context without a window (") + name() + ") has nothing to close");
}

void Platform::swapBuffers() {
  throw Error(std::string("a context without a window (") + name() + ") has no buffers to swap");
}

void Platform::framebufferSize(int&, int&) const {
  throw Error(std::string("a context without a window (") + name() + ") has no framebuffer");
}

StatePtr currentOrNull() {
  return tCurrent != nullptr ? tCurrent->shared_from_this() : nullptr;
}

StatePtr current() {
  return currentState().shared_from_this();
}

Context::State& currentState() {
  if (tCurrent != nullptr) return *tCurrent;
  throw Error(
      "no OpenGL context on this thread: make one here with Context::headless(), "
      "Context::window() or Context::adopt()");
}

void setCurrent(StatePtr state) {
  if (tCurrent == state.get()) return;
  StatePtr before = tCurrent != nullptr ? std::move(tCurrent->whileCurrent) : nullptr;
  tCurrent = state.get();
  if (state) state->whileCurrent = state;
}

bool forked() {
  return gForked.load(std::memory_order_relaxed);
}

void refuseIfForked() {
  if (!forked()) return;
  throw Error(
      "this process was forked from one that had made an OpenGL context, and drivers do not "
      "survive "
      "that: fork before the first context, or let the child run a program of its own (exec)");
}

bool usable(const Context::State& state, std::string& why) {
  if (!state.alive) {
    why = "the OpenGL context was destroyed";
  } else if (state.watch.lost()) {
    why = state.watch.why();
  } else if (forked()) {
    why = "an OpenGL context cannot be used in a process forked from the one that made it";
  } else if (state.thread != std::this_thread::get_id()) {
    why = threadSentence();
  } else {
    return true;
  }
  return false;
}

Use::Use(StatePtr state) : state_(std::move(state)) {
  std::string why;
  if (!usable(*state_, why)) throw Error(why);
  if (state_->uses == 0 || tCurrent != state_.get()) {
    previous_ = currentOrNull();
    state_->enter();
    setCurrent(state_);
    if (state_->uses == 0) {
      if (state_->platform->isHosts()) {
        host_ = std::make_unique<HostState>();
        state_->host = host_.get();
      }
      state_->deleteDiscarded();
    }
  }
  ++state_->uses;
}

Use::~Use() {
  if (--state_->uses == 0) {
    state_->restoreTarget();
    state_->host = nullptr;
  }
  host_.reset();
  // Another context of this thread was current: it gets its turn back.
  if (previous_ && previous_ != state_ && previous_->alive) {
    try {
      previous_->enter();
      setCurrent(previous_);
    } catch (const std::exception&) {
      // It stays with the one that was just used.
    }
  }
}

}  // namespace topknot::gl

namespace topknot {

Context::State::State(std::unique_ptr<gl::Platform> p)
    : platform(std::move(p)),
      pool(std::make_unique<gl::Pool>()),
      pixelBuffers(std::make_unique<gl::PixelBuffers>()) {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(nullptr, nullptr, [] { gl::gForked = true; }); });
}

Context::State::~State() = default;

void Context::State::own(Name name) {
  const std::lock_guard lock(mutex_);
  live_.insert(name);
}

void Context::State::disown(Name name) {
  const std::lock_guard lock(mutex_);
  live_.erase(name);
}

void Context::State::enter() {
  try {
    platform->makeCurrent();
  } catch (const Error&) {
    noteEnd();
    gl::refuseIfLost(*this);
    throw;
  }
}

void Context::State::noteEnd() {
  if (!alive || watch.lost() || gl::forked()) return;
  // While a thread is inside the driver, it may hold what the question needs.
  if (thread != std::this_thread::get_id() && !watch.isIdle()) return;
  std::string why = platform->gone();
  if (!why.empty()) watch.lose(std::move(why));
}

void Context::State::keepTarget() {
  if (target || uses == 0 || platform->isHosts())
    return;  // around a host's context all is put back
  Target& now = target.emplace();
  glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &now.draw);
  glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &now.read);
  glGetIntegerv(GL_VIEWPORT, now.viewport.data());
  glGetIntegerv(GL_SCISSOR_BOX, now.scissor.data());
}

void Context::State::restoreTarget() {
  if (!target) return;
  const Target& before = *target;
  if (!gl::isGone(*this) && gl::tCurrent == this) {
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(before.draw));
    glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(before.read));
    const auto& [x, y, width, height] = before.viewport;
    glViewport(x, y, width, height);
    glScissor(before.scissor[0], before.scissor[1], before.scissor[2], before.scissor[3]);
  }
  target.reset();
}

void Context::State::discard(Name name) {
  // There the mutex may be one that another thread of the parent held.
  if (gl::forked()) return;
  try {
    const std::lock_guard lock(mutex_);
    live_.erase(name);
    if (gl::isGone(*this)) return;  // it died with its context
    if (name.first == gl::ObjectKind::Program && drawnByWorker_.erase(name.second) > 0) {
      waitingForWorker_.push_back(name);
      return;
    }
    discarded_.push_back(name);
  } catch (const std::bad_alloc&) {
    return;  // it goes with the context
  }
  if (thread != std::this_thread::get_id()) return;
  if (uses > 0 && gl::tCurrent == this) return deleteDiscarded();
  if (uses > 0) return;
  try {
    const gl::Use use(shared_from_this());
  } catch (const std::exception&) {
    // The context cannot be made current now; the names wait.
  }
}

void Context::State::deleteDiscarded() {
  std::vector<Name> names;
  {
    const std::lock_guard lock(mutex_);
    names.swap(discarded_);
  }
  for (const auto& [kind, name] : names) gl::deleteObject(kind, name);
  if (borrowers > 0) return;
  if (!pool->empty()) emptyPool();
  if (!pixelBuffers->empty()) pixelBuffers->clear();
}

void Context::State::emptyPool() {
  pool->clear();
}

bool Context::State::reclaimSome(std::int64_t bytesNeeded) {
  if (pool->dropLongestWaiting()) return true;
  // What other threads read comes back when they are done.
  for (const std::unique_ptr<gl::Worker>& worker : workers) {
    if (worker->compiles() || worker->jobCount() == 0) continue;
    worker->drain();
    if (pool->dropLongestWaiting()) return true;
  }
  if (!reclaim || reclaiming) return false;
  struct During {
    bool& flag;
    explicit During(bool& f) : flag(f) { flag = true; }
    ~During() { flag = false; }
  } const during(reclaiming);
  const std::int64_t before = textureBytes;
  // A promise without effect must not be believed for ever.
  return reclaim(bytesNeeded) && (textureBytes < before || !pool->empty());
}

void Context::State::shutDown() {
  if (gl::forked()) return abandon();
  // Files are still being written from its memory, which a context that was given up leaves alone.
  if (!watch.lost()) pixelBuffers->waitForReaders();
  // Its last jobs may still hand objects over to this context.
  endWorkers();
  std::string why;
  if (gl::usable(*this, why)) {
    try {
      const gl::Use use(shared_from_this());
      emptyPool();
      pixelBuffers->clear();
      {
        const std::lock_guard lock(mutex_);
        discarded_.insert(discarded_.end(), live_.begin(), live_.end());
        discarded_.insert(discarded_.end(), waitingForWorker_.begin(), waitingForWorker_.end());
        waitingForWorker_.clear();
      }
      deleteDiscarded();
      if (emptyVertexArray != 0) glDeleteVertexArrays(1, &emptyVertexArray);
      if (quadVertexArray != 0) glDeleteVertexArrays(1, &quadVertexArray);
      glDeleteBuffers(1, &quadVertices);
      for (const GLsync fence : ring.fences) {
        if (fence != nullptr) glDeleteSync(fence);
      }
      glDeleteBuffers(1, &ring.name);
      glDeleteTextures(1, &noiseMap);
      glDeleteTextures(1, &sineLookup);
      glDeleteSamplers(static_cast<GLsizei>(samplers.size()), samplers.data());
      if (!platform->isHosts()) glDebugMessageCallback(nullptr, nullptr);
    } catch (const std::exception&) {
      // Somebody else ended the display: there is nothing left to delete.
    }
  }
  alive = false;
  gl::Watch::oneMoreIsGone();
  emptyPool();
  pixelBuffers->forget();
  if (gl::tCurrent == this) {
    platform->release();
    gl::setCurrent(nullptr);
  }
  const bool lost = watch.lost();
  watch.stop();
  if (lost) {
    gl::leave(std::move(platform));
  } else {
    platform.reset();
  }
}

void Context::State::endWorkers(bool onlyCompilers) {
  const auto stays = [&](const auto& worker) { return onlyCompilers && !worker->compiles(); };
  const auto ending = std::stable_partition(workers.begin(), workers.end(), stays);
  const std::span ended(ending, workers.end());
  for (const std::unique_ptr<gl::Worker>& worker : ended) worker->stop();
  // In a driver that is stuck they may be as well; else a thread would meet the end of the program.
  const bool lost = watch.lost();
  constexpr std::chrono::seconds kGrace(1);
  const auto latest =
      lost ? gl::Worker::Clock::now() + kGrace : gl::Worker::Clock::time_point::max();
  for (std::unique_ptr<gl::Worker>& worker : ended) {
    if (!worker->finish(latest) || lost) {
      worker->leave();
      gl::leave(std::move(worker));
    }
  }
  workers.erase(ending, workers.end());
}

void Context::State::abandon() {
  alive = false;
  gl::Watch::oneMoreIsGone();
  emptyPool();
  if (gl::tCurrent == this) gl::setCurrent(nullptr);
  // Their ends would wait for threads that only the parent has.
  for (std::unique_ptr<gl::Worker>& worker : workers) static_cast<void>(worker.release());
  static_cast<void>(platform.release());
}

void Context::State::keepFromWorker(GLuint program) {
  const std::lock_guard lock(mutex_);
  drawnByWorker_.insert(program);
}

void Context::State::renewWorkers() {
  constexpr std::size_t kEnough = 32;
  {
    const std::lock_guard lock(mutex_);
    if (waitingForWorker_.size() < kEnough) return;
  }
  const auto compiles = [](const auto& worker) { return worker->compiles(); };
  const auto busy = [](const auto& worker) { return worker->compiles() && worker->jobCount() > 0; };
  if (std::ranges::any_of(workers, busy)) return;
  std::erase_if(workers, compiles);
  {
    const std::lock_guard lock(mutex_);
    discarded_.insert(discarded_.end(), waitingForWorker_.begin(), waitingForWorker_.end());
    waitingForWorker_.clear();
  }
  deleteDiscarded();
}

int Context::State::liveObjects() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(live_.size());
}

}  // namespace topknot
