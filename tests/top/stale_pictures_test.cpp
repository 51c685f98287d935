// A picture that is not what it should be, since something failed, is not handed out as the right
// one.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::samePixels;
using test::thrown;

constexpr glm::vec4 kRed(1, 0, 0, 1);
constexpr glm::vec4 kNothing(0);

/// A photograph, red at the bottom left, that can go missing.
class StalePictures : public test::TopTest {
 protected:
  StalePictures() : photo_(add("moviefilein", "photo")) {
    saveImage(test::sixColours(), folder_ / "six.png");
    find();
    photo_.cook();
  }
  void find() { photo_.par("file") = (folder_ / "six.png").string(); }
  void lose() { photo_.par("file") = (folder_ / "missing.jpg").string(); }

  Top& behind(Op& from, std::string_view type, std::string_view name = {}) {
    return (from >> graph().add(type, name)).as<Top>();
  }
  static glm::vec4 corner(Top& top) { return top.sample({.x = 0, .y = 0}); }
  static glm::vec4 whatIsThere(Top& top) {
    return top.sample({.x = 0, .y = 0, .allowStale = true});
  }
  static bool isRefused(Top& top) {
    const std::string sentence = thrown([&] { corner(top); });
    return contains(sentence, "moviefilein 'photo': Failed to open file.") &&
           contains(sentence, "missing.jpg") && contains(sentence, "'allowStale'");
  }

  test::Folder folder_;
  Top& photo_;
};

TEST_F(StalePictures, NoWayOfReadingGivesThemAway) {
  Top& grade = behind(photo_, "level", "grade");
  corner(grade);
  lose();
  const std::string file = (folder_ / "out.png").string();
  Readback ring(grade);
  const std::vector<std::function<void(Top&)>> calls = {
      [](Top& top) { top.sample({.x = 0, .y = 0}); },
      [](Top& top) { top.readback(); },
      [](Top& top) { top.readback({.region = {.width = 1}}); },
      [](Top& top) { top.numpyArray(); },
      [&](Top& top) { top.save(file); },
      [&](Top& top) { top.save(file, {.asynchronous = true}); },
      [](Top& top) { top.saveByteArray(".png"); },
      [](Top& top) { top.cudaMemory(); },
      [](Top& top) { Readback(top).start().get(); },
      [](Top& top) { Readback(top).start().view(); },
      [&](Top& top) { Readback(top).start().save(file); },
      [](Top& top) {
        Readback others(top);
        others.start();
        others.take();
      },
  };
  for (Top* top : {&photo_, &grade}) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const std::string sentence = thrown([&] { calls[i](*top); });
      EXPECT_TRUE(contains(sentence, top->describe() + ": ")) << i << sentence;
      EXPECT_TRUE(contains(sentence, "moviefilein 'photo': Failed to open file.")) << i << sentence;
      EXPECT_TRUE(contains(sentence, "missing.jpg")) << i << sentence;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_TRUE(grade.errors().empty()) << "it did its work";
  find();
  EXPECT_EQ(corner(grade), kRed);
  EXPECT_EQ(grade.save(file).string(), file);
}

TEST_F(StalePictures, TheOptionTakesThePictureThatIsThere) {
  Top& grade = behind(photo_, "level", "grade");
  const Image before = grade.readback();
  lose();
  const std::string file = (folder_ / "out.png").string();
  EXPECT_EQ(whatIsThere(grade), kRed);
  EXPECT_TRUE(samePixels(*grade.readback({.allowStale = true}), before));
  EXPECT_TRUE(samePixels(*grade.numpyArray({.allowStale = true}), before));
  grade.save(file, {.allowStale = true});
  EXPECT_TRUE(samePixels(loadImage(file), before));
  grade.save(file, {.asynchronous = true, .allowStale = true}).wait();
  EXPECT_FALSE(grade.saveByteArray(".png", {.allowStale = true}).empty());
  EXPECT_TRUE(samePixels(Readback(grade).start({.allowStale = true}).get(), before));
  EXPECT_EQ(thrown([&] { grade.textureName(); }), "") << "a host that draws goes on";
}

