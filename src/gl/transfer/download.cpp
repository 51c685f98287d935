// Pixels on their way from a texture into memory, and those that have arrived.
#include "gl/transfer/download.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "gl/context/work.h"
#include "gl/context/worker.h"
#include "gl/program/buffer.h"
#include "gl/transfer/completion.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

std::atomic<bool> isAlwaysPinned = false;

TextureShape shapeOf(const Texture& texture, const Region& region) {
  TextureShape shape = texture.shape();
  shape.mipmaps = false;
  if (region.isWhole()) return shape;
  shape.width = region.x1 - region.x0;
  shape.height = region.y1 - region.y0;
  return shape;
}

/// Keeps a download whose pixels another thread reads.
struct Loan {
  explicit Loan(DownloadPtr what)
      : reading(what->home().shared_from_this()), download(std::move(what)) {}

  const Reading reading;  // goes last
  const DownloadPtr download;
};

constexpr char kLost[] = "the driver has lost the download of a picture";

}  // namespace

bool Download::isDirect(const Context::State& state) {
  return state.info.software && !isAlwaysPinned;
}

void Download::alwaysPinned(bool always) {
  isAlwaysPinned = always;
}

Download::Download(const Texture& texture, const Region& region, const Conversion& conversion)
    : state_(current()), shape_(shapeOf(texture, region)) {
  if (isDirect(*state_)) {
    readDirectly(texture, region, conversion);
    return;
  }
  const std::size_t bytes = pictureBytes(shape_);
  buffer_ = PixelBuffers::take(bytes);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer_->object.name());
  readPixels(texture, region, nullptr, bytes);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  fence_ = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  glFlush();
}

void Download::readDirectly(const Texture& texture, const Region& region,
                            const Conversion& conversion) {
  const auto size = [](const auto& value) { return static_cast<std::size_t>(value); };
  const std::size_t rowBytes = pictureBytes(shape_) / size(shape_.height) / size(shape_.depth);
  if (conversion.run) shape_.format = conversion.format;
  image_ = Image::uninitialised(shape_.width, shape_.height, shape_.format, shape_.depth);
  const std::span<std::byte> out = image_.bytes();
  if (!conversion.run) return readPixels(texture, region, out.data(), out.size());
  // A few rows of all slices at a time, which are still in the cache when they are converted.
  constexpr std::size_t kBand = std::size_t{1} << 20;
  const Region part = region.isWhole() ? Region{0, 0, shape_.width, shape_.height} : region;
  const int most = static_cast<int>(std::max(size(1), kBand / rowBytes / size(shape_.depth)));
  std::vector<std::byte> band;
  for (int y = 0; y < shape_.height; y += most) {
    const int rows = std::min(most, shape_.height - y);
    const std::size_t slice = size(rows) * rowBytes;
    band.resize(slice * size(shape_.depth));
    const int from = part.y0 + y;
    readPixels(texture, {part.x0, from, part.x1, from + rows}, band.data(), band.size());
    for (int z = 0; z < shape_.depth; ++z) {
      conversion.run(band.data() + slice * size(z), size(rows) * size(shape_.width),
                     image_.row(y, z).data());
    }
  }
}

Download::~Download() {
  // What the GPU still writes there comes before what it is told next.
  if (fence_ != nullptr) state_->pixelBuffers->drop(fence_);
  if (buffer_) state_->pixelBuffers->put(std::move(buffer_));
}

bool Download::passed(GLuint64 nanoseconds) {
  const GLenum status = glClientWaitSync(fence_, GL_SYNC_FLUSH_COMMANDS_BIT, nanoseconds);
  if (status == GL_WAIT_FAILED) throw Error(kLost);
  if (status == GL_TIMEOUT_EXPIRED) return false;
  glDeleteSync(std::exchange(fence_, nullptr));
  return true;
}

bool Download::ready() {
  return fence_ == nullptr || passed(0);
}

void Download::wait() {
  constexpr GLuint64 kSlice = 20'000'000;
  while (fence_ != nullptr && !passed(kSlice)) refuseIfLost(*state_);
}

std::span<const std::byte> Download::pixels() const {
  if (!buffer_) return image_.bytes();
  return {buffer_->memory, pictureBytes(shape_)};
}

Image Download::taken() {
  if (!buffer_) return std::move(image_);
  Image copy = Image::uninitialised(shape_.width, shape_.height, shape_.format, shape_.depth);
  std::ranges::copy(pixels(), copy.bytes().begin());
  return copy;
}

Image lentImage(DownloadPtr download) {
  const TextureShape& shape = download->shape();
  const std::span<const std::byte> pixels = download->pixels();
  return Image::borrowed(shape.width, shape.height, shape.format, shape.depth, pixels,
                         std::make_shared<Loan>(std::move(download)));
}

std::shared_future<void> completionOf(DownloadPtr download) {
  Worker* const worker = download->ready() ? nullptr : readbackWorkerOf(download->home());
  const auto completion = std::make_shared<Completion>(download->home().shared_from_this(), kLost);
  std::shared_future<void> known = completion->known();
  const auto wait = [completion, download = std::move(download)] {
    completion->tell([&] { download->wait(); });
  };
  if (worker != nullptr) {
    worker->post(wait);
  } else {
    wait();
  }
  return known;
}

}  // namespace topknot::gl
