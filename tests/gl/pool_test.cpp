// The pool that lends textures, and the budget that all of a context's textures share.
#include "gl/context/pool.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using test::thrown;

constexpr PixelFormat kRgba8 = PixelFormat::Rgba8Fixed;

class Pools : public ::testing::Test {
 protected:
  static GLuint nameOfReturned(const TextureShape& shape) { return Pool::borrow(shape)->name(); }

  Context context_ = Context::headless();
  Use use_{current()};
  Context::State& state_ = currentState();
  // As long as somebody draws, the pool is kept.
  struct Borrower {
    Context::State& state;
    explicit Borrower(Context::State& s) : state(s) { ++state.borrowers; }
    ~Borrower() { --state.borrowers; }
  } borrower_{state_};
};

using Budgets = Pools;

TEST_F(Pools, WhatCameBackIsLentAgain) {
  TexturePtr first = Pool::borrow({3, 2, kRgba8, false});
  const TexturePtr second = Pool::borrow({3, 2, kRgba8, false});
  EXPECT_NE(first->name(), second->name());
  const GLuint name = first->name();
  first.reset();
  EXPECT_EQ(state_.pool->count(), 1u);
  EXPECT_EQ(Pool::borrow({3, 2, kRgba8, false})->name(), name);
  EXPECT_EQ(context_.liveObjects(), 2);
}

