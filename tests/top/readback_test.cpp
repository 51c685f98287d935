// Readback: rings of downloads, their tickets, and parts of pictures in other types.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include "gl/context/context_state.h"
#include "gl/transfer/download.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

/// Twice: with pinned memory, as on GPUs, and as it is read on this renderer.
class Reading : public test::GlTest, public ::testing::WithParamInterface<bool> {
 protected:
  Reading() { gl::Download::alwaysPinned(GetParam()); }
  ~Reading() override { gl::Download::alwaysPinned(false); }

  /// 4 × 2 of which each pixel tells its number of the frame: value + x / 16 + y / 4.
  GlslTop& counter(const std::string& format = "rgba32float") {
    auto& top = graph().add<GlslTop>();
    top.pixelShader(
        "uniform float uFrame; out vec4 c;"
        "void main() { vec2 p = floor(gl_FragCoord.xy);"
        " c = vec4(uFrame, uFrame + p.x / 16.0, uFrame + p.y / 4.0, 0.5); }");
    top.par("format") = format;
    top.par("outputresolution") = "custom";
    top.par("resolutionw") = 4;
    top.par("resolutionh") = 2;
    return top;
  }

  /// 3 × 2, six colours, in any format.
  Top& six(const std::string& format) {
    saveImage(test::sixColours(), folder_ / "six.png");
    auto& file = graph().add("moviefilein");
    file.par("file") = (folder_ / "six.png").string();
    file.par("format") = format;
    return file.as<Top>();
  }

  void next() { graph().cook({.index = ++index_, .seconds = index_ / 60.0}); }

  test::Folder folder_;
  int index_ = 0;
};

std::vector<float> redOf(const std::vector<Image>& images) {
  std::vector<float> red;
  for (const Image& image : images) red.push_back(image.pixel(0, 0).r);
  return red;
}

INSTANTIATE_TEST_SUITE_P(Memory, Reading, ::testing::Bool(), [](const auto& which) {
  return std::string(which.param ? "Pinned" : "AsItIs");
});

TEST_P(Reading, TicketsGiveThePictureOfTheirStartInAnyOrder) {
  GlslTop& top = counter();
  Readback readback(top);
  std::vector<ReadbackTicket> tickets;
  for (const float frame : {1.0f, 2.0f, 3.0f}) {
    top.uniform("uFrame", frame);
    tickets.push_back(readback.start());
  }
  top.uniform("uFrame", 9.0f);
  EXPECT_EQ(tickets[2].get().pixel(0, 0).r, 3.0f);
  EXPECT_EQ(tickets[0].get().pixel(3, 1), glm::vec4(1, 1.1875f, 1.25f, 0.5f));
  EXPECT_EQ(tickets[1].get().pixel(0, 0).r, 2.0f);
  EXPECT_TRUE(tickets[1].ready());
  EXPECT_EQ(readback.counters().started, 3);
  EXPECT_EQ(readback.counters().fetched, 3);
  EXPECT_EQ(readback.counters().pending, 0);
}

TEST_P(Reading, TakeGivesPicturesInOrderAndCountsTheFramesBetween) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 3});
  std::vector<Image> taken;
  for (int i = 1; i <= 6; ++i) {
    top.uniform("uFrame", static_cast<float>(i));
    next();
    if (i > 2) taken.push_back(readback.take().value());
    readback.start();
    settle(top);
  }
  EXPECT_EQ(redOf(taken), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(readback.counters().latency, 2);
  EXPECT_EQ(readback.counters().pending, 2);
  EXPECT_EQ(readback.counters().dropped, 0);
}

TEST_P(Reading, AFullRingThatWaitsLosesNothing) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 2, .whenFull = WhenFull::Wait});
  for (int i = 1; i <= 5; ++i) {
    top.uniform("uFrame", static_cast<float>(i));
    readback.start();
  }
  EXPECT_EQ(readback.counters().pending, 5);
  EXPECT_EQ(readback.counters().waited, 3);
  EXPECT_EQ(readback.gpuMemory(), 2 * 4 * 2 * 16) << "the others lie in ordinary memory";
  settle(top);
  std::vector<Image> taken;
  while (auto image = readback.take()) taken.push_back(*image);
  EXPECT_EQ(redOf(taken), (std::vector<float>{1, 2, 3, 4, 5}));
}

