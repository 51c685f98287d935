// Pictures that another thread reads: the same pixels as a download, while the next one is drawn.
#include "gl/transfer/cpu_readback.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "gl/context/pool.h"
#include "gl/context/worker.h"
#include "gl/program/buffer.h"
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
  static Image readBy(CpuReadback& fetch) {
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
      const auto fetch = CpuReadback::start(texture);
      ASSERT_NE(fetch, nullptr) << info.name;
      EXPECT_EQ(readBy(*fetch), download(*texture)) << info.name << " " << width;
    }
  }
}

TEST_F(Fetches, HoldTheirPictureWhileTheNextOneIsDrawn) {
  const TextureShape shape{640, 360, PixelFormat::Rgba32Float};
  std::unique_ptr<CpuReadback> before;
  for (int i = 1; i <= 20; ++i) {
    TexturePtr texture = Pool::borrow(shape);
    texture->clear(static_cast<float>(i), 0, 0, 1);
    std::unique_ptr<CpuReadback> fetch = CpuReadback::start(std::move(texture));
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
    const auto fetch = CpuReadback::start(Pool::borrow(shape));
    readBy(*fetch);
    if (i == 0) before = context_.liveObjects();
  }
  EXPECT_EQ(context_.liveObjects(), before) << "one texture for all";
}

TEST_F(Fetches, HaveAThreadThatCompilesNothing) {
  Worker* const readbackWorker = readbackWorkerOf(*state_);
  ASSERT_NE(readbackWorker, nullptr);
  EXPECT_EQ(readbackWorkerOf(*state_), readbackWorker);
  Worker* const worker = workerOf(*state_);
  EXPECT_NE(worker, readbackWorker);
  std::promise<void> goOn;
  worker->post([&] { goOn.get_future().wait(); });
  const auto fetch = CpuReadback::start(std::make_shared<Texture>(TextureShape{2, 2}));
  readBy(*fetch);  // the programs that are being made delay nothing
  goOn.set_value();
}

TEST_F(Fetches, GoOnWhereAThreadThatCompilesIsGivenUp) {
  Worker* const readbackWorker = readbackWorkerOf(*state_);
  Worker* const worker = workerOf(*state_);
  std::promise<void> begun, goOn;
  worker->deadline(0.1);
  worker->post([&] {
    begun.set_value();
    goOn.get_future().wait();
  });
  std::promise<void> readOn;
  readbackWorker->post([&] { readOn.get_future().wait(); });
  const auto texture = std::make_shared<Texture>(TextureShape{16, 16});
  texture->clear(0.2f, 0.4f, 0.6f, 1.0f);
  const PendingImage lent = lend(texture);
  begun.get_future().wait();
  while (!worker->lost()) std::this_thread::yield();
  EXPECT_FALSE(hasWorker(*state_));
  goOn.set_value();
  readOn.set_value();
  lent.completion.get();
  EXPECT_NEAR(lent.image.pixel(3, 3).g, 0.4f, 0.003f);
  EXPECT_EQ(readbackWorkerOf(*state_), readbackWorker);
}

TEST_F(Fetches, AreNotOfVolumes) {
  const TextureShape shape{4, 4, PixelFormat::Rgba8Fixed, false, glsl::Dimension::Volume, 4};
  EXPECT_EQ(CpuReadback::start(std::make_shared<Texture>(shape)), nullptr);
}

TEST_F(Fetches, ThatWaitAreDroppedAtTheContextsEnd) {
  std::unique_ptr<CpuReadback> fetch;
  std::promise<void> begun;
  bool dropped = false;
  {
    const Context context = Context::headless();
    const Use use(current());
    fetch = CpuReadback::start(std::make_shared<Texture>(TextureShape{2, 2}));
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

TEST_F(Fetches, LendPicturesWhileTheNextOnesAreDrawn) {
  const TextureShape shape{640, 360, PixelFormat::Rgba32Float};
  std::vector<PendingImage> lent;
  for (int i = 0; i < 20; ++i) {
    TexturePtr texture = Pool::borrow(shape);
    texture->clear(static_cast<float>(i), 0, 0, 1);
    lent.push_back(lend(std::move(texture)));
  }
  for (int i = 0; i < 20; ++i) {
    const PendingImage& picture = lent[static_cast<std::size_t>(i)];
    picture.completion.get();
    EXPECT_EQ(picture.image.pixel(0, 0), glm::vec4(i, 0, 0, 1));
    EXPECT_EQ(picture.image.pixel(639, 359), glm::vec4(i, 0, 0, 1));
  }
  lent.clear();
  EXPECT_EQ(state_->pool->count() * pictureBytes(shape),
            static_cast<std::size_t>(context_.textureMemory()))
      << "all came back";
}

TEST_F(Fetches, AreWaitedForWhereTexturesAreShort) {
  const TextureShape shape{640, 360, PixelFormat::Rgba8Fixed};
  context_.textureBudget(2 * static_cast<std::int64_t>(pictureBytes(shape)));
  std::vector<PendingImage> lent;
  for (int i = 0; i < 20; ++i) {
    TexturePtr texture = Pool::borrow(shape);
    texture->clear(i % 2 == 0 ? 1.0f : 0.0f, 0, 0, 1);
    lent.push_back(lend(std::move(texture)));
  }
  for (int i = 0; i < 20; ++i) {
    const PendingImage& picture = lent[static_cast<std::size_t>(i)];
    picture.completion.get();
    EXPECT_EQ(picture.image.pixel(3, 3), glm::vec4(i % 2 == 0 ? 1 : 0, 0, 0, 1));
  }
}

TEST_F(Fetches, ThatAreLentArriveBeforeTheContextEnds) {
  std::vector<PendingImage> lent;
  {
    const Context context = Context::headless();
    const Use use(current());
    for (int i = 0; i < 5; ++i) {
      const auto texture = std::make_shared<Texture>(TextureShape{256, 256});
      texture->clear(static_cast<float>(i) / 5.0f, 0, 0, 1);
      lent.push_back(lend(texture));
    }
  }
  for (int i = 0; i < 5; ++i) {
    const PendingImage& picture = lent[static_cast<std::size_t>(i)];
    ASSERT_EQ(picture.completion.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    picture.completion.get();
    EXPECT_NEAR(picture.image.pixel(9, 9).r, static_cast<float>(i) / 5.0f, 0.003f);
  }
}

TEST_F(Fetches, ThatAreLentAreLostWithTheirContext) {
  PendingImage lent;
  std::promise<void> begun, goOn;
  {
    Context context = Context::headless();
    const StatePtr state = current();
    const Use use(state);
    readbackWorkerOf(*state)->post([&] {
      begun.set_value();
      goOn.get_future().wait();
    });
    begun.get_future().wait();
    lent = lend(std::make_shared<Texture>(TextureShape{2, 2}));
    state->watch.lose("lost for a test");
    goOn.set_value();
  }
  // The job may have met the end, or the end the job.
  const std::string why = thrown([&] { lent.completion.get(); });
  EXPECT_TRUE(why == "lost for a test" || why.find("has lost a picture") != why.npos) << why;
}

TEST_F(Fetches, EndWithALostContext) {
  Context context = Context::headless();
  const StatePtr state = current();
  const auto fetch = CpuReadback::start(std::make_shared<Texture>(TextureShape{2, 2}));
  state->watch.lose("lost for a test");
  EXPECT_EQ(thrown([&] {
              std::byte pixels[16];
              fetch->read(pixels);
            }),
            "lost for a test");
}

}  // namespace
}  // namespace topknot::gl
