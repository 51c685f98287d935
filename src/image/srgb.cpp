// The tables behind the sRGB curve.
#include "image/srgb.h"

#include <bit>
#include <cmath>

namespace topknot {
namespace {

double decode(double encoded) {
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

std::array<float, 256> makeDecodeTable() {
  std::array<float, 256> table;
  for (int i = 0; i < 256; ++i) table[i] = static_cast<float>(decode(i / 255.0));
  return table;
}

/// Encoding looks up a start in a bucket of the float's leading bits (8 to an octave, from 2^-13
/// on), then walks up to the byte; a walk is a few steps at most.
class Encoder {
 public:
  Encoder() {
    for (int i = 0; i < 255; ++i) above_[i] = static_cast<float>(decode((i + 0.5) / 255.0));
    above_[255] = 2.0f;
    for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      start_[bucket] = walk(0, std::bit_cast<float>(kFirst + (bucket << kShift)));
    }
  }

  std::uint8_t encode(float linear) const {
    if (!(linear > 0x1p-13f)) return 0;
    if (linear >= 1.0f) return 255;
    const std::uint32_t bucket = (std::bit_cast<std::uint32_t>(linear) - kFirst) >> kShift;
    return walk(start_[bucket], linear);
  }

 private:
  static constexpr std::uint32_t kFirst = (127u - 13u) << 23;
  static constexpr int kShift = 20;
  static constexpr std::uint32_t kBuckets = 13 * 8;

  std::uint8_t walk(std::uint8_t byte, float linear) const {
    while (linear >= above_[byte]) ++byte;
    return byte;
  }

  std::array<float, 256> above_;  // from here on it is the next byte
  std::array<std::uint8_t, kBuckets> start_;
};

}  // namespace

const std::array<float, 256>& linearFromSrgb() {
  static const std::array<float, 256> kTable = makeDecodeTable();
  return kTable;
}

std::uint8_t srgbFromLinear(float linear) {
  static const Encoder kEncoder;
  return kEncoder.encode(linear);
}

}  // namespace topknot
