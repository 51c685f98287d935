// Whether a header that somebody else wrote can be believed.
#include "ipc/receiver.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

std::string hexadecimal(std::uint32_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[number >> shift & 15];
  return text;
}

void checkMagic(const DataHeader& header, const std::string& object) {
  if (header.magic == DataHeader::kMagicGenerationA) {
    throw Error("'" + object + "' has the header of TouchDesigner builds before 2022 (generation " +
                "A, magic 0xe95df673), which is not read here; 2022 and later are");
  }
  if (header.magic != DataHeader::kMagic) {
    throw Error("'" + object + "' is not a frame: its magic number is " +
                hexadecimal(header.magic) + ", not 0xd95ef835");
  }
  if (header.version < 1) {
    throw Error("'" + object + "' has header version " + std::to_string(header.version) +
                "; 1 and above are known");
  }
}

}  // namespace

std::optional<FrameLayout> checkHeader(const DataHeader& header, std::uint64_t segmentBytes,
                                       const std::string& object) {
  if (header.magic == 0) return std::nullopt;
  checkMagic(header, object);
  const auto format = receivedFormat(header.pixelFormat);
  if (!format) {
    throw Error("'" + object + "' has the unknown pixel format " +
                std::to_string(header.pixelFormat));
  }
  const std::string size = std::to_string(header.width) + " x " + std::to_string(header.height);
  if (header.width < 1 || header.height < 1) {
    throw Error("'" + object + "' has a frame of " + size + " pixels");
  }
  const std::int64_t offset = header.dataOffset;
  if (offset < DataHeader::kCoreBytes || static_cast<std::uint64_t>(offset) > segmentBytes) {
    throw Error("'" + object + "' has its pixels at byte " + std::to_string(offset) + " of " +
                std::to_string(segmentBytes));
  }
  const std::uint64_t room = segmentBytes - static_cast<std::uint64_t>(offset);
  const std::uint64_t rowBytes =
      static_cast<std::uint64_t>(header.width) *
      static_cast<std::uint64_t>(pixelFormatInfo(format->format).bytesPerPixel);
  const auto rows = static_cast<std::uint64_t>(header.height);
  // Divided, as the product of three large numbers may not fit.
  if (rows > room / rowBytes) {
    throw Error("'" + object + "' has room for " + std::to_string(room) + " bytes of pixels, " +
                "less than its frame of " + size + " needs");
  }
  const std::uint64_t bytes = rowBytes * rows;
  if (header.dataSize < 0 || static_cast<std::uint64_t>(header.dataSize) < bytes) {
    throw Error("'" + object + "' has a frame of " + size + " but only " +
                std::to_string(header.dataSize) + " bytes of pixels");
  }
  return FrameLayout{.width = header.width,
                     .height = header.height,
                     .aspectX = header.aspectX,
                     .aspectY = header.aspectY,
                     .format = *format,
                     .offset = static_cast<std::uint64_t>(offset),
                     .bytes = bytes};
}

}  // namespace topknot::ipc
