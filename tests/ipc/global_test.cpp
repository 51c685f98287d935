// Pictures of several operators in one bundle: together, from one process, checked by readers.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "ipc/bundle.h"
#include "ipc/global_receiver.h"
#include "ipc/global_sender.h"
#include "ipc/support/process.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using test::Child;
using test::errorOf;
using test::eventually;
using test::Shared;

std::vector<std::byte> filled(std::size_t count, int value) {
  return std::vector<std::byte>(count, static_cast<std::byte>(value));
}

TEST(TheGlobalSender, ShowsThePicturesOfOneFrameTogether) {
  const int one = 0, two = 0;
  auto sender = GlobalSender::get();
  EXPECT_EQ(sender, GlobalSender::get());
  sender->expect(&one);
  sender->expect(&two);
  GlobalReceiver receiver;
  for (int frame = 1; frame <= 3; ++frame) {
    sender->put(&one, "one", {2, 2}, frame, filled(16, frame));
    receiver.refresh(2 * static_cast<unsigned>(frame));
    ASSERT_EQ(receiver.number(), frame - 1u) << "half a frame is not shown";
    sender->put(&two, "two", {1, 1}, frame, filled(4, 10 + frame));
    receiver.refresh(2 * static_cast<unsigned>(frame));
    ASSERT_EQ(receiver.number(), frame - 1u) << "it looks once in a frame";
    receiver.refresh(2 * static_cast<unsigned>(frame) + 1);
    ASSERT_TRUE(receiver.find("one") && receiver.find("two"));
    EXPECT_EQ(receiver.find("one")->frame, frame);
    EXPECT_EQ(receiver.find("two")->frame, frame);
    EXPECT_EQ(receiver.find("one")->pixels[15], static_cast<std::byte>(frame));
    EXPECT_EQ(receiver.find("two")->pixels[3], static_cast<std::byte>(10 + frame));
    EXPECT_EQ(receiver.find("three"), nullptr);
  }
  EXPECT_NE(errorOf([&] { sender->put(&two, "one", {1, 1}, 4, filled(4, 0)); }), "");
  sender->leave(&two);
  sender->put(&one, "one", {2, 2}, 4, filled(16, 4));
  receiver.refresh(100);
  EXPECT_EQ(receiver.find("two"), nullptr) << "it left";
  EXPECT_EQ(receiver.find("one")->frame, 4);
}

TEST(TheGlobalSender, SaysWhichPictureIsNotTheNewestResult) {
  const int one = 0, two = 0;
  auto sender = GlobalSender::get();
  sender->expect(&one);
  sender->expect(&two);
  sender->put(&one, "one", {.width = 1, .height = 1, .stale = true}, 1, filled(4, 1));
  sender->put(&two, "two", {1, 1}, 1, filled(4, 2));
  GlobalReceiver receiver;
  receiver.refresh(1);
  ASSERT_TRUE(receiver.find("one") && receiver.find("two"));
  EXPECT_TRUE(receiver.find("one")->layout.stale);
  EXPECT_FALSE(receiver.find("two")->layout.stale);
}

TEST(TheGlobalSender, GoesOnWithoutOneThatGivesNothing) {
  const int one = 0, two = 0;
  auto sender = GlobalSender::get();
  sender->expect(&one);
  sender->expect(&two);
  GlobalReceiver receiver;
  sender->put(&one, "one", {1, 1}, 1, filled(4, 1));
  sender->put(&one, "one", {1, 1}, 2, filled(4, 2));
  receiver.refresh(1);
  ASSERT_TRUE(receiver.find("one"));
  EXPECT_EQ(receiver.find("one")->frame, 1);
}

TEST(TheGlobalSender, IsOneOnAMachine) {
  Shared<std::atomic<int>> step;
  Child other([&] {
    auto sender = GlobalSender::get();
    *step = 1;
    while (*step != 2) std::this_thread::sleep_for(milliseconds(1));
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return *step == 1; }));
  const std::string error = errorOf([] { GlobalSender::get(); });
  EXPECT_NE(error.find("one sending process"), error.npos) << error;
  EXPECT_NE(error.find("process " + std::to_string(other.pid())), error.npos) << error;
  *step = 2;
  other.wait();
  EXPECT_TRUE(GlobalSender::get());
}

TEST(ABundleThatLies, IsAnError) {
  const BundlePicture picture = {"a", {1, 1}, 0, filled(4, 1)};
  const BundlePicture* const pictures[] = {&picture};
  std::vector<std::byte> bundle(bundleBytes(pictures));
  encodeBundle(pictures, bundle);
  EXPECT_EQ(picturesIn(bundle, "x").size(), 1u);
  const auto lie = [&](std::size_t place, std::uint32_t value) {
    auto copy = bundle;
    std::memcpy(copy.data() + place, &value, sizeof value);
    return errorOf([&] { picturesIn(copy, "x"); });
  };
  EXPECT_NE(lie(offsetof(TopknotShmBundle, count), 2000), "");
  EXPECT_NE(lie(offsetof(TopknotShmBundle, entryBytes), 1), "");
  EXPECT_NE(lie(16 + offsetof(TopknotShmEntry, width), 4000), "");
  EXPECT_NE(lie(16 + offsetof(TopknotShmEntry, offset), 100000), "");
  EXPECT_NE(errorOf([] { picturesIn({}, "x"); }), "");
}

}  // namespace
}  // namespace topknot::ipc
