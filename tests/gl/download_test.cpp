// Downloads into pinned memory, and those that renderers on the CPU make at once.
#include "gl/transfer/download.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/context.h"

namespace topknot::gl {
namespace {

using test::contains;
using test::thrown;

class Downloads : public ::testing::Test {
 protected:
  explicit Downloads(bool pinned = true) {
    Download::alwaysPinned(pinned);
    ++state_->borrowers;
  }
  ~Downloads() override {
    --state_->borrowers;
    Download::alwaysPinned(false);
  }

  Context context_ = Context::headless({.debug = true});
  StatePtr state_ = current();
  Use use_{state_};
};

TEST_F(Downloads, GiveThePictureOfTheirStart) {
  Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
  texture.upload(test::sixColours());
  Download download(texture);
  texture.clear(0, 0, 0, 0);
  download.wait();
  EXPECT_TRUE(download.ready());
  const Image six = test::sixColours();
  EXPECT_TRUE(std::ranges::equal(download.pixels(), six.bytes()));
}

TEST_F(Downloads, GiveAPartOfThePicture) {
  Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
  const Image six = test::sixColours();
  texture.upload(six);
  Download download(texture, {1, 1, 3, 2});
  download.wait();
  EXPECT_EQ(download.shape().width, 2);
  EXPECT_EQ(download.shape().height, 1);
  EXPECT_TRUE(std::ranges::equal(download.pixels(), six.bytes().subspan(16, 8)));
}

TEST_F(Downloads, UseTheMemoryOfThoseBeforeThem) {
  Texture texture({64, 64, PixelFormat::Mono32Float, false});
  texture.clear(0.25f, 0, 0, 0);
  const int before = context_.liveObjects();
  for (int i = 0; i < 20; ++i) {
    Download download(texture);
    download.wait();
    float last = 0;
    std::memcpy(&last, download.pixels().data() + download.pixels().size() - 4, 4);
    EXPECT_EQ(last, 0.25f);
  }
  EXPECT_EQ(context_.liveObjects(), before + 1) << "one buffer for all";
}

TEST_F(Downloads, DoNotTakeAMuchLargerBuffer) {
  Texture large({64, 64, PixelFormat::Mono32Float, false}), small({4, 4, PixelFormat::Mono32Float});
  { Download download(large); }
  small.framebuffer();  // GPUs read through it
  const int before = context_.liveObjects();
  { Download download(small); }
  EXPECT_EQ(context_.liveObjects(), before + 1);
}

TEST_F(Downloads, MayEndOnAnotherThreadBeforeTheyHaveArrived) {
  Texture texture({64, 64, PixelFormat::Mono32Float, false});
  auto download = std::make_shared<Download>(texture);
  std::thread([&] { download.reset(); }).join();
  Download next(texture);
  next.wait();
  EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
}

TEST_F(Downloads, ArriveAlsoByTheWorker) {
  Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
  texture.upload(test::sixColours());
  const auto download = std::make_shared<Download>(texture);
  completionOf(download).get();
  const Image image = lentImage(download);
  EXPECT_EQ(image, test::sixColours());
}

TEST_F(Downloads, TheEndOfTheContextWaitsForThoseWhoRead) {
  Image lent;
  bool read = false;
  std::thread reader;
  {
    Context context = Context::headless();
    const StatePtr state = current();
    const Use use(state);
    Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
    texture.upload(test::sixColours());
    const auto download = std::make_shared<Download>(texture);
    download->wait();
    reader = std::thread([image = lentImage(download), &read]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      read = std::as_const(image) == test::sixColours();
      image = {};
    });
  }
  EXPECT_TRUE(read);
  reader.join();
}

TEST_F(Downloads, WithoutTheirContextTheyAreLost) {
  std::shared_ptr<Download> download;
  {
    Context context = Context::headless();
    const Use use(current());
    Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
    download = std::make_shared<Download>(texture);
  }
  EXPECT_NO_THROW(download.reset());
}

class DirectDownloads : public Downloads {
 protected:
  DirectDownloads() : Downloads(false) {}
  void SetUp() override {
    if (!Download::isDirect(*state_)) GTEST_SKIP() << "a GPU downloads by itself";
  }
};

TEST_F(DirectDownloads, AreThereAtOnceAndNeedNoBuffer) {
  Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
  texture.upload(test::sixColours());
  const int before = context_.liveObjects();
  Download download(texture);
  EXPECT_TRUE(download.ready());
  EXPECT_EQ(context_.liveObjects(), before);
  texture.clear(0, 0, 0, 0);
  EXPECT_TRUE(std::ranges::equal(download.pixels(), test::sixColours().bytes()));
  const std::byte* place = download.pixels().data();
  const Image image = download.taken();
  EXPECT_EQ(image, test::sixColours());
  EXPECT_EQ(image.bytes().data(), place) << "no copy";
}

// Converted in pieces: of more rows than one of them has, in a part, with slices.
TEST_F(DirectDownloads, AreConvertedRowByRow) {
  TextureShape shape{1000, 700, PixelFormat::Rgba8Fixed, false};
  Image wanted(1000, 700, PixelFormat::Rgba8Fixed);
  for (int y = 0; y < 700; ++y) {
    for (std::size_t x = 0; x < 1000; ++x) {
      wanted.row(y)[x * 4] = static_cast<std::byte>(y);
      wanted.row(y)[x * 4 + 1] = static_cast<std::byte>(x);
    }
  }
  Texture texture(shape);
  texture.upload(wanted);
  const Conversion secondOnly{PixelFormat::Mono8Fixed,
                              [](const std::byte* source, std::size_t pixels, std::byte* target) {
                                for (std::size_t i = 0; i < pixels; ++i)
                                  target[i] = source[i * 4 + 1];
                              }};
  const Conversion firstOnly{PixelFormat::Mono8Fixed,
                             [](const std::byte* source, std::size_t pixels, std::byte* target) {
                               for (std::size_t i = 0; i < pixels; ++i) target[i] = source[i * 4];
                             }};
  const Image columns = Download(texture, {}, secondOnly).taken();
  const Image rows = Download(texture, {3, 5, 997, 690}, firstOnly).taken();
  ASSERT_EQ(columns.format(), PixelFormat::Mono8Fixed);
  ASSERT_EQ(rows.width(), 994);
  ASSERT_EQ(rows.height(), 685);
  for (int y = 0; y < 700; y += 7) EXPECT_EQ(columns.row(y)[999], wanted.row(y)[999 * 4 + 1]);
  for (int y = 0; y < 685; ++y) EXPECT_EQ(rows.row(y)[9], static_cast<std::byte>(y + 5));
}

}  // namespace
}  // namespace topknot::gl