TEST_F(StalePictures, TheErrorsOfAllThatItIsMadeFromAreTold) {
  Top& grade = behind(photo_, "level", "grade");
  Top& mix = behind(grade, "composite", "mix");
  Top& other = add("moviefilein", "other");
  other.par("file") = "nowhere.png";
  other >> mix;
  mix.cook();
  ASSERT_EQ(mix.inputErrors().size(), 1u);
  EXPECT_TRUE(contains(mix.inputErrors()[0], "moviefilein 'other': Failed to open file. "));
  lose();
  mix.cook();
  const std::vector<std::string> both = {"moviefilein 'photo': " + photo_.errors().at(0),
                                         "moviefilein 'other': " + other.errors().at(0)};
  EXPECT_EQ(mix.inputErrors(), both);
  EXPECT_EQ(graph().errors(), both);
  EXPECT_TRUE(photo_.inputErrors().empty()) << "it is made from nothing but a file";
  EXPECT_TRUE(mix.errors().empty());
  find();
  other.par("file") = (folder_ / "six.png").string();
  mix.cook();
  EXPECT_TRUE(mix.inputErrors().empty());
  EXPECT_TRUE(graph().errors().empty());
}

TEST_F(StalePictures, WhateverPassesThemOnOrIsMadeFromThemIsRefused) {
  std::vector<Top*> tops = {&behind(photo_, "null"), &behind(photo_, "blur"),
                            &behind(photo_, "switch"), &behind(photo_, "composite")};
  Top& bypassed = behind(photo_, "blur");
  bypassed.bypass(true);
  Top &select = add("select", "chosen"), &buffer = add("renderselect", "buffer");
  select.par("top") = "photo";
  auto& shader = graph().add<GlslTop>("shader");
  shader.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  shader.par("tops") = "photo";
  buffer.par("top") = "shader";
  auto& function = graph().add<GlslTop>("function");
  function.par("mode") = "pixelfunction";
  function.pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a; }");
  photo_ >> function;
  Top& row = behind(behind(behind(select, "level"), "math"), "level");
  for (Top* top : {&bypassed, &select, &buffer, static_cast<Top*>(&shader),
                   static_cast<Top*>(&function), &row}) {
    tops.push_back(top);
  }
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    for (Top* top : tops) EXPECT_EQ(thrown([&] { corner(*top); }), "") << top->describe();
    lose();
    for (Top* top : tops) {
      EXPECT_TRUE(isRefused(*top)) << top->describe();
      EXPECT_EQ(top->inputErrors().size(), 1u) << top->describe();
    }
    find();
    for (Top* top : tops) EXPECT_EQ(thrown([&] { corner(*top); }), "") << top->describe();
  }
}

TEST_F(StalePictures, WhatASwitchDoesNotShowDoesNotCount) {
  Top& good = source("good", 3, 2);
  Top& choose = behind(photo_, "switch", "choose");
  good >> choose;
  lose();
  EXPECT_TRUE(isRefused(choose));
  choose.par("index") = 1;
  EXPECT_EQ(corner(choose), corner(good));
  EXPECT_TRUE(choose.inputErrors().empty());
  choose.par("blend") = true;
  choose.par("index") = 0.5;
  EXPECT_TRUE(isRefused(choose)) << "it shows both";
  choose.bypass(true);
  EXPECT_TRUE(isRefused(choose)) << "input 0";
}

TEST_F(StalePictures, ALockedPictureIsNoneUnlessItWasOneWhenItWasLocked) {
  Top& grade = behind(photo_, "level", "grade");
  Top& out = behind(grade, "null", "out");
  grade.lock(true);
  lose();
  photo_.cook();
  EXPECT_EQ(corner(out), kRed);
  EXPECT_TRUE(out.inputErrors().empty());
  grade.lock(false);
  EXPECT_TRUE(isRefused(out));
  grade.lock(true);
  find();
  photo_.cook();
  EXPECT_TRUE(isRefused(out)) << "what was locked in is still the wrong one";
  grade.lock(false);
  EXPECT_EQ(corner(out), kRed);
}

