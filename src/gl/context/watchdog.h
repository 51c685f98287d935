// A thread that looks after work in drivers that takes too long.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "gl/context/driver_threads.h"

namespace topknot::gl {

/// The work of one context, as the watchdog sees it. The thread that works only stores that it
/// begins and ends; time is kept by the watchdog's own thread, which looks some twenty times a
/// second and counts how often it finds the same piece of work. A process that was stopped, in a
/// debugger for instance, is therefore not late.
///
/// A piece of work that takes longer than the deadline gives the context up, for good: the driver
/// may never come back, and what it does then is its own affair. Where the driver draws with the
/// processor, it is late only once the threads at it have worked that long: on a machine that
/// others keep busy the clock says little. At ten times the deadline it is late in any case.
///
/// Thread: `begin`, `at`, `end`, `pause` and `resume` belong to the thread of the context; the rest
/// to any.
class Watch {
 public:
  /// Says what the work is: `glsl 'warp'`.
  using Describe = std::string (*)(const void* who);

  Watch() = default;
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Seconds that a piece of work may take; infinity: any number.
  void deadline(double seconds) { deadline_.store(seconds, std::memory_order_relaxed); }
  double deadline() const { return deadline_.load(std::memory_order_relaxed); }

  /// Work counts from now on, of the calling thread and of these, which the driver has.
  void countWork(Threads driver);

  /// A piece of work begins; `who` outlives it.
  void begin(const void* who, Describe describe);
  /// The same piece of work, now for another.
  void at(const void* who) { who_.store(who, std::memory_order_release); }
  const void* who() const { return who_.load(std::memory_order_acquire); }
  void end();
  /// From now on nothing is counted, and then again from zero, of the same piece of work.
  void pause() { end(); }
  void resume() { working_.store(++pieces_, std::memory_order_release); }
  /// From now on it waits for what was drawn, or no more: whoever drew it is not known then.
  void waits(bool on) { waits_.store(on, std::memory_order_relaxed); }

  /// True while there is no piece of work.
  bool isIdle() const { return working_.load(std::memory_order_acquire) == kIdle; }

  /// True once the context was given up.
  bool lost() const { return lost_.load(std::memory_order_acquire); }
  /// Why; empty while it is not.
  std::string why() const;
  /// How many contexts of this process were given up or destroyed so far: what was looked at needs
  /// no second look while the number stays.
  static std::uint64_t gone() { return gone_.load(std::memory_order_acquire); }
  static void oneMoreIsGone() { gone_.fetch_add(1, std::memory_order_acq_rel); }

  /// Gives the context up. The first reason stays.
  void lose(std::string why);
  /// Counts the watchdog's looks; for what is worth doing now and then only.
  std::uint64_t looks() const { return looks_.load(std::memory_order_relaxed); }

  /// Ends the watching; waits for the thread if nobody else needs it.
  void stop();

 private:
  friend class Watchdog;
  /// By the watchdog, each time that it looks.
  void look(double seconds);
  bool hasWorked(double seconds);
  void beginCounting();
  void expire(std::uint64_t piece);

  static inline std::atomic<std::uint64_t> gone_ = 0;
  static constexpr std::uint64_t kIdle = 0, kExpiring = ~std::uint64_t{0};
  std::atomic<std::uint64_t> working_ = kIdle;  // the number of the piece of work
  std::atomic<const void*> who_ = nullptr;
  Describe describe_ = nullptr;  // written before working_, read after
  std::atomic<bool> waits_ = false;
  std::atomic<double> deadline_ = 15.0;
  std::atomic<std::uint64_t> looks_ = 0;
  std::atomic<bool> lost_ = false;
  mutable std::mutex mutex_;
  std::string why_;

  bool countsWork_ = false;  // these are fixed before the watchdog knows of it
  Threads driver_;
  int worker_ = 0;  // the thread of the context

  bool watched_ = false;  // the working thread's
  std::uint64_t pieces_ = 0;
  std::uint64_t seen_ = 0;                   // the watchdog's
  double seconds_ = 0.0;                     // that it has seen that piece
  double ownWork_ = 0.0, driverWork_ = 0.0;  // that had been done before
};

/// Brackets a piece of work. Nested ones belong to the outermost and only lend it their name.
class Watched {
 public:
  Watched(Watch& watch, int& depth, const void* who, Watch::Describe describe);
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  Watch& watch_;
  int& depth_;
  const void* before_ = nullptr;
};

}  // namespace topknot::gl
