// Pixels on their way from a texture into memory, and those that have arrived.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <span>

#include "gl/context/pixel_buffers.h"
#include "gl/context/texture.h"
#include "gl/program/pass.h"
#include "topknot/image.h"

namespace topknot::gl {

/// What becomes of pixels on their way, where that is the processor's work anyway.
struct Conversion {
  PixelFormat format = PixelFormat::Rgba8Fixed;
  /// `pixels` of the texture's format become as many of the other one.
  std::function<void(const std::byte* source, std::size_t pixels, std::byte* target)> run;
};

/// A download, of all slices of a region, in the texture's own format. Starting it does not wait:
/// the GPU writes into pinned memory. Renderers on the CPU copy it themselves while it is started,
/// so there it goes into ordinary memory, which later needs no other copy, and is converted on the
/// way.
///
/// Thread: that of the context; `pixels`, `shape` and the end any, once it has arrived.
class Download {
 public:
  explicit Download(const Texture& texture, const Region& region = {},
                    const Conversion& conversion = {});
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  /// True if downloads of a context go into ordinary memory, and are converted if so asked.
  static bool isDirect(const Context::State& state);
  /// Pinned memory on renderers on the CPU as well: tests see there what GPUs do.
  static void alwaysPinned(bool always);

  /// True if `wait` would not wait.
  bool ready();
  /// Also in a context that shares objects with its own. Throws Error if the context was given up
  /// or is gone.
  void wait();
  /// The size of what was downloaded.
  const TextureShape& shape() const { return shape_; }
  /// Bottom row first, once it has arrived. Valid as long as the download and its context.
  std::span<const std::byte> pixels() const;
  /// The pixels in ordinary memory, once they have arrived: a copy only if they are not there.
  /// Nobody may look at them any more.
  Image taken();
  Context::State& home() const { return *state_; }

 private:
  void readDirectly(const Texture& texture, const Region& region, const Conversion& conversion);
  /// True if the fence was passed within that time.
  bool passed(GLuint64 nanoseconds);

  StatePtr state_;
  PixelBufferPtr buffer_;
  Image image_;  // instead of a buffer
  TextureShape shape_;
  GLsync fence_ = nullptr;  // null: it has arrived
};

using DownloadPtr = std::shared_ptr<Download>;

/// The pixels of a download that has arrived as an image that other threads may read, without a
/// copy. The end of the context waits until they have.
Image lentImage(DownloadPtr download);

/// Tells when a download has arrived, also where nobody uses the context any more: the context's
/// worker for pictures waits for it. Ready at once if it has arrived, or if there is no such
/// worker, which then means to wait here. An Error where it does not arrive.
std::shared_future<void> completionOf(DownloadPtr download);

}  // namespace topknot::gl
