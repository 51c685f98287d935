// A thread with a context of its own that shares objects with another.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "gl/context/context_state.h"

namespace topknot::gl {

/// Runs GL work beside the thread that cooks. Textures, buffers, programs and samplers are shared
/// between the two contexts; framebuffers, vertex arrays and queries are not.
///
/// Thread: made and destroyed on the thread of the context that it shares with; `post` and `drain`
/// from any thread but the worker's own.
class Worker {
 public:
  using Job = std::function<void()>;
  using Clock = std::chrono::steady_clock;
  enum class Duty {
    Programs,  // compiles; gives way to those who draw
    Pictures,  // hands pictures out, for which somebody waits
  };

  /// Takes a context that nobody uses. Does not wait until it is current on the new thread.
  explicit Worker(std::unique_ptr<Platform> platform, Duty duty = Duty::Programs);
  /// Waits for the job at hand; those behind it are dropped.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  bool compiles() const { return duty_ == Duty::Programs; }
  /// Runs a job after those before it, its context current, and destroys it there. What a job
  /// throws ends that job only.
  void post(Job job);
  /// The same, but not before the frame that asks for it should be done: where all processors are
  /// in use, the job would take one of them from the threads that draw it.
  void postBehindFrame(Job job);
  /// Waits until there is nothing left to do, or the thread is stuck.
  void drain();
  /// The same for all workers for pictures, of whatever context. Thread: any.
  static void drainPictures();
  /// Jobs that wait, and the one at hand; 0 while there is nothing to do.
  std::size_t jobCount();
  /// True if its context could not be made current: jobs are dropped.
  bool failed();
  /// Lets the job at hand be the last.
  void stop();
  /// The same, and waits for its end, until `latest` at most; false if it takes longer than that or
  /// the deadline: then the thread is stuck.
  bool finish(Clock::time_point latest = Clock::time_point::max());
  /// Leaves the thread to itself; the worker must be kept for ever.
  void leave() { thread_.detach(); }
  /// Seconds that a job may take.
  void deadline(double seconds);
  /// True if a job took longer than that; it may still come back.
  bool lost();

 private:
  struct Waiting {
    Job job;
    Clock::time_point from;  // not before that
  };

  void add(Waiting waiting);
  void run();
  /// Waits for a job; an empty one is the end.
  Job next();
  void work();
  void dropJobs();

  const Duty duty_;
  std::unique_ptr<Platform> platform_;  // outlives the thread's use of it
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> jobs_;
  // Busy with the start at first.
  bool started_ = false, failed_ = false, busy_ = true, stopping_ = false, ended_ = false;
  std::atomic<double> deadline_ = 0.0;  // if somebody gave one; 0: that of the driver
  StatePtr state_;                      // of the worker's context
  std::thread thread_;
};

/// A worker of a context for the next job with programs: one that is idle, or else a further one as
/// long as there are processors for them, or else the one with the shortest queue. They are made
/// when asked for. Null where there can be none, and on threads that may not use the context.
Worker* workerOf(Context::State& state);
/// True if there is one or can be one.
bool hasWorker(Context::State& state);
/// The one for pictures, made when it is asked for. Null where there can be none.
Worker* readbackWorkerOf(Context::State& state);

}  // namespace topknot::gl
