// exr by tinyexr, into memory.
#include <cstdlib>
#include <cstring>
#include <memory>

#include "io/exr/exr.h"
#include "io/exr/tinyexr.h"

namespace topknot::io {
namespace {

struct Channel {
  const char* name;
  int component;  // of (r, g, b, a)
};

/// The file wants them in the order of their names.
std::vector<Channel> channelsOf(Channels channels) {
  switch (channels) {
    case Channels::Rgb:
      return {{"B", 2}, {"G", 1}, {"R", 0}};
    case Channels::Mono:
      return {{"Y", 0}};
    case Channels::Rg:
      return {{"G", 1}, {"R", 0}};
    case Channels::Alpha:
      return {{"A", 3}};
    case Channels::MonoAlpha:
      return {{"A", 3}, {"Y", 0}};
    default:
      return {{"A", 3}, {"B", 2}, {"G", 1}, {"R", 0}};
  }
}

bool fitsHalf(Component component) {
  return component != Component::Fixed16 && component != Component::Float32;
}

/// One component of all pixels, top row first; `image` has four components of `kSize` bytes.
template <std::size_t kSize>
Bytes planeOf(const Image& image, int component) {
  Bytes plane(image.bytes().size() / 4);
  std::byte* to = plane.data();
  for (int y = image.height(); y-- > 0;) {
    const std::byte* from = image.row(y).data() + static_cast<std::size_t>(component) * kSize;
    for (int x = 0; x < image.width(); ++x, from += 4 * kSize, to += kSize) {
      std::memcpy(to, from, kSize);
    }
  }
  return plane;
}

std::vector<EXRAttribute> attributesOf(const Metadata& metadata) {
  std::vector<EXRAttribute> attributes;
  for (const auto& [name, value] : metadata) {
    EXRAttribute attribute{};
    name.copy(attribute.name, sizeof attribute.name - 1);
    std::strcpy(attribute.type, "string");
    // tinyexr takes a pointer to non-const and does not write through it.
    attribute.value = reinterpret_cast<unsigned char*>(const_cast<char*>(value.data()));
    attribute.size = static_cast<int>(value.size());
    attributes.push_back(attribute);
  }
  return attributes;
}

bool hasLongName(const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    if (name.size() > 31) return true;
  }
  return false;
}

Bytes compressed(const EXRImage& image, const EXRHeader& header) {
  unsigned char* memory = nullptr;
  const char* reason = nullptr;
  const std::size_t size = SaveEXRImageToMemory(&image, &header, &memory, &reason);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(memory, &std::free);
  const std::string why = reason ? reason : "the encoder gave no reason";
  if (reason) FreeEXRErrorMessage(reason);
  if (size == 0) throw Refusal("cannot be written: " + why);
  const auto* first = reinterpret_cast<const std::byte*>(memory);
  return Bytes(first, first + size);
}

/// `pixels` is rgba16float or rgba32float.
Bytes encode(const Image& pixels, const std::vector<Channel>& names, const Metadata& metadata) {
  const bool half = pixels.format() == PixelFormat::Rgba16Float;
  const int count = static_cast<int>(names.size());
  std::vector<Bytes> planes;
  std::vector<unsigned char*> pointers;
  std::vector<EXRChannelInfo> channels(names.size());
  std::vector<int> types(names.size(), half ? TINYEXR_PIXELTYPE_HALF : TINYEXR_PIXELTYPE_FLOAT);
  for (std::size_t i = 0; i < names.size(); ++i) {
    planes.push_back(half ? planeOf<2>(pixels, names[i].component)
                          : planeOf<4>(pixels, names[i].component));
    pointers.push_back(reinterpret_cast<unsigned char*>(planes.back().data()));
    std::strcpy(channels[i].name, names[i].name);
  }
  std::vector<EXRAttribute> attributes = attributesOf(metadata);

  EXRImage image;
  InitEXRImage(&image);
  image.width = pixels.width();
  image.height = pixels.height();
  image.num_channels = count;
  image.images = pointers.data();
  EXRHeader header;
  InitEXRHeader(&header);
  header.num_channels = count;
  header.channels = channels.data();
  header.pixel_types = types.data();
  header.requested_pixel_types = types.data();
  // What is smallest and fastest for halfs is neither for floats.
  header.compression_type = half ? TINYEXR_COMPRESSIONTYPE_PIZ : TINYEXR_COMPRESSIONTYPE_ZIP;
  header.long_name = hasLongName(metadata);
  header.num_custom_attributes = static_cast<int>(attributes.size());
  header.custom_attributes = attributes.data();
  return compressed(image, header);
}

}  // namespace

Bytes writeExr(const Image& image, const SaveOptions& options) {
  const PixelFormatInfo& info = pixelFormatInfo(image.format());
  const PixelFormat format =
      fitsHalf(info.component) ? PixelFormat::Rgba16Float : PixelFormat::Rgba32Float;
  const std::vector<Channel> names = channelsOf(info.channels);
  if (image.format() == format) return encode(image, names, options.metadata);
  return encode(image.converted(format), names, options.metadata);
}

}  // namespace topknot::io
