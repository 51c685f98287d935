// Writing bundles, and reading them without belief.
#include "ipc/bundle.h"

#include <algorithm>
#include <cstring>

#include "topknot/error.h"

namespace topknot::ipc {
namespace {

constexpr std::uint64_t kAlignment = 64;

std::uint64_t aligned(std::uint64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint64_t directoryBytes(std::size_t count) {
  return aligned(sizeof(TopknotShmBundle) + count * sizeof(TopknotShmEntry));
}

template <class Value>
Value valueAt(std::span<const std::byte> bytes, std::uint64_t offset) {
  Value value = {};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

PictureInBundle pictureOf(const TopknotShmEntry& entry, std::span<const std::byte> bundle,
                          const std::string& object) {
  PictureInBundle picture;
  picture.name.assign(entry.name, strnlen(entry.name, sizeof entry.name));
  picture.frame = entry.frame;
  const std::uint64_t offset = std::min<std::uint64_t>(entry.offset, bundle.size());
  picture.layout = checkDescription(descriptionOf(entry, offset, bundle.size() - offset), object);
  picture.pixels = bundle.subspan(picture.layout.offset, picture.layout.bytes);
  return picture;
}

}  // namespace

std::uint64_t bundleBytes(std::span<const BundlePicture* const> pictures) {
  std::uint64_t bytes = directoryBytes(pictures.size());
  for (const BundlePicture* picture : pictures) bytes += aligned(picture->pixels.size());
  return bytes;
}

void encodeBundle(std::span<const BundlePicture* const> pictures, std::span<std::byte> target) {
  const TopknotShmBundle head = {static_cast<std::uint32_t>(pictures.size()),
                                 sizeof(TopknotShmEntry), target.size()};
  std::memcpy(target.data(), &head, sizeof head);
  std::uint64_t place = sizeof head;
  std::uint64_t offset = directoryBytes(pictures.size());
  for (const BundlePicture* picture : pictures) {
    TopknotShmEntry entry = {};
    picture->name.copy(entry.name, sizeof entry.name - 1);
    entry.width = picture->header.width;
    entry.height = picture->header.height;
    entry.aspectX = picture->header.aspectX;
    entry.aspectY = picture->header.aspectY;
    entry.pixelFormat = *sharedFormat(picture->header.format);
    entry.gamutPrimaries = picture->header.gamut;
    entry.transfer = picture->header.transfer;
    entry.flags = flagsOf(picture->header);
    entry.offset = offset;
    entry.bytes = picture->pixels.size();
    entry.frame = picture->frame;
    std::memcpy(target.data() + place, &entry, sizeof entry);
    std::memcpy(target.data() + offset, picture->pixels.data(), picture->pixels.size());
    place += sizeof entry;
    offset += aligned(picture->pixels.size());
  }
}

std::vector<PictureInBundle> picturesIn(std::span<const std::byte> bundle,
                                        const std::string& object) {
  if (bundle.size() < sizeof(TopknotShmBundle)) throw Error("'" + object + "' has no bundle");
  const auto head = valueAt<TopknotShmBundle>(bundle, 0);
  const std::uint64_t room = bundle.size() - sizeof head;
  if (head.entryBytes < sizeof(TopknotShmEntry) || head.count > room / head.entryBytes) {
    throw Error("'" + object + "' has a bundle that lies: " + std::to_string(head.count) +
                " pictures in " + std::to_string(bundle.size()) + " bytes");
  }
  std::vector<PictureInBundle> pictures;
  for (std::uint32_t i = 0; i < head.count; ++i) {
    const std::uint64_t place = sizeof head + std::uint64_t{i} * head.entryBytes;
    pictures.push_back(pictureOf(valueAt<TopknotShmEntry>(bundle, place), bundle, object));
  }
  return pictures;
}

}  // namespace topknot::ipc
