// Frames between a writer and a reader in one process: bytes, sizes, formats, clean ends.
#include <gtest/gtest.h>

#include <algorithm>

#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/process.h"
#include "topknot/error.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using test::errorOf;
using test::UniqueName;

std::vector<std::byte> ramp(std::size_t bytes, int start = 0) {
  std::vector<std::byte> pixels(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    pixels[i] = static_cast<std::byte>(i * 7 + static_cast<std::size_t>(start));
  }
  return pixels;
}

std::vector<std::byte> send(SharedMemWriter& writer, FrameHeader header, int start = 0) {
  const auto perPixel = static_cast<std::size_t>(pixelFormatInfo(header.format).bytesPerPixel);
  auto pixels = ramp(static_cast<std::size_t>(header.width * header.height) * perPixel, start);
  EXPECT_EQ(writer.publish(header, pixels), PublishResult::Published);
  return pixels;
}

bool samePixels(const Image& image, const std::vector<std::byte>& pixels) {
  return std::ranges::equal(image.bytes(), pixels);
}

TEST(Frames, ReachAReaderInEveryFormatThatHasANumber) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (!sharedFormat(info.format)) continue;
    const auto pixels = send(writer, {5, 3, 16.0f, 9.0f, info.format});
    const auto frame = reader.read();
    ASSERT_TRUE(frame) << info.name;
    EXPECT_EQ(frame->image.width(), 5);
    EXPECT_EQ(frame->image.height(), 3);
    EXPECT_EQ(frame->image.format(), info.format) << info.name;
    EXPECT_EQ(frame->aspectX, 16.0f);
    EXPECT_EQ(frame->aspectY, 9.0f);
    EXPECT_TRUE(samePixels(frame->image, pixels)) << info.name;
  }
}

TEST(Frames, OfThreeFloatsAreRefusedWithAWordOnWhatToSend) {
  UniqueName name;
  SharedMemWriter writer(name);
  const std::string error = errorOf([&] {
    writer.publish({1, 1, 1, 1, PixelFormat::Rgb32Float}, ramp(12));
  });
  EXPECT_NE(error.find("rgb32float"), error.npos) << error;
  EXPECT_FALSE(sharedFormat(PixelFormat::Rgb16Float));
}

TEST(Frames, OfAWrongLengthOrSizeAreRefused) {
  UniqueName name;
  SharedMemWriter writer(name);
  EXPECT_NE(errorOf([&] { writer.publish({2, 2}, ramp(15)); }), "");
  EXPECT_NE(errorOf([&] { writer.publish({0, 2}, {}); }), "");
  EXPECT_NE(errorOf([&] { writer.publish({2, -2}, {}); }), "");
  EXPECT_NE(errorOf([&] { writer.commit(); }), "");
  EXPECT_NE(errorOf([&] { writer.begin({2147483647, 2147483647}); }), "");
}

TEST(Frames, CanBeWrittenStraightIntoTheSegment) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  for (int start : {1, 2, 3}) {
    const auto pixels = ramp(4 * 4 * 4, start);
    const auto target = writer.begin({4, 4});
    ASSERT_EQ(target.size(), pixels.size());
    std::ranges::copy(pixels, target.begin());
    EXPECT_EQ(writer.commit(), PublishResult::Published);
    EXPECT_TRUE(samePixels(reader.read()->image, pixels));
  }
}

TEST(Frames, ThatAreCancelledAreNeverSeen) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  const auto pixels = send(writer, {4, 4});
  writer.begin({40, 40});
  writer.cancel();
  EXPECT_TRUE(samePixels(reader.read()->image, pixels));
  writer.begin({4, 4})[0] = std::byte{99};
  EXPECT_TRUE(samePixels(reader.read()->image, pixels)) << "the frame before, meanwhile";
  writer.cancel();
  EXPECT_TRUE(samePixels(reader.read()->image, pixels)) << "and afterwards";
  EXPECT_EQ(reader.read()->number, 1u);
  send(writer, {4, 4});
  EXPECT_EQ(reader.read()->number, 2u);
}

TEST(Frames, AreFoundAgainAfterEveryChangeOfSize) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  for (int size : {8, 4, 16, 2, 64, 64, 63, 200}) {
    const auto pixels = send(writer, {size, size});
    const auto frame = reader.read();
    ASSERT_TRUE(frame) << size;
    EXPECT_TRUE(samePixels(frame->image, pixels)) << size;
    EXPECT_TRUE(samePixels(SharedMemReader(name).read()->image, pixels)) << "a late reader";
  }
}

