// The one place that compiles stb, with a limit on what it may allocate.
#include "io/codecs/stb.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <new>

#include "image/sizes.h"
#include "image/text_or.h"

namespace topknot::io {
namespace {

/// What stb asks for on this thread.
struct Memory {
  std::size_t limit = 0;   // of a block: a damaged file can ask for far more than it promises
  bool refused = false;    // a block was larger
  bool exhausted = false;  // there was no more memory
};
thread_local Memory memory;

/// stb gives no reason if it gets no block, so that is noted here.
template <class Allocate>
void* limited(std::size_t size, const Allocate& allocate) {
  if (size > memory.limit) {
    memory.refused = true;
    return nullptr;
  }
  void* const block = allocate();
  if (block == nullptr) memory.exhausted = true;
  return block;
}

void* limitedMalloc(std::size_t size) {
  return limited(size, [&] { return std::malloc(size); });
}

void* limitedRealloc(void* block, std::size_t size) {
  return limited(size, [&] { return std::realloc(block, size); });
}

}  // namespace
}  // namespace topknot::io

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#define STBI_MALLOC(size) topknot::io::limitedMalloc(size)
#define STBI_REALLOC(block, size) topknot::io::limitedRealloc(block, size)
#define STBI_FREE(block) std::free(block)
#define STB_IMAGE_STATIC
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_ONLY_HDR
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace topknot::io {
namespace {

constexpr int kChannels = 4;

/// stb keeps the reason of an earlier file.
void begin(std::size_t blockLimit) {
  memory = {.limit = blockLimit};
  stbi__g_failure_reason = nullptr;
}

/// What became of the file since then.
[[noreturn]] void fail() {
  if (memory.exhausted) throw std::bad_alloc();
  if (memory.refused) {
    throw Refusal("is damaged: it asks its decoder for more memory than its header promises");
  }
  throw Refusal("cannot be decoded: " +
                textOr(stbi_failure_reason(), "its decoder gave no reason"));
}

template <class T>
Image imageOf(T* decoded, int width, int height, PixelFormat format) {
  const std::unique_ptr<T, decltype(&std::free)> pixels(decoded, &std::free);
  if (!pixels) fail();
  Image image = Image::uninitialised(width, height, format);
  flipRows(std::as_bytes(std::span(pixels.get(), image.bytes().size() / sizeof(T))),
           image.rowBytes(), image.bytes());
  return image;
}

}  // namespace

Image stbDecode(ByteView bytes, const ReadLimits& limits) {
  const auto* data = reinterpret_cast<const stbi_uc*>(bytes.data());
  if (bytes.size() > INT_MAX) throw Refusal("is too large: its decoder reads up to 2 GiB");
  const int size = static_cast<int>(bytes.size());
  int width = 0, height = 0, channels = 0;
  begin(std::size_t{1} << 20);
  if (!stbi_info_from_memory(data, size, &width, &height, &channels)) fail();
  const bool wide = stbi_is_16_bit_from_memory(data, size);
  const bool hdr = stbi_is_hdr_from_memory(data, size);
  checkSize(limits, width, height, hdr ? 16 : wide ? 8 : 4);
  // As floats, and counted in ints by stb.
  if (!productWithin(INT_MAX, {width, height, kChannels, hdr ? 4 : wide ? 2 : 1})) {
    throw Refusal(
        "is too large: its decoder makes up to 2 GiB of pixels, and its header promises " +
        std::to_string(width) + " x " + std::to_string(height));
  }
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  begin(std::max(pixels * 16, bytes.size() * 2) + (std::size_t{1} << 20));
  if (hdr) {
    float* decoded = stbi_loadf_from_memory(data, size, &width, &height, &channels, kChannels);
    return imageOf(decoded, width, height, PixelFormat::Rgba32Float);
  }
  if (wide) {
    auto* decoded = stbi_load_16_from_memory(data, size, &width, &height, &channels, kChannels);
    return imageOf(decoded, width, height, PixelFormat::Rgba16Fixed);
  }
  auto* decoded = stbi_load_from_memory(data, size, &width, &height, &channels, kChannels);
  return imageOf(decoded, width, height, PixelFormat::Rgba8Fixed);
}

Bytes stbBmp(ByteView samples, int width, int height, int channels) {
  Bytes file;
  const auto append = [](void* self, void* data, int size) {
    const auto* first = static_cast<const std::byte*>(data);
    auto& bytes = *static_cast<Bytes*>(self);
    bytes.insert(bytes.end(), first, first + size);
  };
  file.reserve(samples.size() + 1024);
  if (!stbi_write_bmp_to_func(append, &file, width, height, channels, samples.data())) {
    throw Refusal("cannot be written: the encoder gave no reason");
  }
  return file;
}

}  // namespace topknot::io
