// Pixels at rest in ordinary memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <glm/vec4.hpp>
#include <memory>
#include <span>
#include <vector>

#include "topknot/pixel_format.h"

namespace topknot {

/// A picture in memory: width × height × depth pixels of one PixelFormat. A value: copies copy
/// the pixels, moves are cheap. It may also look at pixels of somebody else's, until it is written
/// to.
///
/// Layout: rows are tightly packed, the **bottom row first** (as in OpenGL and TouchDesigner),
/// slices one after the other. Byte `((z · height + y) · width + x) · bytesPerPixel` starts pixel
/// (x, y, z), with (0, 0) at the bottom left. Components are little-endian.
///
/// Thread: any, one at a time.
class Image {
 public:
  /// No picture: 0 × 0.
  Image() = default;

  /// All bytes zero. Throws Error if a size is below 1 or the whole exceeds 2^40 bytes.
  Image(int width, int height, PixelFormat format, int depth = 1);

  /// The same with bytes of any value, for whoever writes all of them.
  static Image uninitialised(int width, int height, PixelFormat format, int depth = 1);

  /// Pixels that lie elsewhere, in the layout above; `owner` keeps them as long as this image or a
  /// copy of it looks at them. They are never written to: whoever asks for writable bytes of the
  /// image gets memory of its own first. Throws Error if there are not as many bytes as the sizes
  /// ask for.
  static Image borrowed(int width, int height, PixelFormat format, int depth,
                        std::span<const std::byte> pixels, std::shared_ptr<const void> owner);

  /// Copies pixels that it only looks at into memory of its own; others stay where they are.
  void own() {
    if (owner_) copyBorrowed();
  }

  int width() const { return width_; }    ///< pixels
  int height() const { return height_; }  ///< pixels
  int depth() const { return depth_; }    ///< slices, 1 for a flat picture
  PixelFormat format() const { return format_; }
  bool empty() const { return bytes().empty(); }
  std::size_t rowBytes() const;  ///< width × bytesPerPixel

  /// The whole picture, bottom row first.
  std::span<std::byte> bytes() {
    own();
    return bytes_;
  }
  std::span<const std::byte> bytes() const {
    return owner_ ? borrowed_ : std::span<const std::byte>(bytes_);
  }

  /// One row, y = 0 is the bottom one. Throws Error out of range.
  std::span<std::byte> row(int y, int z = 0);
  std::span<const std::byte> row(int y, int z = 0) const;

  /// The picture as floats; `format()` must have 32-bit float components, else throws Error.
  /// For rgba32float: height × width × 4, as in numpy's `array[y][x][channel]`.
  std::span<float> floats();
  std::span<const float> floats() const;

  /// One pixel as (r, g, b, a), expanded as `Channels` says; fixed components map to 0..1, and
  /// sRGB formats are decoded to linear. Throws Error out of range.
  glm::vec4 pixel(int x, int y, int z = 0) const;

  /// Stores (r, g, b, a) as the format can hold it: fixed components clamp to 0..1 and round to
  /// nearest (NaN becomes 0), half floats round to nearest even. Throws Error out of range.
  void setPixel(int x, int y, glm::vec4 colour, int z = 0);

  /// The same picture in another format, pixel by pixel through (r, g, b, a).
  Image converted(PixelFormat format) const;

  /// Memory of large images is kept for the next ones: up to 256 MiB of it, and for ten seconds,
  /// after which it goes as soon as another large image comes or goes. This gives all of it back at
  /// once, for a program that will be idle for long. Thread: any.
  static void releaseMemory();

  /// Same size, same format, same bytes.
  friend bool operator==(const Image& a, const Image& b);

 private:
  /// Leaves bytes as the memory came, unless told what to put there.
  struct Allocator {
    using value_type = std::byte;
    template <class>
    struct rebind {
      using other = Allocator;
    };
    static std::byte* allocate(std::size_t bytes);
    static void deallocate(std::byte* memory, std::size_t bytes) noexcept;
    void construct(std::byte*) {}
    void construct(std::byte* place, std::byte value) { *place = value; }
    friend bool operator==(Allocator, Allocator) { return true; }
  };

  void copyBorrowed();
  std::size_t offset(int x, int y, int z) const;

  int width_ = 0;
  int height_ = 0;
  int depth_ = 1;
  PixelFormat format_ = PixelFormat::Rgba8Fixed;
  std::vector<std::byte, Allocator> bytes_;
  std::span<const std::byte> borrowed_;  // if there is an owner
  std::shared_ptr<const void> owner_;
};

}  // namespace topknot
