// What is not a picture, not readable, cut off, damaged or too large.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

std::string loadError(const fs::path& file, const ReadLimits& limits = {}) {
  return errorOf([&] { loadImage(file, limits); });
}

/// A picture of every format and kind of encoding, of some 40 × 30 pixels.
const std::vector<std::pair<std::string, Bytes>>& specimens() {
  static const auto kSpecimens = [] {
    const Scratch scratch;
    std::vector<std::pair<std::string, Bytes>> all;
    const Image noise = noisePicture(40, 30, PixelFormat::Rgba8Fixed, 1);
    all.emplace_back("ours.png", encodeImage(noise, ".png"));
    all.emplace_back("ours16.png", encodeImage(noise.converted(PixelFormat::Rgba16Fixed), ".png"));
    all.emplace_back("ours.exr", encodeImage(noise, ".exr"));
    all.emplace_back("ours.jpg", encodeImage(noise, ".jpg"));
    all.emplace_back("ours.bmp", encodeImage(noise, ".bmp"));
    all.emplace_back("ours.dds", encodeImage(noise, ".dds"));
    all.emplace_back("float.dds", encodeImage(noise.converted(PixelFormat::Rgba11Float), ".dds"));
    all.emplace_back("float.exr", encodeImage(noise.converted(PixelFormat::Rgba32Float), ".exr"));
    all.emplace_back("ours.tif", encodeImage(noise.converted(PixelFormat::Rgba32Float), ".tif"));
    const fs::path source = saveImage(noise, scratch / "noise.png");
    const auto add = [&](const std::string& name, const std::vector<std::string>& options) {
      std::vector<std::string> command = {source};
      command.insert(command.end(), options.begin(), options.end());
      command.push_back((scratch / name).string());
      magick(command);
      all.emplace_back(name, readBytes(scratch / name));
    };
    add("baseline.jpg", {"-interlace", "None"});
    add("progressive.jpg", {"-interlace", "Plane"});
    add("rgb.bmp", {"-alpha", "off", "-type", "TrueColor"});
    add("palette.bmp", {"-alpha", "off", "-colors", "16", "-type", "Palette"});
    add("plain.tga", {"-compress", "None"});
    add("runs.tga", {"-compress", "RLE"});
    add("float.hdr", {});
    add("lzw.tif", {"-compress", "LZW"});
    add("zip.tif", {"-compress", "Zip"});
    add("jpeg.tif", {"-alpha", "off", "-compress", "JPEG"});
    add("palette.tif", {"-alpha", "off", "-colors", "16", "-type", "Palette"});
    add("dxt1.dds", {"-alpha", "off", "-define", "dds:compression=dxt1"});
    add("dxt5.dds", {"-define", "dds:compression=dxt5"});
    add("masks.dds", {"-define", "dds:compression=none"});
    add("interlaced.png", {"-interlace", "PNG"});
    run({"exrmaketiled", "-m", "-t", "16", "16", saveImage(noise, scratch / "noise.exr").string(),
         scratch / "tiled.exr"});
    all.emplace_back("tiled.exr", readBytes(scratch / "tiled.exr"));
    return all;
  }();
  return kSpecimens;
}

/// The checksum of a png chunk, bit by bit.
std::uint32_t crcOf(std::span<const std::byte> bytes) {
  std::uint32_t crc = ~0u;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1u ? 0xedb88320u : 0u);
  }
  return ~crc;
}

TEST(LoadFaults, SpecimensAreWhole) {
  for (const auto& [name, bytes] : specimens()) {
    const Image image = decodeImage(bytes, name);
    EXPECT_EQ(image.width(), 40) << name;
    EXPECT_EQ(image.height(), 30) << name;
  }
}

TEST(LoadFaults, MissingFilesFoldersPipesAndEmptyFilesSaySo) {
  const Scratch scratch;
  EXPECT_EQ(loadError(scratch / "no.png"),
            "\"" + (scratch / "no.png").string() + "\" does not exist");
  EXPECT_TRUE(contains(loadError(scratch.folder()), {"is a folder"}));
  ASSERT_EQ(::mkfifo((scratch / "pipe.png").c_str(), 0600), 0);
  EXPECT_TRUE(contains(loadError(scratch / "pipe.png"), {"pipe.png", "not a regular file"}));
  EXPECT_TRUE(contains(loadError("/dev/zero"), {"not a regular file"}));
  writeBytes(scratch / "empty.png", {});
  EXPECT_TRUE(contains(loadError(scratch / "empty.png"), {"empty.png\" is empty"}));
  EXPECT_TRUE(contains(loadError(""), {"no file name"}));
  EXPECT_TRUE(contains(loadError(std::string("a\0b", 3)), {"byte 0"}));
  EXPECT_TRUE(contains(loadError(scratch / "empty.png" / "a.png"), {"Not a directory"}));
}

