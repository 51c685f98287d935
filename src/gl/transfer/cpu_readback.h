// Pixels that another thread reads out of a texture, where a download is a copy made by the
// processor.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <span>

#include "gl/context/texture.h"
#include "topknot/image.h"

namespace topknot::gl {

class Worker;

/// A picture for which a thread with a context of its own waits, and which it then reads straight
/// to where it is wanted. The texture is held meanwhile, so whoever draws the next picture takes
/// another one. Worth it where a download is no work of the GPU's: on renderers on the CPU the call
/// that starts one would make the copy itself, and wait for the drawing first.
///
/// Thread: that of the context, but for `read`, and the end after it.
class CpuReadback {
 public:
  /// Of a 2D texture. Null where a Download is better, or no further thread can be had.
  static std::unique_ptr<CpuReadback> start(TexturePtr texture);
  ~CpuReadback();
  CpuReadback(const CpuReadback&) = delete;
  CpuReadback& operator=(const CpuReadback&) = delete;

  const TextureShape& shape() const { return texture_->shape(); }
  const Texture& texture() const { return *texture_; }

  /// Runs a job on that thread, after those before it, and destroys it there; at the context's end
  /// one that waits is destroyed only. The fetch has to be there until then.
  void post(std::function<void()> job);

  /// For such a job: waits for the picture and reads all of it in its own format, bottom row first,
  /// into memory of pictureBytes(shape()). Throws Error if the context was given up.
  void read(std::span<std::byte> out);

 private:
  explicit CpuReadback(TexturePtr texture);

  TexturePtr texture_;
  StatePtr home_;
  GLsync fence_ = nullptr;  // null: it was read
};

/// A picture on its way to other threads.
struct PendingImage {
  Image image;                          // its size and format at once, its pixels upon `completion`
  std::shared_future<void> completion;  // throws Error where it will not arrive
};

/// Lends a texture's picture as it is now, by a fetch where that can be had, else by a download.
/// The end of the context waits until a fetch was read, and a download given back.
PendingImage lend(TexturePtr texture);

}  // namespace topknot::gl
