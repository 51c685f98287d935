// The insides of a Context: its thread, its platform, the objects that wait to be deleted.
#pragma once

#include <glad/gl.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gl/context/watchdog.h"
#include "topknot/context.h"
#include "topknot/error.h"

namespace topknot::gl {

/// What made the context and can make it current. One for each way to get a context.
class Platform {
 public:
  virtual ~Platform() = default;
  virtual const char* name() const = 0;
  /// Makes the context the thread's current one. Cheap if it already is. Throws Error on failure.
  virtual void makeCurrent() = 0;
  /// Why it is gone for good, if somebody else ended it, e.g. by eglTerminate; else empty. Calls no
  /// OpenGL.
  virtual std::string gone() { return {}; }
  /// Lets go of the context if this thread holds it.
  virtual void release() {}
  virtual bool isHosts() const { return false; }
  /// Those of a software renderer that draw for it, once it was current; by default, all that no
  /// EGL display of ours has.
  virtual Threads driverThreads() const;
  /// A context like this one that shares its objects, for another thread; null where there can be
  /// none. Called, and the new one destroyed, on this one's thread. Throws Error saying why not.
  virtual std::unique_ptr<Platform> makeShared() { return nullptr; }
  virtual bool shouldClose();
  virtual void swapBuffers();
  virtual void framebufferSize(int& width, int& height) const;
};

enum class ObjectKind {
  Texture,
  Framebuffer,
  Buffer,
  Program,
  Shader,
  VertexArray,
  Sampler,
  Query
};

void deleteObject(ObjectKind kind, GLuint name);

class HostState;
class PixelBuffers;
class Pool;
class Program;
class Worker;
struct UserBuild;

}  // namespace topknot::gl

namespace topknot::gl {

/// Mapped memory that uniform blocks are written to one after the other, in parts; a part is used
/// again when the GPU has passed its fence.
struct UniformRing {
  static constexpr std::size_t kPart = 1 << 19, kParts = 4;
  GLuint name = 0;
  std::byte* memory = nullptr;
  std::size_t at = 0, part = 0;
  std::array<GLsync, kParts> fences{};
};

}  // namespace topknot::gl

namespace topknot {

struct Context::State : std::enable_shared_from_this<Context::State> {
  explicit State(std::unique_ptr<gl::Platform> platform);
  ~State();

  ContextInfo info;
  std::unique_ptr<gl::Platform> platform;
  std::thread::id thread = std::this_thread::get_id();
  std::atomic<bool> alive = true;
  std::function<void(const DebugMessage&)> onDebug;
  int uses = 0;     // depth of gl::Use
  gl::Watch watch;  // after a loss nothing calls GL here
  int watchDepth = 0;
  std::uint64_t polled = 0;  // the watchdog's look at which the driver was asked for resets
  std::shared_ptr<State> whileCurrent;  // itself, as long as it is its thread's current one

  /// In a context of our own: what the program had bound when the outermost Use first drew.
  struct Target {
    GLint draw = 0, read = 0;
    std::array<GLint, 4> viewport{}, scissor{};
  };
  std::optional<Target> target;
  gl::HostState* host = nullptr;  // in a host's context, while it is in use

  GLuint emptyVertexArray = 0;
  GLuint quadVertexArray = 0, quadVertices = 0;  // for vertex shaders of the user's
  // Filter × extend × extend along the depth, made on first use.
  std::array<GLuint, 48> samplers{};
  GLuint noiseMap = 0, sineLookup = 0;
  // Programs by what they were made from; kept alive by those who draw with them.
  std::unordered_map<std::string, std::weak_ptr<gl::Program>> programs;
  std::unordered_map<std::string, std::weak_ptr<const gl::UserBuild>> userBuilds;
  std::vector<std::unique_ptr<gl::Worker>> workers;  // by workerOf()
  bool workerFailed = false;
  std::unique_ptr<gl::Pool> pool;
  std::unique_ptr<gl::PixelBuffers> pixelBuffers;
  std::int64_t textureBudget = std::numeric_limits<std::int64_t>::max();  // bytes
  std::atomic<std::int64_t> textureBytes = 0;  // of all textures alive; they may die on any thread
  // Asked for memory when the budget or the driver has none and nothing waits in the pool: lets go
  // of pictures that can be drawn again, of about so many bytes. True if something was let go.
  std::function<bool(std::int64_t bytesNeeded)> reclaim;
  bool reclaiming = false;
  gl::UniformRing ring;
  std::atomic<int> borrowers = 0;  // TOPs that draw here