TEST_P(Reading, AFullRingDropsTheNewestIfToldSo) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 2, .whenFull = WhenFull::DropNewest});
  std::vector<ReadbackTicket> tickets;
  for (int i = 1; i <= 4; ++i) {
    top.uniform("uFrame", static_cast<float>(i));
    tickets.push_back(readback.start());
  }
  EXPECT_EQ(readback.counters().dropped, 2);
  EXPECT_FALSE(tickets[1].dropped());
  EXPECT_TRUE(tickets[2].dropped());
  EXPECT_EQ(thrown([&] { tickets[3].get(); }),
            "glsl 'glsl1': this picture was dropped: its readback ring was full");
  EXPECT_EQ(tickets[0].get().pixel(0, 0).r, 1.0f);
  EXPECT_EQ(tickets[1].get().pixel(0, 0).r, 2.0f);
  EXPECT_FALSE(readback.start().dropped()) << "what was fetched makes room";
}

TEST_P(Reading, AFullRingDropsTheOldestIfToldSo) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 2, .whenFull = WhenFull::DropOldest});
  std::vector<ReadbackTicket> tickets;
  for (int i = 1; i <= 4; ++i) {
    top.uniform("uFrame", static_cast<float>(i));
    tickets.push_back(readback.start());
  }
  EXPECT_TRUE(tickets[0].dropped());
  EXPECT_TRUE(tickets[1].dropped());
  EXPECT_EQ(tickets[2].get().pixel(0, 0).r, 3.0f);
  settle(top);
  EXPECT_EQ(readback.take()->pixel(0, 0).r, 4.0f);
  EXPECT_FALSE(readback.take());
  EXPECT_EQ(readback.counters().dropped, 2);
}

TEST_P(Reading, PicturesThatNobodyTakesDoNotPileUpWithoutEnd) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 1});
  for (int i = 0; i < 200; ++i) readback.start();
  EXPECT_EQ(readback.counters().pending, 65);
  EXPECT_EQ(readback.counters().dropped, 135);
}

TEST_P(Reading, OfPicturesThatNobodyTakesARingThatWaitsKeepsTheLatest64MoreThanItsDepth) {
  GlslTop& top = counter();
  Readback readback(top, {.depth = 2, .whenFull = WhenFull::Wait});
  for (int i = 0; i < 100; ++i) {
    top.uniform("uFrame", static_cast<float>(i));
    readback.start();
  }
  settle(top);
  EXPECT_EQ(readback.counters().pending, 66);
  EXPECT_EQ(readback.counters().dropped, 34);
  EXPECT_EQ(readback.take()->pixel(0, 0).r, 34.0f) << "the oldest that is left";
}

TEST_P(Reading, TicketsCountTheFramesBetweenAsWell) {
  GlslTop& top = counter();
  Readback readback(top);
  const auto framesUntil = [&](auto fetch) {
    next();
    const ReadbackTicket ticket = readback.start();
    for (int i = 0; i < 5; ++i) next();
    fetch(ticket);
    return readback.counters().latency;
  };
  EXPECT_EQ(framesUntil([](const ReadbackTicket& ticket) { ticket.get(); }), 5);
  next();
  const ReadbackTicket soon = readback.start();
  soon.get();
  EXPECT_EQ(readback.counters().latency, 0);
  EXPECT_EQ(framesUntil([](const ReadbackTicket& ticket) { ticket.view(); }), 5);
  soon.get();
  EXPECT_EQ(readback.counters().latency, 5) << "it was fetched before";
  next();
  const ReadbackTicket file = readback.start();
  next();
  file.save(folder_ / "a.exr");
  EXPECT_EQ(readback.counters().latency, 1);
}

TEST_P(Reading, ARefusedStartDropsNothing) {
  GlslTop& top = counter();
  for (const WhenFull rule : {WhenFull::Wait, WhenFull::DropNewest, WhenFull::DropOldest}) {
    Readback readback(top, {.depth = 1, .whenFull = rule});
    top.uniform("uFrame", 7.0f);
    readback.start();
    EXPECT_NE(thrown([&] { readback.start({.region = {.x = 99}}); }), "");
    EXPECT_NE(thrown([&] { readback.start({.channels = "q"}); }), "");
    EXPECT_EQ(readback.counters().started, 1);
    EXPECT_EQ(readback.counters().pending, 1);
    EXPECT_EQ(readback.counters().dropped, 0);
    EXPECT_EQ(readback.counters().waited, 0);
    settle(top);
    EXPECT_EQ(readback.take()->pixel(0, 0).r, 7.0f);
  }
}

