// exr files that OpenEXR compressed in each of its ways, against what OpenEXR reads of them.
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <ImfTileDescription.h>
#include <ImfTiledOutputFile.h>
#include <gtest/gtest.h>

#include <cmath>

#include "io/support/openexr.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

using Imath::Box2i;
using Imath::V2i;

constexpr int kWidth = 75, kHeight = 61;  // no multiple of any block

struct Way {
  const char* name;
  Imf::Compression compression;
  bool lossy;
};
constexpr Way kWays[] = {
    {"none", Imf::NO_COMPRESSION, false},   {"rle", Imf::RLE_COMPRESSION, false},
    {"zips", Imf::ZIPS_COMPRESSION, false}, {"zip", Imf::ZIP_COMPRESSION, false},
    {"piz", Imf::PIZ_COMPRESSION, false},   {"pxr24", Imf::PXR24_COMPRESSION, true},
    {"b44", Imf::B44_COMPRESSION, true},    {"b44a", Imf::B44A_COMPRESSION, true},
    {"dwaa", Imf::DWAA_COMPRESSION, true},  {"dwab", Imf::DWAB_COMPRESSION, true},
};

/// A smooth picture with some grain, in four channels of that type.
class Specimen {
 public:
  explicit Specimen(Imf::PixelType type) : type_(type) {
    const Image grain = noisePicture(kWidth, kHeight, PixelFormat::Rgba32Float, 3);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const glm::vec4 noise = grain.pixel(x, y);
        for (int i = 0; i < 4; ++i) {
          const float value = 0.5f + 0.4f * std::sin(0.1f * float(x + i * y)) + 0.05f * noise[i];
          floats_.push_back(value);
          halfs_.push_back(Imath::half(value));
        }
      }
    }
  }

  Imf::Header header(const Way& way) const {
    // Not at the origin.
    Imf::Header header(Box2i(V2i(-7, 11), V2i(kWidth - 8, kHeight + 10)),
                       Box2i(V2i(-7, 11), V2i(kWidth - 8, kHeight + 10)));
    header.compression() = way.compression;
    for (const char* name : {"R", "G", "B", "A"})
      header.channels().insert(name, Imf::Channel(type_));
    return header;
  }
  Imf::FrameBuffer buffer(const Imf::Header& header) const {
    Imf::FrameBuffer buffer;
    const std::size_t size = type_ == Imf::HALF ? 2 : 4;
    const char* start = type_ == Imf::HALF ? reinterpret_cast<const char*>(halfs_.data())
                                           : reinterpret_cast<const char*>(floats_.data());
    int i = 0;
    for (const char* name : {"R", "G", "B", "A"}) {
      buffer.insert(name, Imf::Slice::Make(type_, start + size * std::size_t(i++),
                                           header.dataWindow(), 4 * size, 4 * size * kWidth));
    }
    return buffer;
  }
  /// The largest difference of a channel.
  float distance(const Image& image) const {
    float most = 0;
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (int i = 0; i < 4; ++i) {
          const auto at = std::size_t((y * kWidth + x) * 4 + i);
          const float value = type_ == Imf::HALF ? float(halfs_[at]) : floats_[at];
          most = std::max(most, std::abs(image.pixel(x, kHeight - 1 - y)[i] - value));
        }
      }
    }
    return most;
  }

 private:
  Imf::PixelType type_;
  std::vector<float> floats_;
  std::vector<Imath::half> halfs_;
};

TEST(ExrCompression, EveryWayIsReadAsOpenExrReadsIt) {
  const Scratch scratch;
  for (const Imf::PixelType type : {Imf::HALF, Imf::FLOAT}) {
    const Specimen specimen(type);
    for (const Way& way : kWays) {
      const auto file = scratch / (std::string(way.name) + ".exr");
      {
        const Imf::Header header = specimen.header(way);
        Imf::OutputFile out(file.c_str(), header);
        out.setFrameBuffer(specimen.buffer(header));
        out.writePixels(kHeight);
      }
      const Image image = loadImage(file);
      EXPECT_EQ(image.format(),
                type == Imf::HALF ? PixelFormat::Rgba16Float : PixelFormat::Rgba32Float);
      EXPECT_EQ(differing(image, byOpenExr(file)), 0u) << way.name;
      // And it is the picture that was written.
      if (way.lossy) {
        EXPECT_LT(specimen.distance(image), 0.1f) << way.name;
      } else {
        EXPECT_EQ(specimen.distance(image), 0.0f) << way.name;
      }
    }
  }
}

TEST(ExrCompression, TilesOfEveryWayAreReadAsOpenExrReadsThem) {
  const Scratch scratch;
  const Specimen specimen(Imf::HALF);
  for (const Way& way : kWays) {
    for (const Imf::LevelMode levels : {Imf::ONE_LEVEL, Imf::MIPMAP_LEVELS, Imf::RIPMAP_LEVELS}) {
      const auto file = scratch / "tiled.exr";
      {
        Imf::Header header = specimen.header(way);
        header.setTileDescription(Imf::TileDescription(16, 32, levels));
        Imf::TiledOutputFile out(file.c_str(), header);
        out.setFrameBuffer(specimen.buffer(header));
        for (int y = 0; y < out.numYLevels(); ++y) {
          for (int x = 0; x < out.numXLevels(); ++x) {
            if (!out.isValidLevel(x, y)) continue;
            out.writeTiles(0, out.numXTiles(x) - 1, 0, out.numYTiles(y) - 1, x, y);
          }
        }
      }
      const Image image = loadImage(file);
      EXPECT_EQ(differing(image, byOpenExr(file)), 0u) << way.name << ", levels " << levels;
      EXPECT_LT(specimen.distance(image), way.lossy ? 0.1f : 1e-9f) << way.name;
    }
  }
}

}  // namespace
}  // namespace topknot::test
