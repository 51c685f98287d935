// exr by OpenEXR, from memory, on the calling thread.
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfInputPart.h>
#include <ImfMultiPartInputFile.h>
#include <ImfPartType.h>
#include <ImfRgbaFile.h>
#include <ImfTileDescription.h>

#include <algorithm>
#include <cstring>

#include "io/exr/exr.h"
#include "io/exr/exr_channels.h"
#include "io/exr/exr_header.h"
#include "io/exr/exr_sizes.h"

namespace topknot::io {
namespace {

using Imath::Box2i;

class MemoryStream : public Imf::IStream {
 public:
  /// OpenEXR finds another character at the places, in rising order, that are hidden from it.
  MemoryStream(ByteView bytes, const std::vector<std::size_t>& hidden)
      : IStream("memory"), bytes_(bytes), hidden_(hidden) {}

  bool read(char out[], int count) override {
    const auto size = static_cast<std::uint64_t>(std::max(count, 0));
    if (at_ > bytes_.size() || size > bytes_.size() - at_) throw Refusal("is truncated");
    std::memcpy(out, bytes_.data() + at_, size);
    auto place = std::lower_bound(hidden_.begin(), hidden_.end(), at_);
    for (; place != hidden_.end() && *place - at_ < size; ++place) out[*place - at_] = '?';
    at_ += size;
    return at_ < bytes_.size();
  }
  std::uint64_t tellg() override { return at_; }
  void seekg(std::uint64_t at) override { at_ = at; }

 private:
  ByteView bytes_;
  const std::vector<std::size_t>& hidden_;
  std::uint64_t at_ = 0;
};

void checkHeader(const Imf::Header& header, const ExrChannels& channels, const ReadLimits& limits) {
  if (header.hasType() && !Imf::isImage(header.type())) {
    throw Refusal("is not read: it holds deep pixels, with many depths each");
  }
  if (channels.grey.empty() && channels.red.empty() && channels.green.empty() &&
      channels.blue.empty() && channels.alpha.empty()) {
    throw Refusal("is not read: it has no channels");
  }
  if (!channels.chroma && !channels.subsampled.empty()) {
    throw Refusal("is not read: its channel " + inQuotes(channels.subsampled) + " is subsampled");
  }
  const std::int64_t pixel = channels.allHalf ? 8 : 16;
  for (const Box2i& window : {header.displayWindow(), header.dataWindow()}) {
    checkSize(limits, widthOf(window), heightOf(window), pixel);
  }
}

/// Where OpenEXR finds pixel (0, 0) if `window` fills the image, bottom row first. That place may
/// lie far outside, so it is an integer and the row step wraps around.
struct Origin {
  Origin(Image& image, const Box2i& window)
      : xStep(static_cast<std::size_t>(pixelFormatInfo(image.format()).bytesPerPixel)),
        yStep(std::size_t{0} - image.rowBytes()),
        address(reinterpret_cast<std::uintptr_t>(image.row(image.height() - 1).data()) -
                static_cast<std::size_t>(window.min.x) * xStep -
                static_cast<std::size_t>(window.min.y) * yStep) {}

  char* at(std::size_t byte) const { return reinterpret_cast<char*>(address + byte); }

  std::size_t xStep, yStep;
  std::uintptr_t address;
};

void readChannels(Imf::MultiPartInputFile& file, const ExrChannels& names, Image& image) {
  Imf::InputPart part(file, 0);
  const Box2i window = part.header().dataWindow();
  const Origin origin(image, window);
  const Imf::PixelType type = names.allHalf ? Imf::HALF : Imf::FLOAT;
  const auto size = static_cast<std::size_t>(bytesOf(type));
  Imf::FrameBuffer buffer;
  const auto insert = [&](const std::string& name, std::size_t component, double missing) {
    // A name that no file has makes OpenEXR fill in the missing value.
    const std::string known = name.empty() ? "\x01" + std::to_string(component) : name;
    buffer.insert(known, Imf::Slice(type, origin.at(component * size), origin.xStep, origin.yStep,
                                    1, 1, missing));
  };
  insert(names.grey.empty() ? names.red : names.grey, 0, 0.0);
  insert(names.green, 1, 0.0);
  insert(names.blue, 2, 0.0);
  insert(names.alpha, 3, 1.0);
  part.setFrameBuffer(buffer);
  part.readPixels(window.min.y, window.max.y);
}

void spreadGrey(Image& image, std::size_t size) {
  std::byte* pixel = image.bytes().data();
  for (std::byte* end = pixel + image.bytes().size(); pixel != end; pixel += 4 * size) {
    std::memcpy(pixel + size, pixel, size);
    std::memcpy(pixel + 2 * size, pixel, size);
  }
}

void readChroma(ByteView bytes, const std::vector<std::size_t>& hidden, const std::string& layer,
                Image& image) {
  MemoryStream stream(bytes, hidden);
  Imf::RgbaInputFile file(stream, layer, 0);
  const Box2i window = file.dataWindow();
  const Origin origin(image, window);
  file.setFrameBuffer(reinterpret_cast<Imf::Rgba*>(origin.at(0)), 1,
                      std::size_t{0} - static_cast<std::size_t>(image.width()));
  file.readPixels(window.min.y, window.max.y);
}

/// The part of `data` that lies in the display window, and 0 around it.
Image placed(Image data, const Box2i& window, const Box2i& display) {
  if (window == display) return data;
  Image image(static_cast<int>(widthOf(display)), static_cast<int>(heightOf(display)),
              data.format());
  const int left = std::max(window.min.x, display.min.x);
  const int right = std::min(window.max.x, display.max.x);
  if (left > right) return image;
  const auto step = static_cast<std::size_t>(pixelFormatInfo(data.format()).bytesPerPixel);
  const std::size_t from = static_cast<std::size_t>(left - window.min.x) * step;
  const std::size_t to = static_cast<std::size_t>(left - display.min.x) * step;
  const std::size_t size = static_cast<std::size_t>(right - left + 1) * step;
  const int bottom = std::min(window.max.y, display.max.y);
  for (int y = std::max(window.min.y, display.min.y); y <= bottom; ++y) {
    const auto source = data.row(window.max.y - y).subspan(from, size);
    std::memcpy(image.row(display.max.y - y).data() + to, source.data(), size);
  }
  return image;
}

}  // namespace

Image readExr(ByteView bytes, const ReadLimits& limits, Warnings&) {
  const std::vector<std::size_t> hidden = checkExrHeader(bytes, limits);
  MemoryStream stream(bytes, hidden);
  Imf::MultiPartInputFile file(stream, 0, false);
  const Imf::Header& header = file.header(0);
  const ExrChannels channels = chooseExrChannels(header.channels());
  checkHeader(header, channels, limits);
  checkExrSizes(header, channels.allHalf ? 8 : 16, limits, bytes.size());
  if (!file.partComplete(0)) throw Refusal("is truncated: some of its rows are missing");
  const Box2i window = header.dataWindow();
  const bool half = channels.allHalf || channels.chroma;
  Image image =
      Image::uninitialised(static_cast<int>(widthOf(window)), static_cast<int>(heightOf(window)),
                           half ? PixelFormat::Rgba16Float : PixelFormat::Rgba32Float);
  if (channels.chroma) {
    readChroma(bytes, hidden, channels.layer, image);
    if (!channels.allHalf) image = image.converted(PixelFormat::Rgba32Float);
  } else {
    readChannels(file, channels, image);
    if (!channels.grey.empty()) spreadGrey(image, half ? 2 : 4);
  }
  return placed(std::move(image), window, header.displayWindow());
}

}  // namespace topknot::io