TEST_P(Reading, ARefusedDelayedCallLeavesTheEarlierPictureForTheNext) {
  GlslTop& top = counter();
  top.uniform("uFrame", 1.0f);
  EXPECT_FALSE(top.readback({.delayed = true}));
  settle(top);
  top.uniform("uFrame", 2.0f);
  EXPECT_NE(thrown([&] { top.readback({.delayed = true, .channels = "q"}); }), "");
  EXPECT_NE(thrown([&] { top.readback({.delayed = true, .region = {.y = 2}}); }), "");
  top.uniform("uFrame", 3.0f);
  EXPECT_EQ(top.readback({.delayed = true})->pixel(0, 0).r, 1.0f);
  settle(top);
  EXPECT_EQ(top.readback({.delayed = true})->pixel(0, 0).r, 3.0f);
}

TEST_P(Reading, ARingIsFromOneTo64Deep) {
  GlslTop& top = counter();
  EXPECT_EQ(thrown([&] { Readback(top, {.depth = 0}); }),
            "a readback ring cannot be 0 deep; expected 1 to 64");
  Readback readback(top);
  EXPECT_NE(thrown([&] { readback.ring({.depth = 65}); }), "");
  EXPECT_EQ(readback.ring().depth, 3);
}

TEST_P(Reading, SeveralTakersShareOneDownload) {
  GlslTop& top = counter("rgba8fixed");
  top.uniform("uFrame", 0.2f);
  Readback readback(top);
  const ReadbackTicket ticket = readback.start();
  const ReadbackTicket other = ticket;
  const PixelView view = ticket.view();
  EXPECT_EQ(view.bytes.data(), other.view().bytes.data());
  EXPECT_EQ(view.width, 4);
  EXPECT_EQ(view.height, 2);
  EXPECT_EQ(view.format, PixelFormat::Rgba8Fixed);
  EXPECT_EQ(view.bytes[0], std::byte{51});
  const FileSaveStatus png = ticket.save(folder_ / "a.png", {.asynchronous = true});
  const FileSaveStatus tif = other.save(folder_ / "a.tif");
  png.wait();
  EXPECT_EQ(loadImage(png), top.readback());
  EXPECT_EQ(loadImage(tif), top.readback());
  EXPECT_EQ(readback.counters().started, 1);
  EXPECT_EQ(readback.counters().fetched, 1);
}

TEST_P(Reading, ATicketWithoutADownloadSaysSo) {
  const ReadbackTicket none;
  EXPECT_FALSE(none);
  EXPECT_TRUE(contains(thrown([&] { none.get(); }), "there is no download behind this ticket"));
}

TEST_P(Reading, ATicketOutlivesItsTopAndItsRing) {
  ReadbackTicket ticket;
  {
    GlslTop& top = counter();
    top.uniform("uFrame", 7.0f);
    ticket = Readback(top).start();
  }
  dropGraph();
  EXPECT_EQ(ticket.get().pixel(0, 0).r, 7.0f);
}

TEST_P(Reading, ARegionHoldsThosePixels) {
  Top& top = six("useinput");
  const Image part = *top.readback({.region = {.x = 1, .y = 0, .width = 2, .height = 1}});
  ASSERT_EQ(part.width(), 2);
  ASSERT_EQ(part.height(), 1);
  EXPECT_TRUE(nearly(part.pixel(0, 0), {0, 1, 0, 1}));
  EXPECT_TRUE(nearly(part.pixel(1, 0), {0, 0, 1, 1}));
  const Image rest = *top.readback({.region = {.x = 1, .y = 1}});
  EXPECT_EQ(rest.width(), 2);
  EXPECT_EQ(rest.height(), 1);
  EXPECT_TRUE(nearly(rest.pixel(0, 0), {1, 0, 1, 1}));
}