TEST_F(StalePictures, WhereAnInputIsMissingTransparentBlackOfTheSizeIsShown) {
  Top& grade = behind(photo_, "level", "grade");
  Top& out = behind(grade, "null", "out");
  EXPECT_EQ(corner(out), kRed);
  grade.inputConnectors()[0].disconnect();
  EXPECT_EQ(thrown([&] { corner(grade); }),
            "level 'grade': Not enough sources specified "
            "('allowStale' takes the picture that is there)");
  EXPECT_TRUE(
      contains(thrown([&] { corner(out); }),
               "null 'out': its picture is made from what failed: level 'grade': Not enough"));
  EXPECT_EQ(whatIsThere(grade), kNothing);
  EXPECT_EQ(whatIsThere(out), kNothing) << "no picture of before";
  EXPECT_EQ(out.width(), 256);
  sized(grade, 7, 5);
  grade.par("format") = "mono16float";
  EXPECT_EQ(whatIsThere(out), glm::vec4(0, 0, 0, 1)) << "a format without alpha";
  EXPECT_EQ(out.width(), 7);
  EXPECT_EQ(out.height(), 5);
  const auto cooks = out.totalCooks();
  for (int i = 0; i < 3; ++i) {
    graph().cook();
    out.cook();
  }
  EXPECT_EQ(out.totalCooks(), cooks) << "nothing new";
  ASSERT_EQ(grade.errors().size(), 1u);
  Top& over = behind(photo_, "over", "over");
  EXPECT_EQ(over.width(), 3) << "as the input that is there";
  EXPECT_EQ(whatIsThere(over), kNothing);
}

TEST_F(StalePictures, ADelayedReadbackFailsForItsOwnFrameAlone) {
  Top& grade = behind(photo_, "level", "grade");
  Top& other = source("other", 1, 1);
  const auto call = [&](bool good) -> std::string {
    settle(other);  // what was started has arrived
    good ? find() : lose();
    graph().cook();
    try {
      return grade.readback({.delayed = true}) ? "picture" : "nothing";
    } catch (const Error&) {
      return "refused";
    }
  };
  EXPECT_EQ(call(true), "nothing");
  EXPECT_EQ(call(true), "picture");
  EXPECT_EQ(call(false), "picture") << "of the good frame before";
  EXPECT_EQ(call(true), "refused") << "of the frame before";
  EXPECT_EQ(call(true), "picture");
  const ReadbackCounters counters = grade.delayedReadback().counters();
  EXPECT_EQ(counters.failed, 1);
  EXPECT_EQ(counters.started, 4);
}

TEST_F(StalePictures, TicketsOfGoodFramesStayGood) {
  Top& grade = behind(photo_, "level", "grade");
  Readback ring(grade, {.depth = 3});
  const ReadbackTicket good = ring.start();
  lose();
  const ReadbackTicket bad = ring.start();
  find();
  const ReadbackTicket later = ring.start();
  EXPECT_FALSE(good.failed());
  EXPECT_TRUE(bad.failed());
  EXPECT_TRUE(bad.ready()) << "it throws at once";
  EXPECT_FALSE(bad.dropped());
  EXPECT_TRUE(contains(thrown([&] { bad.get(); }), "missing.jpg"));
  EXPECT_TRUE(nearly(good.get().pixel(0, 0), kRed));
  EXPECT_TRUE(nearly(later.get().pixel(0, 0), kRed));
  EXPECT_TRUE(contains(thrown([&] { ring.start({.channels = "xyz"}); }), "channels"));
  EXPECT_TRUE(contains(thrown([&] { ring.take(); }), "missing.jpg")) << "in its turn";
  EXPECT_FALSE(ring.take());
  EXPECT_EQ(ring.counters().pending, 0);
}

TEST_F(StalePictures, AFeedbackShowsTheFrameBeforeAndWhatFailedThen) {
  Top& grade = behind(photo_, "level", "grade");
  Top& before = behind(source("start", 3, 2), "feedback", "before");
  Top& out = behind(before, "null", "out");
  before.par("top") = "grade";
  grade.pin();
  out.pin();
  graph().cook();
  graph().cook();
  EXPECT_EQ(corner(out), kRed);
  lose();
  graph().cook();
  EXPECT_TRUE(isRefused(grade));
  EXPECT_EQ(corner(out), kRed) << "the frame before was good";
  find();
  graph().cook();
  EXPECT_EQ(corner(grade), kRed);
  EXPECT_TRUE(isRefused(out)) << "the frame before was not";
  EXPECT_EQ(out.inputErrors().size(), 1u);
  graph().cook();
  EXPECT_EQ(corner(out), kRed);
  EXPECT_TRUE(out.inputErrors().empty());
}

