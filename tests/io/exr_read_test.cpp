// exr files of the odder kinds, made with OpenEXR itself.
#include <ImfChannelList.h>
#include <ImfDeepFrameBuffer.h>
#include <ImfDeepScanLineOutputPart.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIDManifest.h>
#include <ImfIntAttribute.h>
#include <ImfMultiPartOutputFile.h>
#include <ImfOutputFile.h>
#include <ImfPartType.h>
#include <ImfRgbaFile.h>
#include <ImfStandardAttributes.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

using Imath::Box2i;
using Imath::V2i;

const Box2i kWindow(V2i(0, 0), V2i(2, 1));

/// A file of float or uint channels; each value is start + x + 10 · y of the file's coordinates.
struct Channel {
  Imf::PixelType type;
  float start;
  int sampling = 1;
};

std::filesystem::path write(const Scratch& scratch, const std::map<std::string, Channel>& channels,
                            Box2i data = kWindow, Box2i display = kWindow) {
  Imf::Header header(display, data);
  header.compression() = Imf::ZIP_COMPRESSION;
  Imf::FrameBuffer buffer;
  std::map<std::string, std::vector<float>> floats;
  std::map<std::string, std::vector<unsigned>> integers;
  const int width = data.max.x - data.min.x + 1;
  const int height = data.max.y - data.min.y + 1;
  for (const auto& [name, channel] : channels) {
    const bool whole = channel.type == Imf::UINT;
    const int s = channel.sampling;
    header.channels().insert(name, Imf::Channel(channel.type, s, s));
    for (int y = data.min.y; y <= data.max.y; y += s) {
      for (int x = data.min.x; x <= data.max.x; x += s) {
        const float value = channel.start + static_cast<float>(x + 10 * y);
        if (whole) integers[name].push_back(static_cast<unsigned>(value));
        if (!whole) floats[name].push_back(value);
      }
    }
    char* base = whole ? reinterpret_cast<char*>(integers[name].data())
                       : reinterpret_cast<char*>(floats[name].data());
    const auto row = static_cast<std::size_t>((width + s - 1) / s) * 4;
    const auto start = reinterpret_cast<std::uintptr_t>(base) -
                       static_cast<std::size_t>(data.min.x) * 4 -
                       static_cast<std::size_t>(data.min.y) * row;
    buffer.insert(name, Imf::Slice(whole ? Imf::UINT : Imf::FLOAT, reinterpret_cast<char*>(start),
                                   4, row, s, s));
  }
  const auto file = scratch / "made.exr";
  Imf::OutputFile out(file.c_str(), header);
  out.setFrameBuffer(buffer);
  out.writePixels(height);
  return file;
}

TEST(ExrRead, FloatChannelsGiveFloatsWithTheFirstRowOnTop) {
  const Scratch scratch;
  const Image image = loadImage(write(
      scratch, {{"R", {Imf::FLOAT, 100}}, {"G", {Imf::FLOAT, 200}}, {"B", {Imf::FLOAT, 300}}}));
  EXPECT_EQ(image.format(), PixelFormat::Rgba32Float);
  EXPECT_EQ(image.pixel(0, 1), glm::vec4(100, 200, 300, 1));
  EXPECT_EQ(image.pixel(2, 0), glm::vec4(112, 212, 312, 1));
}

TEST(ExrRead, OneChannelYIsSpreadAndAlphaIsKept) {
  const Scratch scratch;
  const Image image = loadImage(write(scratch, {{"Y", {Imf::FLOAT, 5}}, {"A", {Imf::FLOAT, 70}}}));
  EXPECT_EQ(image.pixel(1, 0), glm::vec4(16, 16, 16, 81));
}

