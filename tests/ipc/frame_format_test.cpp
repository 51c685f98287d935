// The bytes that other programs see, against tables written by hand; names; readers in C, Python.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/objects.h"
#include "ipc/support/process.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using test::Bytes;
using test::counting;
using test::errorOf;
using test::follow;
using test::objectBytes;
using test::outputOf;
using test::UniqueName;

TEST(TheDataSegment, IsByteForByteTheHeaderAndThePixels) {
  UniqueName name;
  SharedMemWriter writer(name);
  writer.publish({2, 1, 4.0f, 3.0f, PixelFormat::Rgba8Fixed}, counting(8));
  const Bytes expected = {0x35, 0xf8, 0x5e, 0xd9, 1, 0, 0,    0,     // magic, version
                          2,    0,    0,    0,    1, 0, 0,    0,     // width, height
                          0,    0,    0x80, 0x40, 0, 0, 0x40, 0x40,  // 4.0f, 3.0f
                          37,   0,    0,    0,    0, 0, 0,    0,     // format, padding
                          8,    0,    0,    0,    0, 0, 0,    0,
                          48,   0,    0,    0,    0, 0, 0,    0,  // size, offset, padding
                          1,    2,    3,    4,    5, 6, 7,    8};
  Bytes bytes = objectBytes("TouchSHM" + name.str());
  ASSERT_EQ(bytes.size() % 4096, 0u);
  bytes.resize(expected.size());
  EXPECT_EQ(bytes, expected);
}

TEST(TheInfoBlock, IsByteForByteThePosixForm) {
  UniqueName name;
  SharedMemWriter writer(name);
  const std::string object = "TouchSHMTouchSHM" + name.str() + "4jhd783h";
  Bytes expected(44, 0);
  const Bytes start = {0xba, 0x34, 0xed, 0x56, 2, 0, 0, 0};
  std::copy(start.begin(), start.end(), expected.begin());
  EXPECT_EQ(objectBytes(object), expected);

  writer.publish({1, 1}, counting(4));
  SharedMemReader reader(name);
  ASSERT_TRUE(reader.read());
  EXPECT_EQ(objectBytes(object), expected) << "a reader of the ring follows by itself";
  follow(name);
  expected[8] = 1;
  EXPECT_EQ(objectBytes(object), expected) << "supported";

  writer.publish({2, 1}, counting(8));
  const std::string postfix = writer.postfix();
  ASSERT_EQ(postfix.size(), 31u);
  std::copy(postfix.begin(), postfix.end(), expected.begin() + 9);
  EXPECT_EQ(objectBytes(object), expected) << "postfix";
  EXPECT_GE(objectBytes("TouchSHM" + name.str() + postfix).size(), 48u + 8);
  EXPECT_TRUE(objectBytes("TouchSHM" + name.str()).empty());
}

TEST(TheObjects, HaveTheirFourNamesAndAreTheUsersOwn) {
  UniqueName name;
  SharedMemWriter writer(name);
  writer.publish({1, 1}, counting(4));
  const std::string whole = "TouchSHM" + name.str();
  const std::string info = "TouchSHM" + whole + "4jhd783h";
  const std::string expected =
      "600 " + info + "\n600 " + info + "Mutex\n600 " + whole + "\n600 " + whole + "Mutex\n";
  EXPECT_EQ(outputOf("cd /dev/shm && stat -c '%a %n' *" + name.str() + "* | LC_ALL=C sort"),
            expected);
}

TEST(Names, ThatCannotBeAreRefusedInWords) {
  const struct {
    std::string name;
    const char* word;
  } kFaults[] = {{"", "empty"},
                 {"a/b", "'/'"},
                 {std::string(300, 'x'), "300"},
                 {"two\nlines", "control"},
                 {"x\x7f", "127"},
                 {"otherMutex", "lock"},
                 {std::string("a\0b", 3), "control"},
                 {"TouchSHMx4jhd783h", "info"}};
  for (const auto& fault : kFaults) {
    for (const bool writes : {true, false}) {
      const std::string error = errorOf(
          [&] { writes ? void(SharedMemWriter(fault.name)) : void(SharedMemReader(fault.name)); });
      EXPECT_NE(error.find(fault.word), error.npos) << fault.name << ": " << error;
    }
  }
}