TEST_F(StalePictures, AFaultInALoopEndsWhenAllCookWell) {
  Top& before = behind(photo_, "feedback", "before");
  Top& fade = behind(before, "level", "fade");
  Top& kept = behind(fade, "cache", "kept");  // which shows what the loop was two frames ago
  Top& trail = behind(photo_, "composite", "trail");
  fade >> trail;
  kept >> trail;
  before.par("top") = "trail";
  kept.par("cachesize") = 3;
  kept.par("outputindex") = -2;
  trail.pin();
  for (int i = 0; i < 4; ++i) graph().cook();
  EXPECT_EQ(thrown([&] { corner(trail); }), "");
  lose();
  for (int i = 0; i < 2; ++i) {
    graph().cook();
    EXPECT_TRUE(isRefused(trail));
  }
  find();
  std::vector<bool> refused;
  for (int i = 0; i < 12; ++i) {
    graph().cook();
    refused.push_back(isRefused(trail));
  }
  EXPECT_FALSE(refused[6]);
  EXPECT_FALSE(refused[11]);
  kept.inputConnectors()[0].disconnect();
  kept.destroy();
  lose();
  graph().cook();
  EXPECT_TRUE(isRefused(trail));
  find();
  graph().cook();
  EXPECT_EQ(thrown([&] { corner(trail); }), "") << "at once where nothing was kept";
}

TEST_F(StalePictures, ACacheKnowsWhichOfItsPicturesFailed) {
  Top& cache = behind(photo_, "cache", "cache");
  cache.pin();
  graph().cook();
  lose();
  graph().cook();
  EXPECT_TRUE(isRefused(cache));
  cache.par("outputindex") = -1;
  EXPECT_EQ(corner(cache), kRed) << "the one before is good";
  find();
  graph().cook();
  EXPECT_TRUE(isRefused(cache)) << "the one of the frame that failed";
  cache.par("outputindex") = 0;
  EXPECT_EQ(corner(cache), kRed);
}

TEST_F(StalePictures, ATextureOfSlicesIsGoodOnceAllOfThemAre) {
  Top& ring = behind(photo_, "texture3d", "ring");
  ring.par("cachesize") = 2;
  ring.pin();
  graph().cook();
  lose();
  graph().cook();
  EXPECT_TRUE(contains(thrown([&] { ring.numpyArray(); }), "missing.jpg"));
  find();
  graph().cook();
  EXPECT_TRUE(contains(thrown([&] { ring.numpyArray(); }), "missing.jpg")) << "in the other slice";
  graph().cook();
  EXPECT_EQ(thrown([&] { ring.numpyArray(); }), "");
}

TEST_F(StalePictures, CountersOfAFailedCookAreRefusedToo) {
  auto& shader = graph().add<GlslTop>("shader");
  shader.pixelShader(
      "layout(binding = 0) uniform atomic_uint hits; out vec4 c;\n"
      "void main() { atomicCounterIncrement(hits); c = texture(sTD2DInputs[0], vUV.st); }");
  shader.counter("hits", {0});
  photo_ >> shader;
  EXPECT_EQ(shader.counted("hits").at(0), 6u);
  lose();
  EXPECT_TRUE(contains(thrown([&] { shader.counted("hits"); }), "missing.jpg"));
}

TEST_F(StalePictures, SwitchingUpdatesOffForgivesNothing) {
  lose();
  photo_.cook();
  photo_.par("updateimage") = false;
  EXPECT_TRUE(isRefused(photo_));
  find();
  EXPECT_TRUE(isRefused(photo_)) << "no other is read";
  photo_.par("updateimage") = true;
  EXPECT_EQ(corner(photo_), kRed);
}

TEST_F(StalePictures, AShaderThatDoesNotCompileIsAWarning) {
  auto& shader = graph().add<GlslTop>("shader");
  shader.pixelShader("out vec4 c; void main() { c = nothing; }");
  Top& out = behind(shader, "null", "out");
  EXPECT_EQ(thrown([&] { corner(out); }), "") << "red and blue squares, as TouchDesigner has it";
  EXPECT_FALSE(shader.warnings().empty());
  EXPECT_TRUE(out.inputErrors().empty());
}

}  // namespace
}  // namespace topknot