  using Name = std::pair<gl::ObjectKind, GLuint>;
  void own(Name name);
  /// The opposite; the object lives on.
  void disown(Name name);
  /// Deletes the object now if the context is in use here, else as soon as it is.
  void discard(Name name);
  void deleteDiscarded();
  /// Deletes the textures that wait in the pool.
  void emptyPool();
  /// Makes the context the thread's current one. If somebody else ended it, it is given up. Throws
  /// Error.
  void enter();
  /// Looks whether somebody else ended it; then it is given up. Thread: any.
  void noteEnd();
  /// Before a framebuffer is bound or the viewport set: the outermost Use puts back what is there
  /// now.
  void keepTarget();
  void restoreTarget();
  /// Lets go of something that can be missed, of what waits first; false if there is nothing left.
  bool reclaimSome(std::int64_t bytesNeeded);
  /// The end of the context: everything of ours that still lives in it goes.
  /// If it was given up, the driver's context is left as it is, knowingly: destroying it would wait
  /// for what the driver does.
  void shutDown();
  int liveObjects() const;

  /// A program that a worker drew with. Mesa 22.3 crashes if one is deleted while the context
  /// that drew with it lives, so such programs wait until there are enough of them to end the
  /// workers for.
  void keepFromWorker(GLuint program);
  /// Ends the workers, if they are idle and enough programs wait, and deletes those. The context is
  /// in use.
  void renewWorkers();

  /// Ends the workers, or those only that compile; leaves them to themselves where they are stuck.
  void endWorkers(bool onlyCompilers = false);

 private:
  /// The end in a forked child: nothing is touched.
  void abandon();

  mutable std::mutex mutex_;  // owners may die on any thread
  std::set<Name> live_;
  std::vector<Name> discarded_;
  std::set<GLuint> drawnByWorker_;
  std::vector<Name> waitingForWorker_;
};

}  // namespace topknot

namespace topknot::gl {

using StatePtr = std::shared_ptr<Context::State>;

/// The current context of this thread, or null.
StatePtr currentOrNull();
/// The same; throws Error saying how to get one.
StatePtr current();
/// The same, for those who keep nothing of it.
Context::State& currentState();
void setCurrent(StatePtr state);

/// Reads version and limits, and refuses contexts that are too old. The context is current.
void load(Context::State& state, const Context::Loader& loader);

/// Brackets every piece of GL work: checks the thread, makes the context current, deletes what
/// waits for it, and around a host's context keeps the host's state. Throws Error from another
/// thread, after a fork, or if the context is gone. Nests.
class Use {
 public:
  explicit Use(StatePtr state);
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  StatePtr state_;
  StatePtr previous_;
  std::unique_ptr<HostState> host_;
};

/// True in a process that was forked from one that had made a context. Drivers do not survive that.
bool forked();
/// Throws Error in such a process.
void refuseIfForked();

/// True if there is nothing left to be done in the context: it was destroyed, or given up.
inline bool isGone(const Context::State& state) {
  return !state.alive || state.watch.lost();
}
/// True if the calling thread may use the context; else `why` says why not.
bool usable(const Context::State& state, std::string& why);

/// Owns one GL name. Deletes it in its own context, now or as soon as that is in use again.
class Object {
 public:
  Object() = default;
  Object(ObjectKind kind, GLuint name);
  /// In another context than the current one, which may belong to another thread.
  Object(StatePtr state, ObjectKind kind, GLuint name);
  Object(Object&& other) noexcept;
  Object& operator=(Object&& other) noexcept;
  ~Object() { reset(); }

  GLuint name() const { return name_; }
  explicit operator bool() const { return name_ != 0; }
  /// The context that it lives in; null without a name.
  Context::State* home() const { return state_.get(); }
  void reset();
  /// Moves it to another context that shares its name with this one.
  void moveTo(StatePtr state);

 private:
  StatePtr state_;
  ObjectKind kind_ = ObjectKind::Texture;
  GLuint name_ = 0;
};

}  // namespace topknot::gl