TEST(LoadFaults, PermissionDeniedIsSaid) {
  const Scratch scratch;
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  fs::permissions(scratch.folder(), fs::perms{0755});
  fs::permissions(file, fs::perms{0});
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const std::string error = loadError(file);
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_TRUE(contains(error, {"a.png\" cannot be opened: Permission denied"}));
}

TEST(LoadFaults, TextNamedPngIsQuotedWithTheListOfFormats) {
  const Scratch scratch;
  writeBytes(scratch / "a.png", bytesOf("hello\nworld and more"));
  EXPECT_TRUE(contains(loadError(scratch / "a.png"), {"a.png\" is not a picture that can be read",
                                                      "tif, jpg, bmp, png, exr, dds, "
                                                      "hdr, tga",
                                                      "it begins with \"hello\\x0aworld "}));
  writeBytes(scratch / "b.tga", bytesOf("hello"));
  EXPECT_TRUE(contains(loadError(scratch / "b.tga"), {"is not a picture"}));
}

/// Cut off behind the pixels, a file may be read, but then as the same picture: the smaller levels
/// of a tiled exr and the last tags of a tif are not needed.
void expectRefusedOrTheSame(std::span<const std::byte> cut, const std::string& name,
                            const Image& whole) {
  const bool spare = name == "tiled.exr" || name.ends_with(".tif");
  Image image;
  const std::string error = errorOf([&] { image = decodeImage(cut, name); });
  if (spare && error == "no error") {
    EXPECT_EQ(image, whole) << name << " cut to " << cut.size();
  } else {
    EXPECT_TRUE(contains(error, {"\"" + name + "\" "})) << cut.size();
  }
}

TEST(LoadFaults, EveryTruncationIsRefusedWithTheName) {
  for (const auto& [name, bytes] : specimens()) {
    const Image whole = decodeImage(bytes, name);
    for (std::size_t part = 0; part < 20; ++part) {
      expectRefusedOrTheSame(std::span(bytes).first(bytes.size() * part / 20), name, whole);
    }
    expectRefusedOrTheSame(std::span(bytes).first(bytes.size() - 1), name, whole);
  }
}

TEST(LoadFaults, FlippedBytesGiveAPictureOrAnErrorWithTheName) {
  // TOPKNOT_FUZZ_ROUNDS: how many for each specimen, for a longer search.
  const char* variable = std::getenv("TOPKNOT_FUZZ_ROUNDS");
  const int rounds = variable ? std::atoi(variable) : 150;
  std::mt19937 random(20240607);
  for (const auto& [name, bytes] : specimens()) {
    for (int round = 0; round < rounds; ++round) {
      Bytes damaged = bytes;
      // Half of the rounds damage the header, where most decisions are made.
      const std::size_t range =
          round % 2 ? damaged.size() : std::min<std::size_t>(200, damaged.size());
      for (int flips = 1 + round % 4; flips > 0; --flips) {
        damaged[random() % range] = static_cast<std::byte>(random());
      }
      const std::string error =
          errorOf([&] { decodeImage(damaged, name, {.imageBytes = 64 << 20}); });
      if (error != "no error") {
        EXPECT_TRUE(contains(error, {"\"" + name + "\" "}));
      }
    }
  }
}

TEST(LoadFaults, DamageInAPngIsAlwaysNoticed) {
  const Bytes& png = specimens()[0].second;
  for (std::size_t at = 8; at < png.size(); at += 37) {
    Bytes damaged = png;
    damaged[at] ^= std::byte{0x10};
    EXPECT_NE(errorOf([&] { decodeImage(damaged, "a.png"); }), "no error") << at;
  }
}

TEST(LoadFaults, HugeHeadersAreRefusedWithValueAndLimit) {
  Bytes png = specimens()[0].second;
  const int huge[] = {0, 0, 0xea, 0x60};
  for (std::size_t i = 0; i < 8; ++i) png[16 + i] = static_cast<std::byte>(huge[i % 4]);
  const std::uint32_t crc = crcOf(std::span(png).subspan(12, 17));
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<std::byte>(crc >> (24 - 8 * i));
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(png, "huge.png"); }),
                       {"huge.png", "60000 x 60000 pixels", "16384"}));
  Bytes tga(18 + 4);
  tga[2] = std::byte{2};
  for (const std::size_t at : {12u, 13u, 14u, 15u}) tga[at] = std::byte{0xff};
  tga[16] = std::byte{32};
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(tga, "huge.tga"); }),
                       {"huge.tga", "65535 x 65535 pixels", "16384"}));
  const Bytes hdr = bytesOf("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n");
  EXPECT_TRUE(
      contains(errorOf([&] { decodeImage(hdr, "huge.hdr"); }), {"60000 x 60000 pixels", "16384"}));
}