// OpenEXR 3.1 writes such files, but reads four bytes more than the manifest has.
TEST(ExrRead, WhatFollowsAManifestOfIdsIsRead) {
  const Scratch scratch;
  Imf::IDManifest manifest;
  Imf::IDManifest::ChannelGroupManifest& group = manifest.add(std::string("R"));
  group.setComponent("model");
  group.insert(1u, "one");
  Imf::Header header(1, 1);
  header.channels().insert("R", Imf::Channel(Imf::FLOAT));
  Imf::addIDManifest(header, manifest);
  header.insert("ie", Imf::IntAttribute(7));
  const auto file = scratch / "manifest.exr";
  {
    float pixel = 0.25f;
    Imf::FrameBuffer buffer;
    buffer.insert("R", Imf::Slice(Imf::FLOAT, reinterpret_cast<char*>(&pixel), 4, 4));
    Imf::OutputFile out(file.c_str(), header);
    out.setFrameBuffer(buffer);
    out.writePixels(1);
  }
  EXPECT_EQ(loadImage(file).pixel(0, 0), glm::vec4(0.25f, 0, 0, 1));
}

TEST(ExrRead, WholeNumbersBecomeFloats) {
  const Scratch scratch;
  const Image image = loadImage(write(scratch, {{"R", {Imf::UINT, 1000}}, {"G", {Imf::UINT, 0}}}));
  EXPECT_EQ(image.format(), PixelFormat::Rgba32Float);
  EXPECT_EQ(image.pixel(2, 0), glm::vec4(1012, 12, 0, 1));
}

TEST(ExrRead, TheDefaultLayerComesBeforeNamedOnes) {
  const Scratch scratch;
  const Image image =
      loadImage(write(scratch, {{"R", {Imf::FLOAT, 1}}, {"diffuse.R", {Imf::FLOAT, 500}}}));
  EXPECT_EQ(image.pixel(0, 1), glm::vec4(1, 0, 0, 1));
}

TEST(ExrRead, WithoutADefaultLayerTheFirstWithColoursIsRead) {
  const Scratch scratch;
  const Image image = loadImage(write(scratch, {{"beauty.R", {Imf::FLOAT, 1}},
                                                {"beauty.G", {Imf::FLOAT, 2}},
                                                {"beauty.B", {Imf::FLOAT, 3}},
                                                {"beauty.A", {Imf::FLOAT, 4}},
                                                {"depth.Z", {Imf::FLOAT, 900}}}));
  EXPECT_EQ(image.pixel(0, 1), glm::vec4(1, 2, 3, 4));
}

TEST(ExrRead, ALoneDepthChannelIsSpread) {
  const Scratch scratch;
  EXPECT_EQ(loadImage(write(scratch, {{"Z", {Imf::FLOAT, 7}}})).pixel(0, 1), glm::vec4(7, 7, 7, 1));
}

TEST(ExrRead, PixelsLieInTheDisplayWindowWithZeroAround) {
  const Scratch scratch;
  // The data sticks out at the left and at the top, and does not reach the right and the bottom.
  const auto file = write(scratch, {{"R", {Imf::FLOAT, 1000}}}, Box2i(V2i(-5, -3), V2i(1, 0)),
                          Box2i(V2i(-1, -1), V2i(3, 2)));
  const Image image = loadImage(file);
  ASSERT_EQ(image.width(), 5);
  ASSERT_EQ(image.height(), 4);
  EXPECT_EQ(image.pixel(0, 3), glm::vec4(1000 - 1 - 10, 0, 0, 1)) << "top left";
  EXPECT_EQ(image.pixel(2, 2), glm::vec4(1001, 0, 0, 1)) << "last pixel of the data";
  EXPECT_EQ(image.pixel(3, 2), glm::vec4(0)) << "right of the data";
  EXPECT_EQ(image.pixel(0, 1), glm::vec4(0)) << "below the data";
}

TEST(ExrRead, DataOutsideOfTheDisplayWindowLeavesItEmpty) {
  const Scratch scratch;
  const Image image =
      loadImage(write(scratch, {{"R", {Imf::FLOAT, 1}}}, Box2i(V2i(50, 60), V2i(52, 61)), kWindow));
  EXPECT_EQ(image, Image(3, 2, PixelFormat::Rgba32Float));
}