TEST_P(Reading, ARegionBeyondThePictureIsRefused) {
  Top& top = six("useinput");
  for (const ReadbackRegion& region :
       {ReadbackRegion{.x = 2, .width = 2}, ReadbackRegion{.y = -1}, ReadbackRegion{.height = 3},
        ReadbackRegion{.x = 3}, ReadbackRegion{.width = -1}}) {
    const std::string sentence = thrown([&] { top.readback({.region = region}); });
    EXPECT_TRUE(contains(sentence, "moviefilein 'moviefilein1': readback: the region "));
    EXPECT_TRUE(contains(sentence, " the picture of 3 × 2"));
  }
  const auto refused = [&](const ReadbackRegion& region) {
    const std::string sentence = thrown([&] { Readback(top).start({.region = region}); });
    return sentence.substr(sentence.find("the region"));
  };
  EXPECT_EQ(refused({.x = 3}), "the region begins at 3, 0, outside the picture of 3 × 2");
  EXPECT_EQ(refused({.x = 1, .height = 3}),
            "the region of 2 × 3 at 1, 0 reaches beyond the picture of 3 × 2");
}

TEST_P(Reading, ChannelsComeInTheOrderAskedFor) {
  Top& top = six("useinput");
  const Image bgra = *top.readback({.channels = "bgra"});
  EXPECT_EQ(bgra.format(), PixelFormat::Rgba8Fixed);
  EXPECT_TRUE(nearly(bgra.pixel(0, 0), {0, 0, 1, 1})) << "red";
  EXPECT_TRUE(nearly(bgra.pixel(0, 1), {1, 1, 0, 1})) << "cyan";
  const Image green = *top.readback({.channels = "g"});
  EXPECT_EQ(green.format(), PixelFormat::Mono8Fixed);
  EXPECT_EQ(green.bytes()[0], std::byte{0});
  EXPECT_EQ(green.bytes()[1], std::byte{255});
  EXPECT_EQ(green.bytes()[5], std::byte{128});
  const Image ab = *top.readback({.channels = "ab"});
  EXPECT_EQ(ab.format(), PixelFormat::Rg8Fixed);
  EXPECT_TRUE(nearly(ab.pixel(2, 0), {1, 1, 0, 1}));
  EXPECT_TRUE(nearly(ab.pixel(2, 1), {128 / 255.0f, 128 / 255.0f, 0, 1}));
  const Image bgr = *top.readback({.channels = "bgr"});
  EXPECT_EQ(bgr.format(), PixelFormat::Rgba8Fixed) << "8-bit formats have no three channels";
  EXPECT_TRUE(nearly(bgr.pixel(0, 0), {0, 0, 1, 1}));
  EXPECT_TRUE(nearly(bgr.pixel(2, 1), {128 / 255.0f, 128 / 255.0f, 128 / 255.0f, 1}));
}

TEST_P(Reading, ChannelsThatDoNotExistAreRefused) {
  Top& top = six("useinput");
  for (const char* channels : {"x", "rr", "rgbar", "r g"}) {
    EXPECT_EQ(thrown([&] { top.readback({.channels = channels}); }),
              "moviefilein 'moviefilein1': readback: the channels are '" + std::string(channels) +
                  "'; expected r, g, b and a, each once, such as 'bgra' or 'rg'");
  }
}

// Whoever converts, GPU or processor: the same numbers.
TEST_P(Reading, EveryFormatGivesItsOwnValuesAsFloats) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    SCOPED_TRACE(info.name);
    Top& top = six(std::string(info.name));
    const Image own = top.readback();
    ASSERT_EQ(own.format(), info.format);
    for (const char* channels : {"", "rgba", "bgra", "rgb", "gr", "b", "a"}) {
      SCOPED_TRACE(channels);
      const Image floats = *top.readback({.channels = channels, .type = ReadbackType::Float32});
      ASSERT_EQ(pixelFormatInfo(floats.format()).component, Component::Float32);
      for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x) {
          const glm::vec4 from = own.pixel(x, y), to = floats.pixel(x, y);
          const std::string names = *channels == '\0' ? "rgba" : channels;
          for (std::size_t c = 0; c < names.size(); ++c) {
            const auto at = static_cast<int>(std::string("rgba").find(names[c]));
            EXPECT_NEAR(to[static_cast<int>(c)], from[at], 2e-3f) << x << ' ' << y << ' ' << c;
          }
        }
      }
      Readback readback(top);
      readback.start({.channels = channels, .type = ReadbackType::Float32});
      settle(top);
      EXPECT_EQ(readback.take(), floats) << "by a ring";
    }
    graph().remove(top);
  }
}