TEST(Names, OfTwoHundredBytesAndOddLettersWork) {
  UniqueName unique;
  const std::string middle = unique.str() + " ü%s .*'";
  for (const std::string& name : {middle, middle + std::string(200 - middle.size(), 'y')}) {
    SharedMemWriter writer(name);
    SharedMemReader reader(name);
    writer.publish({1, 1}, counting(4));
    EXPECT_TRUE(reader.read());
    writer.publish({2, 2}, counting(16));
    EXPECT_TRUE(reader.read());
  }
}

// Both programs print the same sentence about the frame that we wrote, and touch nothing.
class StandaloneReaders : public testing::Test {
 protected:
  void expectSame(SharedMemWriter& writer, const FrameHeader& header, std::size_t bytes) {
    const auto pixels = counting(bytes);
    ASSERT_EQ(writer.publish(header, pixels), PublishResult::Published);
    char line[100];
    std::snprintf(line, sizeof line, "%dx%d format %u checksum %016llx\n", header.width,
                  header.height, *sharedFormat(header.format),
                  static_cast<unsigned long long>(test::checksum(pixels)));
    const Bytes info = objectBytes(infoName(writer.name()));
    EXPECT_EQ(outputOf(program_ + " " + writer.name() + " 2>&1"), line);
    EXPECT_EQ(outputOf(script_ + " " + writer.name() + " 2>&1"), line);
    EXPECT_EQ(objectBytes(infoName(writer.name())), info);
  }

  void SetUp() override {
    ASSERT_EQ(outputOf("cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror " + folder_ +
                       "/read_shm.c -o " + program_ + " 2>&1"),
              "");
  }
  void TearDown() override { std::remove(program_.c_str()); }

  const std::string folder_ = TOPKNOT_SOURCE_DIR "/examples";
  UniqueName name_;
  const std::string program_ = TOPKNOT_BINARY_DIR "/read_shm_" + name_.str();
  const std::string script_ = "python3 " + folder_ + "/read_shm.py";
};

TEST_F(StandaloneReaders, SeeTheBytesThatWeWrote) {
  {
    SharedMemWriter writer(name_);
    expectSame(writer, {64, 48}, 64 * 48 * 4);
    expectSame(writer, {5, 3, 1, 1, PixelFormat::MonoAlpha16Float}, 5 * 3 * 4);
    follow(name_);
    expectSame(writer, {80, 60, 1, 1, PixelFormat::Rgba32Float}, 80 * 60 * 16);
    EXPECT_EQ(writer.postfix().size(), 31u);
    EXPECT_EQ(name_.objects().size(), 4u);
  }
  for (const std::string& reader : {program_, script_}) {
    const std::string text = outputOf(reader + " " + name_.str() + " 2>&1");
    EXPECT_NE(text.find("nobody sends"), text.npos) << text;
  }
}

TEST_F(StandaloneReaders, WriteThePictureTopRowFirst) {
  SharedMemWriter writer(name_);
  writer.publish({2, 2}, counting(16));
  const Bytes pixels = {9, 10, 11, 13, 14, 15, 1, 2, 3, 5, 6, 7};
  const std::string head = "P6 2 2 255\n";
  Bytes expected(head.begin(), head.end());
  expected.insert(expected.end(), pixels.begin(), pixels.end());
  const std::string path = program_ + ".ppm";
  for (const std::string& reader : {program_, script_}) {
    outputOf(reader + " " + name_.str() + " " + path);
    std::ifstream file(path, std::ios::binary);
    EXPECT_EQ(Bytes(std::istreambuf_iterator<char>(file), {}), expected) << reader;
    std::remove(path.c_str());
  }
}

}  // namespace
}  // namespace topknot::ipc
