// Headers byte for byte, in every generation and pixel format; the C header and its twin in Python.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "ipc/info_block.h"
#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/objects.h"
#include "ipc/support/process.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using test::Bytes;
using test::counting;
using test::objectBytes;
using test::outputOf;
using test::UniqueName;

// By hand: bytes of a pixel, Vulkan's or a private number, OpenGL's layout, type and format.
struct Row {
  unsigned bytes;
  unsigned char number[4];
  unsigned char layout[2], type[2], internal[2];
};
const std::map<PixelFormat, Row> kRows = {
    {PixelFormat::Rgba8Fixed, {4, {37, 0, 0, 0}, {0x08, 0x19}, {0x01, 0x14}, {0x58, 0x80}}},
    {PixelFormat::Srgba8Fixed, {4, {43, 0, 0, 0}, {0x08, 0x19}, {0x01, 0x14}, {0x43, 0x8c}}},
    {PixelFormat::Rgba16Fixed, {8, {91, 0, 0, 0}, {0x08, 0x19}, {0x03, 0x14}, {0x5b, 0x80}}},
    {PixelFormat::Rgba16Float, {8, {97, 0, 0, 0}, {0x08, 0x19}, {0x0b, 0x14}, {0x1a, 0x88}}},
    {PixelFormat::Rgba32Float, {16, {109, 0, 0, 0}, {0x08, 0x19}, {0x06, 0x14}, {0x14, 0x88}}},
    {PixelFormat::Rgb10A2Fixed, {4, {64, 0, 0, 0}, {0x08, 0x19}, {0x68, 0x83}, {0x59, 0x80}}},
    {PixelFormat::Rgba11Float, {4, {122, 0, 0, 0}, {0x07, 0x19}, {0x3b, 0x8c}, {0x3a, 0x8c}}},
    {PixelFormat::Mono8Fixed, {1, {9, 0, 0, 0}, {0x03, 0x19}, {0x01, 0x14}, {0x29, 0x82}}},
    {PixelFormat::Mono16Fixed, {2, {70, 0, 0, 0}, {0x03, 0x19}, {0x03, 0x14}, {0x2a, 0x82}}},
    {PixelFormat::Mono16Float, {2, {76, 0, 0, 0}, {0x03, 0x19}, {0x0b, 0x14}, {0x2d, 0x82}}},
    {PixelFormat::Mono32Float, {4, {100, 0, 0, 0}, {0x03, 0x19}, {0x06, 0x14}, {0x2e, 0x82}}},
    {PixelFormat::Rg8Fixed, {2, {16, 0, 0, 0}, {0x27, 0x82}, {0x01, 0x14}, {0x2b, 0x82}}},
    {PixelFormat::Rg16Fixed, {4, {77, 0, 0, 0}, {0x27, 0x82}, {0x03, 0x14}, {0x2c, 0x82}}},
    {PixelFormat::Rg16Float, {4, {83, 0, 0, 0}, {0x27, 0x82}, {0x0b, 0x14}, {0x2f, 0x82}}},
    {PixelFormat::Rg32Float, {8, {103, 0, 0, 0}, {0x27, 0x82}, {0x06, 0x14}, {0x30, 0x82}}},
    {PixelFormat::A8Fixed, {1, {1, 0, 15, 0}, {0x06, 0x19}, {0x01, 0x14}, {0x3c, 0x80}}},
    {PixelFormat::A16Fixed, {2, {2, 0, 15, 0}, {0x06, 0x19}, {0x03, 0x14}, {0x3e, 0x80}}},
    {PixelFormat::A16Float, {2, {3, 0, 15, 0}, {0x06, 0x19}, {0x0b, 0x14}, {0x1c, 0x88}}},
    {PixelFormat::A32Float, {4, {4, 0, 15, 0}, {0x06, 0x19}, {0x06, 0x14}, {0x16, 0x88}}},
    {PixelFormat::MonoAlpha8Fixed, {2, {5, 0, 15, 0}, {0x0a, 0x19}, {0x01, 0x14}, {0x45, 0x80}}},
    {PixelFormat::MonoAlpha16Fixed, {4, {6, 0, 15, 0}, {0x0a, 0x19}, {0x03, 0x14}, {0x48, 0x80}}},
    {PixelFormat::MonoAlpha16Float, {4, {7, 0, 15, 0}, {0x0a, 0x19}, {0x0b, 0x14}, {0x1f, 0x88}}},
    {PixelFormat::MonoAlpha32Float, {8, {8, 0, 15, 0}, {0x0a, 0x19}, {0x06, 0x14}, {0x19, 0x88}}},
};