TEST_P(Reading, AVolumeComesWithAllItsSlices) {
  auto& volume = graph().add<GlslTop>();
  volume.pixelShader(
      "out vec4 c; void main() { c = vec4(float(uTDCurrentDepth + 1) / 4.0, vUV.st, 1.0); }");
  volume.par("type") = "texture3d";
  volume.par("depth") = "custom";
  volume.par("customdepth") = 3;
  volume.par("format") = "rgba32float";
  volume.par("outputresolution") = "custom";
  volume.par("resolutionw") = 2;
  volume.par("resolutionh") = 2;
  ASSERT_EQ(volume.errors(), std::vector<std::string>{});
  const Image all = volume.numpyArray();
  ASSERT_EQ(all.depth(), 3);
  for (int z = 0; z < 3; ++z) EXPECT_EQ(all.pixel(1, 1, z).r, (static_cast<float>(z) + 1) / 4);
  const Image part = *volume.readback({.region = {.x = 1}, .channels = "gr"});
  EXPECT_EQ(part.width(), 1);
  EXPECT_EQ(part.depth(), 3);
  EXPECT_EQ(part.pixel(0, 0, 2).r, 0.75f) << "u of the second pixel";
  EXPECT_EQ(part.pixel(0, 0, 2).g, 0.75f) << "the third slice";
}

TEST_P(Reading, DelayedPicturesKeepTheirOrderUnderEveryRule) {
  for (const WhenFull rule : {WhenFull::Wait, WhenFull::DropNewest, WhenFull::DropOldest}) {
    for (const int depth : {1, 2, 4}) {
      GlslTop& top = counter();
      top.delayedReadback().ring({.depth = depth, .whenFull = rule});
      float expected = 0;
      for (int i = 0; i < 300; ++i) {
        top.uniform("uFrame", static_cast<float>(i));
        next();
        const std::optional<Image> image = top.readback({.delayed = true});
        settle(top);
        if (!image) continue;
        for (int y = 0; y < 2; ++y) {
          for (int x = 0; x < 4; ++x) {
            ASSERT_EQ(image->pixel(x, y),
                      glm::vec4(expected, expected + float(x) / 16, expected + float(y) / 4, 0.5f));
          }
        }
        ++expected;
      }
      const ReadbackCounters counters = top.delayedReadback().counters();
      EXPECT_EQ(counters.started, 300);
      EXPECT_EQ(counters.fetched + counters.pending, 300);
      EXPECT_EQ(counters.dropped, 0);
      graph().remove(top);
    }
  }
}

// A longer run: TOPKNOT_READBACKS=10000 in the environment.
TEST_P(Reading, DelayedPicturesOf1080pAreWholeAndInOrder) {
  const char* wish = std::getenv("TOPKNOT_READBACKS");
  const int frames = wish != nullptr ? std::atoi(wish) : 10;
  for (const char* format : {"rgba8fixed", "rgba32float"}) {
    for (const WhenFull rule : {WhenFull::Wait, WhenFull::DropNewest, WhenFull::DropOldest}) {
      auto& top = graph().add<GlslTop>();
      top.pixelShader(
          "uniform float uFrame; out vec4 c; void main() { c = vec4(uFrame) / 255.0; }");
      top.par("format") = format;
      top.par("outputresolution") = "custom";
      top.par("resolutionw") = 1920;
      top.par("resolutionh") = 1080;
      top.delayedReadback().ring({.depth = 2, .whenFull = rule});
      int expected = 0;
      for (int i = 0; i <= frames; ++i) {
        top.uniform("uFrame", static_cast<float>(i % 256));
        const std::optional<Image> image = top.readback({.delayed = true});
        settle(top);
        ASSERT_EQ(image.has_value(), i > 0);
        if (!image) continue;
        const Image& picture = *image;
        const auto bytes = picture.bytes();
        // Not every GPU divides as exactly as a processor.
        ASSERT_FLOAT_EQ(picture.pixel(0, 0).r, static_cast<float>(expected++ % 256) / 255.0f);
        // Each byte is that of the pixel before: all pixels are the first one.
        const std::size_t pixel = format[4] == '8' ? 4 : 16;
        ASSERT_EQ(std::memcmp(bytes.data(), bytes.data() + pixel, bytes.size() - pixel), 0) << i;
      }
      EXPECT_EQ(top.delayedReadback().counters().dropped, 0);
      graph().remove(top);
    }
  }
}