TEST(LoadFaults, AHugeBmpIsRefusedWithValueAndLimit) {
  Bytes bmp(54 + 4);
  bmp[0] = std::byte{'B'};
  bmp[1] = std::byte{'M'};
  bmp[14] = std::byte{40};
  bmp[20] = bmp[24] = std::byte{2};  // 131072 × 131072
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(bmp, "huge.bmp"); }),
                       {"huge.bmp", "131072 x 131072 pixels", "16384"}));
}

TEST(LoadFaults, AJpgWithTooLongAHuffmanTableIsRefused) {
  Bytes jpg = specimens()[3].second;
  const Bytes marker = {std::byte{0xff}, std::byte{0xc4}};
  const auto table = std::ranges::search(jpg, marker).begin();
  ASSERT_NE(table, jpg.end());
  std::fill_n(table + 5, 16, std::byte{0xff});
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(jpg, "a.jpg"); }), {"a.jpg", "Huffman table"}));
}

TEST(LoadFaults, AJpgWithMoreScansThanAnybodyWritesIsRefused) {
  const auto& specimen = *std::ranges::find(specimens(), "progressive.jpg",
                                            [](const auto& named) { return named.first; });
  const Bytes& jpg = specimen.second;
  const Bytes scan = {std::byte{0xff}, std::byte{0xda}},
              tables = {std::byte{0xff}, std::byte{0xc4}};
  const auto first = std::ranges::search(jpg, scan).begin();
  const auto next = std::search(first, jpg.end(), tables.begin(), tables.end());
  const auto times = [&](int count) {
    Bytes longer(jpg.begin(), next);
    for (int i = 0; i < count; ++i) longer.insert(longer.end(), first, next);
    longer.insert(longer.end(), next, jpg.end());
    return errorOf([&] { decodeImage(longer, "a.jpg"); });
  };
  EXPECT_EQ(times(0), "no error");
  EXPECT_TRUE(contains(times(100), {"a.jpg", "over 100 scans"}));
}

TEST(LoadFaults, AJpgWhoseScanEndsEarlyIsRefusedThoughItsEndIsMarked) {
  for (const char* name : {"ours.jpg", "baseline.jpg", "progressive.jpg"}) {
    const auto& specimen =
        *std::ranges::find(specimens(), name, [](const auto& named) { return named.first; });
    Bytes jpg = specimen.second;
    jpg.erase(jpg.end() - static_cast<std::ptrdiff_t>(jpg.size() / 8), jpg.end() - 2);
    EXPECT_TRUE(contains(errorOf([&] { decodeImage(jpg, "a.jpg"); }), {"a.jpg", "is damaged"}))
        << name;
  }
}

TEST(LoadFaults, HeadersThatPromiseNothingAreRefused) {
  const auto zero = [](std::size_t specimen, std::size_t at, std::size_t count) {
    const auto& [name, bytes] = specimens()[specimen];
    Bytes file = bytes;
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), count, std::byte{0});
    return errorOf([&] { decodeImage(file, name); });
  };
  Bytes png = specimens()[0].second;
  std::fill_n(png.begin() + 16, 4, std::byte{0});
  const std::uint32_t crc = crcOf(std::span(png).subspan(12, 17));
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<std::byte>(crc >> (24 - 8 * i));
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(png, "a.png"); }), {"a.png", "0 x 30 pixels"}));
  EXPECT_TRUE(contains(zero(4, 18, 4), {"ours.bmp", "0 x 30 pixels"}));
  EXPECT_TRUE(contains(zero(4, 22, 4), {"ours.bmp", "40 x 0 pixels"}));
  EXPECT_TRUE(contains(zero(5, 12, 4), {"ours.dds", "40 x 0 pixels"}));
  EXPECT_TRUE(contains(zero(5, 16, 4), {"ours.dds", "0 x 30 pixels"}));
  const Bytes hdr = bytesOf("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 0 +X 10\n");
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(hdr, "a.hdr"); }), {"a.hdr", "10 x 0 pixels"}));
  Bytes jpg = specimens()[3].second;
  const Bytes frame = {std::byte{0xff}, std::byte{0xc0}};
  const auto start = std::ranges::search(jpg, frame).begin();
  ASSERT_NE(start, jpg.end());
  std::fill_n(start + 7, 2, std::byte{0});
  EXPECT_TRUE(
      contains(errorOf([&] { decodeImage(jpg, "a.jpg"); }), {"a.jpg", "cannot be decoded"}));
}