TEST(ExrRead, LuminanceAndChromaBecomeRgb) {
  const Scratch scratch;
  const auto file = scratch / "yc.exr";
  const std::vector<Imf::Rgba> pixels(64 * 48, Imf::Rgba(0.5f, 0.25f, 0.125f, 0.75f));
  {
    Imf::RgbaOutputFile out(file.c_str(), 64, 48, Imf::WRITE_YCA);
    out.setFrameBuffer(pixels.data(), 1, 64);
    out.writePixels(48);
  }
  const Image image = loadImage(file);
  EXPECT_EQ(image.format(), PixelFormat::Rgba16Float);
  const glm::vec4 pixel = image.pixel(30, 20);
  EXPECT_NEAR(pixel.r, 0.5f, 0.01f);
  EXPECT_NEAR(pixel.g, 0.25f, 0.01f);
  EXPECT_NEAR(pixel.b, 0.125f, 0.01f);
  EXPECT_EQ(pixel.a, 0.75f);
}

TEST(ExrRead, SubsampledColoursAreRefused) {
  const Scratch scratch;
  const auto file =
      write(scratch, {{"R", {Imf::FLOAT, 1, 2}}, {"G", {Imf::FLOAT, 1}}, {"B", {Imf::FLOAT, 1}}},
            Box2i(V2i(0, 0), V2i(3, 3)), Box2i(V2i(0, 0), V2i(3, 3)));
  EXPECT_TRUE(contains(errorOf([&] { loadImage(file); }), {"made.exr", "\"R\" is subsampled"}));
}

TEST(ExrRead, DeepPixelsAreRefused) {
  const Scratch scratch;
  const auto file = scratch / "deep.exr";
  {
    Imf::Header header(2, 2);
    header.setName("deep");
    header.setType(Imf::DEEPSCANLINE);
    header.compression() = Imf::ZIPS_COMPRESSION;
    header.channels().insert("R", Imf::Channel(Imf::FLOAT));
    Imf::MultiPartOutputFile out(file.c_str(), &header, 1);
    Imf::DeepScanLineOutputPart part(out, 0);
    std::vector<unsigned> counts(4, 1);
    std::vector<float> value(1, 1.0f);
    std::vector<float*> pointers(4, value.data());
    Imf::DeepFrameBuffer buffer;
    buffer.insertSampleCountSlice(
        Imf::Slice(Imf::UINT, reinterpret_cast<char*>(counts.data()), 4, 8));
    buffer.insert("R", Imf::DeepSlice(Imf::FLOAT, reinterpret_cast<char*>(pointers.data()),
                                      sizeof(float*), 2 * sizeof(float*), sizeof(float)));
    part.setFrameBuffer(buffer);
    part.writePixels(2);
  }
  EXPECT_TRUE(contains(errorOf([&] { loadImage(file); }), {"deep.exr", "deep pixels"}));
}

TEST(ExrRead, TheLimitNamesTheBytesOfThePictureThatItWouldBecome) {
  for (const auto& [format, size] :
       {std::pair(PixelFormat::Rgba16Float, "416"), std::pair(PixelFormat::Rgba32Float, "832")}) {
    const Bytes file = encodeImage(Image(13, 4, format), ".exr");
    for (const std::uint64_t limit : {1, 51, 415}) {
      EXPECT_EQ(errorOf([&] { decodeImage(file, "a.exr", {.imageBytes = limit}); }),
                std::string("\"a.exr\" is too large: its 13 x 4 pixels take ") + size +
                    " bytes, the limit is " + std::to_string(limit));
    }
  }
}

TEST(ExrRead, MoreRowsThanTheFileHasRoomForAreRefusedBeforeOpenEXRReadsIt) {
  Bytes file = encodeImage(Image(13, 4, PixelFormat::Rgba16Float), ".exr");
  const Bytes name = bytesOf(std::string_view("dataWindow\0box2i\0", 17));
  const auto found = std::ranges::search(file, name).end();
  ASSERT_NE(found, file.end());
  found[4 + 14] = std::byte{0x10};  // the last row: 3 + 2^20
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(file, "a.exr", {.side = 1 << 30}); }),
                       {"a.exr", "truncated: its table of 4096 blocks"}));
}

}  // namespace
}  // namespace topknot::test