TEST_P(Reading, GraphsThatDieWithReadbacksInFlightLeaveNothing) {
  std::vector<FileSaveStatus> files;
  for (int i = 0; i < 100; ++i) {
    Graph graph;
    auto& top = graph.add<GlslTop>();
    Readback readback(top);
    readback.start();
    top.readback({.delayed = true});
    files.push_back(top.save(folder_ / (std::to_string(i) + ".png"), {.asynchronous = true}));
  }
  for (const FileSaveStatus& file : files) file.wait();
  EXPECT_EQ(context().liveObjects(), 0);
}

TEST_P(Reading, AContextWaitsForTheFilesThatAreWrittenFromItsMemory) {
  std::vector<FileSaveStatus> files;
  Image expected;
  std::thread([&] {
    Context context = Context::headless();
    Graph graph;
    auto& noise = graph.add("noise").as<Top>();
    noise.par("resolutionw") = noise.par("resolutionh") = 256;
    for (int i = 0; i < 6; ++i) {
      files.push_back(noise.save(folder_ / (std::to_string(i) + ".png"), {.asynchronous = true}));
    }
    expected = noise.readback();
  }).join();
  for (const FileSaveStatus& file : files) {
    EXPECT_TRUE(file.isCompleted() || (file.wait(), true));
    EXPECT_EQ(loadImage(file), expected);
  }
}

TEST_P(Reading, WhatWentWithItsContextIsAnError) {
  ReadbackTicket ticket;
  std::string sentence;
  std::thread([&] {
    {
      Context context = Context::headless();
      Graph graph;
      auto& top = graph.add<GlslTop>();
      Readback readback(top);
      ticket = readback.start();
    }
    sentence = thrown([&] { ticket.get(); });
    ticket = {};
  }).join();
  EXPECT_TRUE(contains(sentence, "context"));
}

TEST_P(Reading, TicketsOfAContextThatWentGoOnSayingSo) {
  std::thread([] {
    std::optional<Context> context = Context::headless();
    Graph graph;
    auto& top = graph.add<GlslTop>();
    Readback readback(top);
    const ReadbackTicket fetched = readback.start(), other = readback.start();
    fetched.get();
    context.reset();
    for (int i = 0; i < 2; ++i) {
      for (const ReadbackTicket& ticket : {fetched, other}) {
        EXPECT_TRUE(contains(thrown([&] { ticket.get(); }), "the OpenGL context was destroyed"));
        EXPECT_TRUE(ticket.ready()) << "nothing to wait for";
        EXPECT_FALSE(ticket.dropped());
      }
      EXPECT_EQ(readback.counters().fetched, 1);
      EXPECT_EQ(readback.counters().pending, 0);
      EXPECT_EQ(readback.counters().dropped, 0);
      EXPECT_FALSE(readback.take());
    }
  }).join();
}

TEST_P(Reading, TicketsOfAContextThatWasGivenUpGoOnSayingSo) {
  std::thread([] {
    Context context = Context::headless();
    Graph graph;
    auto& top = graph.add<GlslTop>();
    Readback readback(top);
    const ReadbackTicket fetched = readback.start(), other = readback.start();
    fetched.get();
    gl::currentState().watch.lose("it was given up for a test");
    for (int i = 0; i < 2; ++i) {
      for (const ReadbackTicket& ticket : {fetched, other}) {
        EXPECT_EQ(thrown([&] { ticket.view(); }), "it was given up for a test");
        EXPECT_TRUE(ticket.ready());
        EXPECT_FALSE(ticket.dropped());
      }
      EXPECT_EQ(readback.counters().dropped, 0);
      EXPECT_FALSE(readback.take());
    }
  }).join();
}

TEST_P(Reading, PinnedMemoryCountsAsTheTops) {
  GlslTop& top = counter("rgba8fixed");
  top.readback();
  const std::int64_t before = top.gpuMemory();
  top.readback({.delayed = true});
  EXPECT_EQ(top.gpuMemory() - before, 4 * 2 * 4);
}

}  // namespace
}  // namespace topknot
