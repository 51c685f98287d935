// Image: where its pixels lie, and how they change format.
#include "topknot/image.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "image/convert.h"
#include "image/rows.h"
#include "image/sizes.h"
#include "topknot/error.h"

namespace topknot {
namespace {

std::string sizeText(int width, int height, int depth) {
  std::string text = std::to_string(width) + " x " + std::to_string(height);
  return depth == 1 ? text : text + " x " + std::to_string(depth);
}

std::size_t checkedBytes(int width, int height, int depth, PixelFormat format) {
  if (width < 1 || height < 1 || depth < 1) {
    throw Error("an image cannot be " + sizeText(width, height, depth) +
                " pixels: each size is at least 1");
  }
  const auto bytes = imageBytes(width, height, depth, format);
  if (!bytes) {
    throw Error("an image of " + sizeText(width, height, depth) + " pixels of " +
                std::string(pixelFormatInfo(format).name) + " exceeds 2^40 bytes");
  }
  return static_cast<std::size_t>(*bytes);
}

void checkFloats(PixelFormat format) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  if (info.component != Component::Float32) {
    throw Error("an image of " + std::string(info.name) +
                " has no 32-bit floats; convert it to rgba32float first");
  }
}

}  // namespace

Image::Image(int width, int height, PixelFormat format, int depth)
    : width_(width),
      height_(height),
      depth_(depth),
      format_(format),
      bytes_(checkedBytes(width, height, depth, format), std::byte{0}) {}

Image Image::uninitialised(int width, int height, PixelFormat format, int depth) {
  const std::size_t bytes = checkedBytes(width, height, depth, format);
  Image image;
  image.width_ = width;
  image.height_ = height;
  image.depth_ = depth;
  image.format_ = format;
  image.bytes_.resize(bytes);
  return image;
}

Image Image::borrowed(int width, int height, PixelFormat format, int depth,
                      std::span<const std::byte> pixels, std::shared_ptr<const void> owner) {
  const std::size_t bytes = checkedBytes(width, height, depth, format);
  if (pixels.size() != bytes) {
    throw Error("an image of " + sizeText(width, height, depth) + " pixels of " +
                std::string(pixelFormatInfo(format).name) + " has " + std::to_string(bytes) +
                " bytes, not " + std::to_string(pixels.size()));
  }
  if (!owner) throw Error("borrowed pixels need an owner that keeps them");
  Image image;
  image.width_ = width;
  image.height_ = height;
  image.depth_ = depth;
  image.format_ = format;
  image.borrowed_ = pixels;
  image.owner_ = std::move(owner);
  return image;
}

void Image::copyBorrowed() {
  bytes_.resize(borrowed_.size());
  std::memcpy(bytes_.data(), borrowed_.data(), borrowed_.size());
  borrowed_ = {};
  owner_.reset();
}

bool operator==(const Image& a, const Image& b) {
  return a.width_ == b.width_ && a.height_ == b.height_ && a.depth_ == b.depth_ &&
         a.format_ == b.format_ && std::ranges::equal(a.bytes(), b.bytes());
}

std::size_t Image::rowBytes() const {
  return static_cast<std::size_t>(width_) *
         static_cast<std::size_t>(pixelFormatInfo(format_).bytesPerPixel);
}

std::size_t Image::offset(int x, int y, int z) const {
  if (x < 0 || y < 0 || z < 0 || x >= width_ || y >= height_ || z >= depth_) {
    throw Error("there is no pixel (" + std::to_string(x) + ", " + std::to_string(y) + ", " +
                std::to_string(z) + ") in an image of " + sizeText(width_, height_, depth_));
  }
  const std::size_t row =
      static_cast<std::size_t>(z) * static_cast<std::size_t>(height_) + static_cast<std::size_t>(y);
  return row * rowBytes() + static_cast<std::size_t>(x) *
                                static_cast<std::size_t>(pixelFormatInfo(format_).bytesPerPixel);
}

std::span<std::byte> Image::row(int y, int z) {
  return bytes().subspan(offset(0, y, z), rowBytes());
}

std::span<const std::byte> Image::row(int y, int z) const {
  return bytes().subspan(offset(0, y, z), rowBytes());
}

std::span<float> Image::floats() {
  checkFloats(format_);
  const std::span<std::byte> all = bytes();
  return {reinterpret_cast<float*>(all.data()), all.size() / sizeof(float)};
}

std::span<const float> Image::floats() const {
  checkFloats(format_);
  const std::span<const std::byte> all = bytes();
  return {reinterpret_cast<const float*>(all.data()), all.size() / sizeof(float)};
}

glm::vec4 Image::pixel(int x, int y, int z) const {
  glm::vec4 colour;
  rowReader(format_)(bytes().data() + offset(x, y, z), 1, &colour.x);
  return colour;
}

void Image::setPixel(int x, int y, glm::vec4 colour, int z) {
  rowWriter(format_)(&colour.x, 1, bytes().data() + offset(x, y, z));
}

Image Image::converted(PixelFormat format) const {
  if (format == format_) return *this;
  if (empty()) {
    Image none;
    none.format_ = format;
    return none;
  }
  Image image = uninitialised(width_, height_, format, depth_);
  const std::size_t pixels =
      image.bytes().size() / static_cast<std::size_t>(pixelFormatInfo(format).bytesPerPixel);
  convertPixels(format_, bytes().data(), pixels, format, image.bytes().data(), pixels);
  return image;
}

}  // namespace topknot
