// Pixels on their way from a texture into memory, and those that have arrived.
#pragma once

#include <future>
#include <memory>
#include <span>

#include "gl/pass.h"
#include "gl/pixel_buffers.h"
#include "gl/texture.h"
#include "topknot/image.h"

namespace topknot::gl {

/// A download into pinned memory, in the texture's own format: all slices of a region. Starting it
/// does not wait.
///
/// Thread: that of the context; `pixels`, `shape` and the end any, once it has arrived.
class Download {
 public:
  explicit Download(const Texture& texture, const Region& region = {});
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  /// True if `wait` would not wait.
  bool ready();
  /// Also in a context that shares objects with its own. Throws Error if the context was given up
  /// or is gone.
  void wait();
  /// The size of what was downloaded.
  const TextureShape& shape() const { return shape_; }
  /// Bottom row first, once it has arrived. Valid as long as the download and its context.
  std::span<const std::byte> pixels() const;
  Context::State& home() const { return *state_; }

 private:
  /// True if the fence was passed within that time.
  bool passed(GLuint64 nanoseconds);

  StatePtr state_;
  PixelBufferPtr buffer_;
  TextureShape shape_;
  GLsync fence_ = nullptr;  // null: it has arrived
};

using DownloadPtr = std::shared_ptr<Download>;

/// The pixels of a download that has arrived as an image that other threads may read, without a
/// copy. The end of the context waits until they have.
Image lentImage(DownloadPtr download);

/// Tells when a download has arrived, also where nobody uses the context any more: the context's
/// worker waits for it. Ready at once if it has arrived, or if there is no worker, which then means
/// to wait here.
std::shared_future<void> arrivalOf(DownloadPtr download);

}  // namespace topknot::gl