TEST_F(Pools, EveryShapeHasAShelfOfItsOwn) {
  const TextureShape shapes[] = {{3, 2, kRgba8, false},
                                 {2, 3, kRgba8, false},
                                 {3, 2, kRgba8, true},
                                 {3, 2, PixelFormat::Rgba16Float, false}};
  std::vector<GLuint> names;
  for (const TextureShape& shape : shapes) names.push_back(nameOfReturned(shape));
  EXPECT_EQ(state_.pool->count(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const TexturePtr again = Pool::borrow(shapes[i]);
    EXPECT_EQ(again->name(), names[i]);
    EXPECT_EQ(again->shape(), shapes[i]);
  }
}

TEST_F(Pools, TheLongestWaitingGoesWhenTooManyWait) {
  std::vector<TexturePtr> lent;
  for (int i = 0; i < 70; ++i) lent.push_back(Pool::borrow({i % 2 + 1, 1, kRgba8, false}));
  std::vector<GLuint> names;
  for (TexturePtr& texture : lent) {
    names.push_back(texture->name());
    texture.reset();
  }
  EXPECT_EQ(state_.pool->count(), 64u);
  EXPECT_EQ(context_.liveObjects(), 64);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_FALSE(glIsTexture(names[i])) << i;
  for (std::size_t i = 6; i < 70; ++i) EXPECT_TRUE(glIsTexture(names[i])) << i;
}

TEST_F(Pools, TheLongestWaitingGoesWhenTooManyBytesWait) {
  std::vector<TexturePtr> lent;
  for (int i = 0; i < 5; ++i) lent.push_back(Pool::borrow({8192, 8192, kRgba8, false}));
  const GLuint first = lent[0]->name();
  for (TexturePtr& texture : lent) texture.reset();
  EXPECT_EQ(state_.pool->count(), 4u);
  EXPECT_FALSE(glIsTexture(first));
}

TEST_F(Pools, WhatAnotherThreadGaveBackIsLentAgain) {
  TexturePtr texture = Pool::borrow({3, 2, kRgba8, false});
  const GLuint name = texture->name();
  std::thread([&] { texture.reset(); }).join();
  EXPECT_EQ(state_.pool->count(), 1u);
  EXPECT_EQ(Pool::borrow({3, 2, kRgba8, false})->name(), name);
  EXPECT_EQ(context_.liveObjects(), 1);
}

TEST_F(Pools, WhatAnotherThreadGaveBackGoesWithTheRest) {
  std::vector<TexturePtr> lent;
  for (int i = 0; i < 70; ++i) lent.push_back(Pool::borrow({3, 2, kRgba8, false}));
  std::thread([&] { lent.clear(); }).join();
  EXPECT_EQ(state_.pool->count(), 64u);
  TexturePtr last = Pool::borrow({3, 2, kRgba8, false});
  state_.emptyPool();
  std::thread([&] { last.reset(); }).join();
  state_.emptyPool();
  EXPECT_EQ(context_.textureMemory(), 0);
}

TEST_F(Pools, WhatAnotherThreadGivesBackWhereNobodyDrawsDoesNotWait) {
  TexturePtr texture = Pool::borrow({3, 2, kRgba8, false});
  --state_.borrowers;
  std::thread([&] { texture.reset(); }).join();
  ++state_.borrowers;
  EXPECT_EQ(state_.pool->count(), 0u);
  EXPECT_EQ(context_.textureMemory(), 0);
}

TEST_F(Pools, ManyAliveMakeNothingAnew) {
  std::vector<TexturePtr> alive;
  for (int i = 0; i < 1000; ++i) alive.push_back(Pool::borrow({4, 4, kRgba8, false}));
  const GLuint name = nameOfReturned({4, 4, kRgba8, false});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(nameOfReturned({4, 4, kRgba8, false}), name);
  EXPECT_EQ(context_.liveObjects(), 1001);
}

TEST_F(Pools, ShapesThatComeAndGoLeaveNoShelves) {
  for (int i = 1; i <= 1000; ++i) {
    const TextureShape shape{i, 1, kRgba8, false};
    const GLuint name = nameOfReturned(shape);
    ASSERT_EQ(nameOfReturned(shape), name);
    ASSERT_LE(state_.pool->count(), 64u);
  }
}

TEST(Pool, TexturesMayOutliveTheContext) {
  TexturePtr lent;
  {
    const Context context = Context::headless();
    lent = Pool::borrow({3, 2, kRgba8, false});
  }
  lent.reset();
  EXPECT_EQ(lent, nullptr);
}

TEST_F(Budgets, MemoryIsThatOfAllTexturesWithMipmapsAndThoseThatWait) {
  EXPECT_EQ(context_.textureMemory(), 0);
  {
    const Texture plain({3, 2, kRgba8, false});
    EXPECT_EQ(context_.textureMemory(), 24);
    Texture moved({4, 2, kRgba8, true});
    EXPECT_EQ(context_.textureMemory(), 24 + 44);
    const Texture target = std::move(moved);
    EXPECT_EQ(context_.textureMemory(), 24 + 44);
  }
  EXPECT_EQ(context_.textureMemory(), 0);
  Pool::borrow({5, 1, PixelFormat::Mono16Float, false});
  EXPECT_EQ(context_.textureMemory(), 10);
  state_.emptyPool();
  EXPECT_EQ(context_.textureMemory(), 0);
}

TEST_F(Budgets, AnAssignedTextureLetsGoOfItsOwnMemory) {
  {
    Texture first({3, 2, kRgba8, false});
    first = Texture({5, 2, kRgba8, false});
    EXPECT_EQ(first.shape().width, 5);
    EXPECT_EQ(context_.textureMemory(), 40);
  }
  EXPECT_EQ(context_.textureMemory(), 0);
}

TEST_F(Budgets, ThereIsNoneUntilItIsSet) {
  EXPECT_EQ(context_.textureBudget(), std::numeric_limits<std::int64_t>::max());
  context_.textureBudget(1000);
  EXPECT_EQ(context_.textureBudget(), 1000);
}

TEST_F(Budgets, BelowOneByteIsRefused) {
  EXPECT_EQ(thrown([&] { context_.textureBudget(0); }),
            "a texture budget of 0 bytes is not possible: it must be at least 1");
  EXPECT_EQ(thrown([&] { context_.textureBudget(-5); }),
            "a texture budget of -5 bytes is not possible: it must be at least 1");
  EXPECT_EQ(context_.textureBudget(), std::numeric_limits<std::int64_t>::max());
}

TEST_F(Budgets, AnotherThreadIsRefused) {
  std::string sentence;
  std::thread([&] { sentence = thrown([&] { context_.textureBudget(5); }); }).join();
  EXPECT_TRUE(test::contains(sentence, "another thread"));
  EXPECT_EQ(context_.textureBudget(), std::numeric_limits<std::int64_t>::max());
}

TEST_F(Budgets, WhatGoesBeyondIsAnErrorWithTheFigures) {
  context_.textureBudget(1000000);
  {
    const Texture large({500, 400, kRgba8, false});
    EXPECT_EQ(thrown([] {
                Pool::borrow({640, 360, PixelFormat::Rgba32Float, false});
              }),
              "out of texture memory: a picture of 640 × 360 pixels in rgba32float wants 3686400 "
              "bytes; 1000000 are allowed, 800000 of them in use");
    EXPECT_EQ(thrown([] { Texture({250, 200, kRgba8, false}); }), "") << "to the last byte";
    EXPECT_EQ(context_.textureMemory(), 800000);
    EXPECT_EQ(context_.liveObjects(), 1);
  }
  EXPECT_EQ(thrown([] { Texture({500, 500, kRgba8, false}); }), "") << "works again";
}

TEST_F(Budgets, WhatWaitsMakesRoomLongestWaitingFirst) {
  context_.textureBudget(100);
  const GLuint oldest = nameOfReturned({10, 1, kRgba8, false});
  const GLuint newer = nameOfReturned({5, 1, kRgba8, false});
  EXPECT_EQ(context_.textureMemory(), 60);
  const Texture made({15, 1, kRgba8, false});
  EXPECT_FALSE(glIsTexture(oldest) && made.name() != oldest);
  EXPECT_TRUE(glIsTexture(newer));
  EXPECT_EQ(context_.textureMemory(), 80);
}

TEST_F(Budgets, WhatCanNeverFitLeavesTheOthersAlone) {
  context_.textureBudget(100);
  nameOfReturned({10, 1, kRgba8, false});
  state_.reclaim = [](std::int64_t) { return ADD_FAILURE() << "asked in vain", false; };
  EXPECT_NE(thrown([] { Texture({26, 1, kRgba8, false}); }), "");
  EXPECT_EQ(context_.textureMemory(), 40);
}

TEST_F(Budgets, ALowerOneLetsGoOfWhatWaits) {
  const Texture kept({10, 1, kRgba8, false});
  nameOfReturned({5, 1, kRgba8, false});
  nameOfReturned({6, 1, kRgba8, false});
  context_.textureBudget(65);
  EXPECT_EQ(context_.textureMemory(), 64) << "the longer waiting one went";
  context_.textureBudget(1);
  EXPECT_EQ(context_.textureMemory(), 40) << "what is in use stays";
}

TEST_F(Budgets, PicturesThatCanBeDrawnAgainMakeRoomOneAfterAnother) {
  context_.textureBudget(100);
  std::vector<TexturePtr> pictures;
  for (int i = 0; i < 3; ++i) pictures.push_back(Pool::borrow({8, 1, kRgba8, false}));
  std::vector<std::int64_t> asked;
  state_.reclaim = [&](std::int64_t bytes) {
    asked.push_back(bytes);
    if (pictures.empty()) return false;
    pictures.pop_back();
    return true;
  };
  const Texture made({16, 1, kRgba8, false});
  EXPECT_EQ(asked, (std::vector<std::int64_t>{60, 28}));
  EXPECT_EQ(pictures.size(), 1u);
  EXPECT_EQ(context_.textureMemory(), 32 + 64);
}

TEST_F(Budgets, APromiseWithoutEffectIsNotBelievedForEver) {
  context_.textureBudget(100);
  const Texture kept({20, 1, kRgba8, false});
  int asked = 0;
  state_.reclaim = [&](std::int64_t) { return ++asked > 0; };
  EXPECT_NE(thrown([] { Texture({20, 1, kRgba8, false}); }), "");
  EXPECT_EQ(asked, 1);
}

TEST_F(Budgets, MakingRoomMayNotAskForMore) {
  context_.textureBudget(100);
  const Texture kept({20, 1, kRgba8, false});
  int asked = 0;
  state_.reclaim = [&](std::int64_t) {
    ++asked;
    Texture({20, 1, kRgba8, false});
    return true;
  };
  EXPECT_NE(thrown([] { Texture({20, 1, kRgba8, false}); }), "");
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(state_.reclaiming);
}

}  // namespace
}  // namespace topknot::gl