TEST(LoadFaults, APathOf5000CharactersIsRefused) {
  const Scratch scratch;
  fs::path path = scratch.folder();
  while (path.native().size() < 5000) path /= std::string(100, 'n');
  EXPECT_TRUE(contains(loadError(path / "a.png"), {"a.png", "cannot be opened", "too long"}));
}

TEST(LoadFaults, AFileThatShrinksWhileItIsReadIsTruncated) {
  const Scratch scratch;
  const fs::path file = scratch / "a.tga";
  Bytes header(18);
  header[2] = std::byte{2};
  header[13] = header[15] = std::byte{16};  // 4096 × 4096
  header[16] = std::byte{24};
  constexpr std::uintmax_t kWhole = 18 + 4096 * 4096 * 3;
  writeBytes(file, header);
  int shrunk = 0;
  // It has to happen between the look at the file's size and the last byte.
  for (int round = 0; round < 60 && shrunk == 0; ++round) {
    fs::resize_file(file, kWhole);
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(round % 20));
      fs::resize_file(file, 5000);
    });
    const std::string error = loadError(file);
    other.join();
    if (error == "no error") continue;
    EXPECT_TRUE(contains(error, {"a.tga\" is truncated"}));
    ++shrunk;
  }
  EXPECT_GT(shrunk, 0);
}

TEST(LoadFaults, LimitsHoldForFilesSidesAndPixels) {
  const Scratch scratch;
  for (const auto& [name, bytes] : specimens()) {
    writeBytes(scratch / name, bytes);
    EXPECT_TRUE(contains(loadError(scratch / name, {.fileBytes = 100}),
                         {name, std::to_string(bytes.size()) + " bytes", "limit is 100"}));
    EXPECT_TRUE(contains(loadError(scratch / name, {.side = 39}), {name, "40 x 30", "39 a side"}));
    EXPECT_TRUE(contains(loadError(scratch / name, {.imageBytes = 4799}), {name, "limit is 4799"}));
    EXPECT_TRUE(contains(errorOf([&] { decodeImage(bytes, name, {.fileBytes = 100}); }),
                         {name, "limit is 100"}));
    EXPECT_EQ(loadError(scratch / name, {.side = 40, .imageBytes = 40 * 30 * 16}), "no error");
  }
}

std::string hdrError(const std::string& header, std::initializer_list<int> pixels) {
  Bytes file = bytesOf("#?RADIANCE\n" + header);
  for (const int byte : pixels) file.push_back(static_cast<std::byte>(byte));
  return errorOf([&] { decodeImage(file, "a.hdr"); });
}

TEST(LoadFaults, AnHdrWithOldRunsIsNotCalledTruncated) {
  const std::string header = "FORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 4\n";
  EXPECT_EQ(
      hdrError(header, {128, 64, 32, 131, 1, 1, 1, 3}),
      "\"a.hdr\" is not read: it has runs of whole pixels, the old encoding; expected runs of "
      "each channel, or pixels as they are");
  EXPECT_EQ(hdrError(header, {128, 64, 32, 131, 1, 1, 2, 3}),
            "\"a.hdr\" is truncated: its last rows are missing");
}

TEST(LoadFaults, AnHdrHeaderThatIsNotReadSaysWhy) {
  EXPECT_EQ(hdrError("FORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n", {0, 0, 0, 0}),
            "\"a.hdr\" is not read: its header has \"FORMAT=32-bit_rle_xyze\"; expected "
            "\"FORMAT=32-bit_rle_rgbe\"");
  EXPECT_EQ(hdrError("\n-Y 1 +X 1\n", {0, 0, 0, 0}),
            "\"a.hdr\" is not read: its header has no FORMAT; expected "
            "\"FORMAT=32-bit_rle_rgbe\"");
  EXPECT_EQ(hdrError("FORMAT=32-bit_rle_rgbe\n\n-Y 1 -X 1\n", {0, 0, 0, 0}),
            "\"a.hdr\" is not read: its rows do not run from top to bottom and left to right");
}

}  // namespace
}  // namespace topknot::test