// 3 × 2 pixels, aspect 4 : 3.
constexpr unsigned char kSizes[] = {3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0x80, 0x40, 0, 0, 0x40, 0x40};

Bytes expected(Generation generation, const Row& row) {
  const bool legacy = generation == Generation::A;
  const unsigned char offset = legacy ? 40 : generation == Generation::B ? 48 : 56;
  const unsigned char version = generation == Generation::B ? 1 : 2;
  Bytes bytes = legacy ? Bytes{0x73, 0xf6, 0x5d, 0xe9} : Bytes{0x35, 0xf8, 0x5e, 0xd9};
  const auto add = [&](std::initializer_list<unsigned> more) {
    for (const unsigned byte : more) bytes.push_back(static_cast<unsigned char>(byte));
  };
  add({version, 0, 0, 0});
  bytes.insert(bytes.end(), std::begin(kSizes), std::end(kSizes));
  if (legacy) {
    add({row.layout[0], row.layout[1], 0, 0, row.type[0], row.type[1], 0, 0});
    add({row.internal[0], row.internal[1], 0, 0, offset, 0, 0, 0});
    return bytes;
  }
  bytes.insert(bytes.end(), std::begin(row.number), std::end(row.number));
  add({0, 0, 0, 0, row.bytes * 6, 0, 0, 0, 0, 0, 0, 0, offset, 0, 0, 0});
  if (generation == Generation::B) add({0, 0, 0, 0});
  if (generation == Generation::C) add({2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
  return bytes;
}

TEST(EveryGeneration, HasTheseBytesForEveryFormatAndIsReadBack) {
  int formats = 0;
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (!sharedFormat(info.format)) continue;
    ++formats;
    ASSERT_TRUE(kRows.contains(info.format)) << info.name;
    const Row& row = kRows.at(info.format);
    const FrameHeader header = {3, 2, 4.0f, 3.0f, info.format, 2, 1};
    for (const Generation generation : {Generation::A, Generation::B, Generation::C}) {
      UniqueName name;
      SharedMemWriter writer(name, {.generation = generation});
      const auto pixels = counting(row.bytes * 6);
      writer.publish(header, pixels);
      Bytes bytes = objectBytes("TouchSHM" + name.str());
      const Bytes head = expected(generation, row);
      ASSERT_EQ(Bytes(bytes.begin(), bytes.begin() + static_cast<long>(head.size())), head)
          << info.name;
      EXPECT_EQ(std::memcmp(bytes.data() + head.size(), pixels.data(), pixels.size()), 0);

      // As a segment of an old sender, without a tail page.
      bytes.resize(head.size() + pixels.size());
      UniqueName old;
      const auto lock = SharedMutex::openOrCreate(lockName(old), dataName(old));
      std::ofstream("/dev/shm/" + dataName(old), std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
      const auto frame = SharedMemReader(old).read();
      ASSERT_TRUE(frame) << info.name;
      EXPECT_EQ(frame->image.format(), info.format);
      EXPECT_EQ(frame->aspectX, 4.0f);
      EXPECT_EQ(frame->transfer, generation == Generation::C ? 1u : 0u);
      EXPECT_EQ(frame->number, 0u);
      EXPECT_EQ(std::memcmp(frame->image.bytes().data(), pixels.data(), pixels.size()), 0);
    }
  }
  EXPECT_EQ(formats, static_cast<int>(kRows.size()));
}

TEST(GenerationA, OfOthersMayHaveThreeFloatsOrBlueFirst) {
  const auto known = [](std::uint32_t layout, std::uint32_t type) {
    return receivedLegacyFormat({layout, type, 0});
  };
  EXPECT_EQ(known(0x1907, 0x1406)->format, PixelFormat::Rgb32Float);
  EXPECT_EQ(known(0x1909, 0x1401)->format, PixelFormat::Mono8Fixed);
  EXPECT_TRUE(known(0x80e1, 0x1401)->blueFirst);
  EXPECT_FALSE(known(0x1907, 0x1401)) << "no format has three bytes";
}

// Both layouts: byte for byte, and followed by a reader of old segments.
TEST(TheInfoBlock, OfWindowsIsByteForByteItsForm) {
  UniqueName name;
  SharedMemWriter writer(name, {.info = InfoLayout::Windows});
  const std::string object = "TouchSHMTouchSHM" + name.str() + "4jhd783h";
  Bytes expected(76, 0);
  const Bytes start = {0xba, 0x34, 0xed, 0x56, 2, 0, 0, 0};
  std::copy(start.begin(), start.end(), expected.begin());
  EXPECT_EQ(objectBytes(object), expected);
  writer.publish({1, 1}, counting(4));
  test::follow(name);
  writer.publish({2, 1}, counting(8));
  const std::string postfix = writer.postfix();
  ASSERT_EQ(postfix.size(), 31u);
  expected[8] = 1;
  for (std::size_t i = 0; i < postfix.size(); ++i) {
    expected[10 + 2 * i] = static_cast<unsigned char>(postfix[i]);
  }
  EXPECT_EQ(objectBytes(object), expected);
  EXPECT_TRUE(SharedMemReader(name).read());
}

TEST(TheInfoBlock, IsToldApartByItsContentWhereTheSizeIsRounded) {
  for (const InfoLayout layout : {InfoLayout::Posix, InfoLayout::Windows}) {
    UniqueName name;
    auto block = SharedMemory::create(infoName(name), 4096);
    beginInfo(block->bytes());
    EXPECT_TRUE(readInfo(*block).present);
    EXPECT_EQ(readInfo(*block).postfix, "");
    setPostfix(block->bytes(), layout, "abc");
    EXPECT_EQ(readInfo(*block).postfix, "abc");
    setPostfix(block->bytes(), layout, "");
    EXPECT_FALSE(readInfo(*block).detached);
    setDetached(block->bytes(), layout);
    EXPECT_TRUE(readInfo(*block).detached);
  }
}

// One line for each struct and member: its name, and where it is or how long.
const char* const kProgram = R"(
#include <stdio.h>
#include <topknot/shared_frame.h>
#define SIZE(type) printf("%s %zu\n", #type, sizeof(TopknotShm##type))
#define AT(type, member) \
  printf("%s.%s %zu\n", #type, #member, offsetof(TopknotShm##type, member))
int main(void) {
)";

TEST(TheHeaderForC, CompilesAsCAndAgreesWithItsTwinInPython) {
  UniqueName name;
  const std::string base = TOPKNOT_BINARY_DIR "/layout_" + name.str();
  const std::string script =
      "import sys; sys.path.insert(0, '" TOPKNOT_SOURCE_DIR
      "/examples'); sys.dont_write_bytecode "
      "= True\nimport shared_frame as twin, struct\n"
      "for name, (form, fields) in twin.LAYOUTS.items():\n"
      "  print(name, struct.calcsize(form))\n"
      "  raw = bytes(range(256)) * 16\n"
      "  for field, value in twin.unpack(name, raw).items():\n"
      "    size = len(value) if isinstance(value, bytes) else 0\n"
      "    print(name + '.' + field, next(i for i in range(4096) if struct.unpack_from(\n"
      "        form, bytes(i) + b'\\1' + bytes(4095 - i))\n"
      "        [fields.split().index(field)] not in (0, 0.0, bytes(size))))\n";
  std::ofstream(base + ".py") << script;
  const std::string table = outputOf("python3 " + base + ".py 2>&1");
  std::ofstream program(base + ".c");
  program << kProgram;
  std::istringstream lines(table);
  std::string word, value;
  int count = 0;
  while (lines >> word >> value) {
    const auto dot = word.find('.');
    ++count;
    if (dot == word.npos) {
      program << "  SIZE(" << word << ");\n";
    } else {
      program << "  AT(" << word.substr(0, dot) << ", " << word.substr(dot + 1) << ");\n";
    }
  }
  program << "  return 0;\n}\n";
  program.close();
  EXPECT_GT(count, 82) << table;
  EXPECT_EQ(
      outputOf("cc -std=c11 -Wall -Wextra -Wpedantic -Werror -I" TOPKNOT_SOURCE_DIR "/include " +
               base + ".c -o " + base + " 2>&1 && " + base),
      table);
  for (const char* suffix : {".py", ".c", ""}) std::remove((base + suffix).c_str());
}

TEST(TheTwinInPython, ReadsTheNewestFrameWithoutALock) {
  UniqueName name;
  SharedMemWriter writer(name);
  writer.publish({2, 1, 4.0f, 3.0f}, counting(8));
  writer.publish({1, 2, 4.0f, 3.0f}, counting(8));
  const std::string script =
      "python3 -B -c \"import sys; sys.path.insert(0, '" TOPKNOT_SOURCE_DIR
      "/examples')\n"
      "import shared_frame\n"
      "slot, pixels = shared_frame.newest('" +
      name.str() +
      "')\n"
      "print(slot['width'], slot['height'], slot['frame'], slot['aspectX'], list(pixels))\" 2>&1";
  EXPECT_EQ(outputOf(script), "1 2 2 4.0 [1, 2, 3, 4, 5, 6, 7, 8]\n");
}

}  // namespace
}  // namespace topknot::ipc