TEST(Frames, ThatShrinkStayInTheirSegment) {
  UniqueName name;
  SharedMemWriter writer(name);
  send(writer, {64, 64});
  const auto capacity = writer.capacity();
  EXPECT_EQ(capacity, 64u * 64 * 4);
  send(writer, {8, 8});
  send(writer, {16, 16, 1, 1, PixelFormat::Rgba32Float});
  EXPECT_EQ(writer.capacity(), capacity);
}

TEST(Frames, GoUnderAPostfixOnlyIfAnOldReceiverFollows) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  send(writer, {2, 2});
  EXPECT_TRUE(reader.read());
  send(writer, {4, 4});
  EXPECT_EQ(writer.postfix(), "");
  EXPECT_TRUE(reader.read());
  test::follow(name);
  send(writer, {8, 8});
  EXPECT_TRUE(isPostfix(writer.postfix()));
  EXPECT_TRUE(reader.read());
  EXPECT_EQ(name.objects().size(), 4u) << "data, info and their two locks";
}

TEST(Frames, LeaveNothingBehindWhenTheSenderEnds) {
  UniqueName name;
  {
    SharedMemWriter writer(name);
    EXPECT_EQ(name.objects().size(), 3u);
    SharedMemReader reader(name);
    send(writer, {2, 2});
    EXPECT_TRUE(reader.read());
    EXPECT_TRUE(reader.senderAlive());
    send(writer, {4, 4});
    writer.close();
    EXPECT_TRUE(name.objects().empty());
    EXPECT_FALSE(reader.read());
    EXPECT_FALSE(reader.senderAlive());
    EXPECT_NE(errorOf([&] { send(writer, {2, 2}); }), "");
  }
  EXPECT_TRUE(name.objects().empty());
}

TEST(Frames, AreFoundAgainAfterTheSenderRestarts) {
  UniqueName name;
  SharedMemReader reader(name);
  EXPECT_FALSE(reader.wait(milliseconds(5)));
  for (int start : {1, 2, 3}) {
    SharedMemWriter writer(name);
    EXPECT_FALSE(reader.read());
    const auto pixels = send(writer, {3, start}, start);
    const auto frame = reader.read();
    ASSERT_TRUE(frame);
    EXPECT_TRUE(samePixels(frame->image, pixels));
  }
}

TEST(ASecondSender, IsRefusedAndToldWhoIsThere) {
  UniqueName name;
  SharedMemWriter writer(name);
  const auto pixels = send(writer, {4, 4});
  const std::string error = errorOf([&] { SharedMemWriter second(name); });
  EXPECT_NE(error.find("in use by another live sender (process " + std::to_string(getpid())),
            error.npos)
      << error;
  SharedMemReader reader(name);
  EXPECT_TRUE(samePixels(reader.read()->image, pixels));
}

TEST(TheList, ShowsWhatIsPublished) {
  UniqueName name;
  UniqueName empty;
  SharedMemWriter writer(name);
  SharedMemWriter silent(empty);
  send(writer, {6, 4, 1, 1, PixelFormat::Rgba16Float});
  SharedMemReader(name).read();
  send(writer, {12, 8, 1, 1, PixelFormat::Rgba16Float});
  int found = 0;
  for (const SharedMemEntry& entry : listSharedMemory()) {
    EXPECT_FALSE(entry.name.ends_with("Mutex"));
    if (entry.name.find(name.str()) != std::string::npos) {
      ++found;
      EXPECT_EQ(entry.name, name.str());
      EXPECT_EQ(entry.width, 12);
      EXPECT_EQ(entry.height, 8);
      EXPECT_EQ(entry.format, PixelFormat::Rgba16Float);
      EXPECT_GE(entry.bytes, 48u + 12 * 8 * 8);
      EXPECT_EQ(entry.number, 2u);
      EXPECT_TRUE(entry.alive);
    } else if (entry.name == empty.str()) {
      ++found;
      EXPECT_EQ(entry.width, 0);
      EXPECT_FALSE(entry.format);
      EXPECT_TRUE(entry.alive);
    }
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace topknot::ipc
