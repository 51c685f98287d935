// Pictures on their way from the GPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "topknot/image.h"
#include "topknot/image_file.h"

namespace topknot {

class Top;

/// Pixels from the bottom left; a width or height of 0 reaches to the edge of the picture.
struct ReadbackRegion {
  int x = 0, y = 0, width = 0, height = 0;
};

/// What one component of the result is.
enum class ReadbackType {
  Own,      ///< as the picture's own format has it
  Float32,  ///< a 32-bit float; fixed formats map to 0..1, sRGB formats are decoded
};

/// How, and what of it, a picture is read back.
struct ReadbackOptions {
  /// As of TouchDesigner's `numpyArray`: do not wait, but start a download, and give the picture
  /// that was current at an earlier call.
  bool delayed = false;
  /// As of TouchDesigner's `numpyArray`: the memory is meant to be written to. An Image always is
  /// ordinary memory here; the TOP never changes.
  bool writable = false;
  /// The part that is wanted, of all slices. Throws Error if it reaches beyond the picture.
  ReadbackRegion region = {};
  /// Letters of r, g, b and a, each channel once: `bgra`, `rg`, `a`. The result has as many
  /// channels, in that order: mono, RG, RGB or RGBA. Three channels exist with floats only; with
  /// others a fourth one of 1 follows. Empty: those of the picture's format.
  std::string channels = {};
  ReadbackType type = ReadbackType::Own;
  bool allowStale = false;  ///< take the picture that is there though an operator failed, see Top
};

/// What a ring does with a download that it has no room for.
enum class WhenFull {
  /// Waits for the oldest one and moves it into ordinary memory, so that nothing is lost as long as
  /// pictures are taken. Of those that nobody takes, the latest `depth` + 64 are kept, and each one
  /// more drops the oldest, lest they fill the memory.
  Wait,
  DropNewest,  ///< does not start the new one
  DropOldest,  ///< forgets the oldest one
};

struct ReadbackRing {
  int depth = 3;  ///< downloads that are under way or not fetched yet: 1 to 64
  WhenFull whenFull = WhenFull::Wait;
};

struct ReadbackCounters {
  std::int64_t started = 0;
  // What `clear` forgot, and what went with its context, is neither pending nor dropped.
  std::int64_t pending = 0;  ///< under way or not fetched yet
  std::int64_t fetched = 0;
  std::int64_t dropped = 0;  ///< because the ring was full
  std::int64_t waited = 0;   ///< times that the ring was full and waited, or a fetch came too early
  std::int64_t latency = 0;  ///< frames of the graph between start and fetch of the latest one
  std::int64_t failed = 0;   ///< not started, since an operator had failed in that frame
};

/// Pixels where they lie. Layout: as of an Image.
struct PixelView {
  int width = 0, height = 0, depth = 0;
  PixelFormat format = PixelFormat::Rgba8Fixed;
  std::span<const std::byte> bytes;
};

/// One download. Copies are the same download: however many take from it, it is made once. Holding
/// one keeps its memory.
///
/// Thread: that of the TOP's context.
class ReadbackTicket {
 public:
  ReadbackTicket() = default;
  explicit operator bool() const { return state_ != nullptr; }

  /// True if `get` would not wait: it gives the picture, or throws Error at once because there will
  /// be none: it was dropped, or its context was destroyed or lost.
  bool ready() const;
  /// True if the ring had no room for it, or no longer. Taking it throws Error.
  bool dropped() const;
  /// True if the TOP, or an operator that it is made from, had failed when this was started without
  /// `allowStale`. Taking it throws Error with their names and sentences.
  bool failed() const;
  /// Waits, if it must, and copies the picture into memory of the caller's own.
  Image get() const;
  /// Waits, if it must. No copy is made if the picture has the type and channels that it has on the
  /// GPU, or was converted there. Valid as long as a ticket of this download, and the context.
  PixelView view() const;
  /// As Top::save, of this picture: straight from the memory that it was downloaded into.
  FileSaveStatus save(const std::filesystem::path& file, const SaveOptions& options = {}) const;

  struct State;  ///< the insides

 private:
  friend class Readback;
  explicit ReadbackTicket(std::shared_ptr<State> state) : state_(std::move(state)) {}
  State& state() const;
  std::shared_ptr<State> state_;
};

/// Reads a TOP's pictures back, frame after frame, without waiting for the GPU: a ring of downloads
/// into pinned memory.
///
///     topknot::Readback readback(top, {.depth = 2});
///     for (;;) {
///       graph.cook(frame);
///       readback.start();
///       while (auto image = readback.take()) use(*image);  // of this frame or an earlier one
///     }
///
/// The TOP outlives it. One that was moved from throws Error. Thread: that of the TOP's context.
class Readback {
 public:
  /// Throws Error if the depth is out of range.
  explicit Readback(Top& top, const ReadbackRing& ring = {});
  Readback(Readback&&) noexcept;
  Readback& operator=(Readback&&) noexcept;
  ~Readback();

  /// Starts to download the current picture; what is dirty cooks first. Throws Error if there is
  /// none, as Top::readback does, or if the options are refused; then the ring stays as it was. In
  /// a frame in which the picture failed it throws nothing: that is told in its turn, to whoever
  /// takes the picture. `delayed` and `writable` mean nothing here.
  ReadbackTicket start(const ReadbackOptions& options = {});
  /// The oldest picture that was not fetched yet, if it has arrived: in order, without waiting.
  /// Throws Error, once, if that is one of a frame in which it failed.
  std::optional<Image> take();
  /// The same as a ticket, without a copy. False in a condition if there is none.
  ReadbackTicket takeTicket();

  /// Forgets what was not fetched yet.
  void clear();
  /// Changes depth and rule for what is started from now on.
  void ring(const ReadbackRing& ring);
  const ReadbackRing& ring() const;
  ReadbackCounters counters() const;
  std::int64_t gpuMemory() const;  ///< bytes of pinned memory that it holds

  struct Queue;  ///< the insides

 private:
  friend class Top;
  Queue& queue() const;
  std::unique_ptr<Queue> queue_;
};

}  // namespace topknot
