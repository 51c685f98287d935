// Pictures that another thread reads: the same pixels as a download, while the next one is drawn.
#include "gl/fetch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "gl/buffer.h"
#include "gl/pool.h"
#include "gl/worker.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/context.h"

namespace topknot::gl {
namespace {

using test::thrown;

class Fetches : public ::testing::Test {
 protected:
  Fetches() { ++state_->borrowers; }
  void SetUp() override {
    if (!context_.info().software) GTEST_SKIP() << "a GPU has downloads of its own";
  }
  ~Fetches() override {
    --state_->borrowers;
    EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
  }

  /// What the other thread reads.
  static Image readBy(Fetch& fetch) {
    const TextureShape& shape = fetch.shape();
    Image image(shape.width, shape.height, shape.format);
    std::promise<void> done;
    fetch.post([&] {
      try {
        fetch.read(image.bytes());
        done.set_value();
      } catch (...) {
        done.set_exception(std::current_exception());
      }
    });
    done.get_future().get();
    return image;
  }

  Context context_ = Context::headless({.debug = true});
  StatePtr state_ = current();
  Use use_{state_};
};

TEST_F(Fetches, ReadEveryFormatAsADownloadDoes) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    for (const int width : {1, 3, 64}) {
      Image image(width, 5, info.format);
      int at = width;
      for (std::byte& byte : image.bytes()) byte = static_cast<std::byte>(at++ & 0x3f);
      const auto texture = std::make_shared<Texture>(TextureShape{width, 5, info.format});
      texture->upload(image);
      const auto fetch = Fetch::start(texture);
      ASSERT_NE(fetch, nullptr) << info.name;
      EXPECT_EQ(readBy(*fetch), download(*texture)) << info.name << " " << width;
    }
  }
}

TEST_F(Fetches, HoldTheirPictureWhileTheNextOneIsDrawn) {
  const TextureShape shape{640, 360, PixelFormat::Rgba32Float};
  std::unique_ptr<Fetch> before;
  for (int i = 1; i <= 20; ++i) {
    TexturePtr texture = Pool::borrow(shape);
    texture->clear(static_cast<float>(i), 0, 0, 1);
    std::unique_ptr<Fetch> fetch = Fetch::start(std::move(texture));
    if (before) {
      const Image image = readBy(*before);
      EXPECT_EQ(image.pixel(0, 0).r, static_cast<float>(i - 1));
      EXPECT_EQ(image.pixel(639, 359).r, static_cast<float>(i - 1));
    }
    before = std::move(fetch);
  }
}

TEST_F(Fetches, MakeNothingThatStays) {
  const TextureShape shape{64, 64, PixelFormat::Rgba8Fixed};
  int before = 0;
  for (int i = 0; i < 20; ++i) {
    const auto fetch = Fetch::start(Pool::borrow(shape));
    readBy(*fetch);
    if (i == 0) before = context_.liveObjects();
  }
  EXPECT_EQ(context_.liveObjects(), before) << "one texture for all";
}

TEST_F(Fetches, HaveAThreadThatCompilesNothing) {
  Worker* const fetcher = fetcherOf(*state_);
  ASSERT_NE(fetcher, nullptr);
  EXPECT_EQ(fetcherOf(*state_), fetcher);
  Worker* const worker = workerOf(*state_);
  EXPECT_NE(worker, fetcher);
  std::promise<void> goOn;
  worker->post([&] { goOn.get_future().wait(); });
  const auto fetch = Fetch::start(std::make_shared<Texture>(TextureShape{2, 2}));
  readBy(*fetch);  // the programs that are being made delay nothing
  goOn.set_value();
}

TEST_F(Fetches, AreNotOfVolumes) {
  const TextureShape shape{4, 4, PixelFormat::Rgba8Fixed, false, Dimension::Volume, 4};
  EXPECT_EQ(Fetch::start(std::make_shared<Texture>(shape)), nullptr);
}

TEST_F(Fetches, ThatWaitAreDroppedAtTheContextsEnd) {
  std::unique_ptr<Fetch> fetch;
  std::promise<void> begun;
  bool dropped = false;
  {
    const Context context = Context::headless();
    const Use use(current());
    fetch = Fetch::start(std::make_shared<Texture>(TextureShape{2, 2}));
    fetch->post([&] {
      begun.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    });
    fetch->post([ran = std::shared_ptr<void>(nullptr, [&](void*) { dropped = true; })] {
      ADD_FAILURE() << "its context is gone";
    });
    begun.get_future().wait();
  }
  EXPECT_TRUE(dropped);
  fetch->post([] { ADD_FAILURE() << "there is no thread any more"; });
  fetch.reset();
}

TEST_F(Fetches, EndWithALostContext) {
  Context context = Context::headless();
  const StatePtr state = current();
  const auto fetch = Fetch::start(std::make_shared<Texture>(TextureShape{2, 2}));
  state->watch.lose("lost for a test");
  EXPECT_EQ(thrown([&] {
              std::byte pixels[16];
              fetch->read(pixels);
            }),
            "lost for a test");
}

}  // namespace
}  // namespace topknot::gl
