// Pinned memory between the GPU and us, used again and again.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gl/context/context_state.h"

namespace topknot::gl {

/// A persistently mapped pixel buffer. The memory lives as long as the buffer and its context.
struct PixelBuffer {
  enum class Use { Download, Upload };  // we read there, or write

  /// Throws OutOfMemory if the driver has no such memory.
  PixelBuffer(Use use, std::size_t bytes);

  Object object;
  std::byte* memory = nullptr;
  std::size_t capacity = 0;
};

using PixelBufferPtr = std::unique_ptr<PixelBuffer>;

/// The buffers of one context's downloads that wait to be used again. Every context has one.
///
/// Thread: `take` and `clear` that of the context; the rest any.
class PixelBuffers {
 public:
  /// A buffer of at least so many bytes.
  static PixelBufferPtr take(std::size_t bytes);
  void put(PixelBufferPtr buffer);
  /// A fence that is not waited for any more; it is deleted when the context is used next.
  void drop(GLsync fence);
  bool empty() const;
  void clear();
  /// The same for a context that nothing can be deleted in any more.
  void forget();

  /// Counts the other threads that read from buffers. `waitForReaders` is the end of the context,
  /// which takes the memory with it.
  void beginReading();
  void endReading();
  void waitForReaders();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PixelBufferPtr> waiting_;  // longest waiting first
  std::vector<GLsync> fences_;
  int readers_ = 0;
};

/// Another thread that reads from a context's memory, counted as long as this lives.
class Reading {
 public:
  explicit Reading(StatePtr state) : state_(std::move(state)) {
    state_->pixelBuffers->beginReading();
  }
  ~Reading() { state_->pixelBuffers->endReading(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  const StatePtr state_;
};

}  // namespace topknot::gl
