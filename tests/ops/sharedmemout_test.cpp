// Shared Mem Out: what is published, when, and what happens when it cannot be.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "gl/context/worker.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class SharedMem : public test::GlTest {
 protected:
  SharedMem() : name_("topknot-out-" + std::to_string(getpid())) {
    source_ = &graph().add<GlslTop>("source");
    source_->pixelShader(
        "uniform float uValue; out vec4 c;\n"
        "void main() { c = TDOutputSwizzle(vec4(uValue, vUV.st, 1.0)); }");
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(4, 2);
    source_->par("format") = "rgba32float";
    out_ = &graph().add<SharedMemOut>("preview");
    out_->par("name") = name_;
    *source_ >> *out_;
  }

  void immediate() { out_->par("downloadtype") = "immediate"; }
  void publish(double value) {
    source_->uniform("uValue", value);
    graph().cook();
  }
  std::optional<SharedFrame> read() { return SharedMemReader(name_).read(); }
  /// Files in shared memory that have the name.
  int leftovers() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
      count += entry.path().filename().string().find(name_) != std::string::npos;
    }
    return count;
  }

  std::string name_;
  GlslTop* source_;
  SharedMemOut* out_;
};

TEST_F(SharedMem, ImmediatePublishesTheFrameOfThisCook) {
  immediate();
  for (const double value : {0.25, 0.5, 0.75}) {
    publish(value);
    const auto frame = read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->image.pixel(0, 0).r, static_cast<float>(value));
  }
  EXPECT_EQ(out_->published(), 3);
}

TEST_F(SharedMem, NextFramePublishesTheFrameOfTheCookBefore) {
  publish(0.25);
  EXPECT_FALSE(read()) << "the first cook publishes nothing";
  EXPECT_EQ(out_->published(), 0);
  publish(0.5);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.25f);
  publish(0.75);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.5f);
  EXPECT_EQ(out_->published(), 2);
}

TEST_F(SharedMem, TheBottomRowComesFirst) {
  immediate();
  publish(1);
  const Image image = read()->image;
  EXPECT_EQ(image.width(), 4);
  EXPECT_EQ(image.height(), 2);
  EXPECT_TRUE(nearly(image.pixel(0, 0), {1, 0.125f, 0.25f, 1}));
  EXPECT_TRUE(nearly(image.pixel(3, 1), {1, 0.875f, 0.75f, 1}));
}

TEST_F(SharedMem, EveryFormatIsSentAsItIsOrPromotedWithAWarning) {
  immediate();
  for (const PixelFormatInfo& info : pixelFormats()) {
    source_->par("format") = std::string(info.name);
    publish(0.5);
    ASSERT_TRUE(out_->errors().empty()) << info.name << ": " << out_->errors()[0];
    const auto frame = read();
    ASSERT_TRUE(frame) << info.name;
    const bool three =
        info.format == PixelFormat::Rgb16Float || info.format == PixelFormat::Rgb32Float;
    EXPECT_EQ(out_->warnings().size(), three ? 1u : 0u) << info.name;
    EXPECT_EQ(frame->image.format() == info.format, !three) << info.name;
    EXPECT_TRUE(nearly(frame->image.pixel(1, 1), source_->sample({.x = 1, .y = 1}), 1e-6f))
        << info.name;
  }
}

TEST_F(SharedMem, AspectIsSentAlong) {
  immediate();
  source_->par("outputaspect") = "custom";
  source_->par("aspect") = glm::vec2(16, 9);
  publish(1);
  const auto frame = read();
  EXPECT_EQ(frame->aspectX, 16.0f);
  EXPECT_EQ(frame->aspectY, 9.0f);
}

TEST_F(SharedMem, TheCommonPageChangesWhatIsSent) {
  immediate();
  out_->par("outputresolution") = "half";
  out_->par("format") = "rgba8fixed";
  publish(1);
  const auto frame = read();
  EXPECT_EQ(frame->image.width(), 2);
  EXPECT_EQ(frame->image.height(), 1);
  EXPECT_EQ(frame->image.format(), PixelFormat::Rgba8Fixed);
}

TEST_F(SharedMem, InactiveNeitherCooksNorPublishesAndTheLastFrameStays) {
  immediate();
  publish(0.25);
  out_->par("active") = false;
  publish(0.5);
  EXPECT_EQ(graph().report().text(), "");
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.25f);
  out_->par("active") = 1;
  publish(0.75);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.75f);
}

TEST_F(SharedMem, ActiveCooksEveryFrameWithoutBeingAsked) {
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_EQ(out_->totalCooks(), 3);
  EXPECT_EQ(source_->totalCooks(), 1);
}

TEST_F(SharedMem, PassesItsInputOn) {
  EXPECT_EQ(out_->textureName(), source_->textureName());
  EXPECT_EQ(out_->width(), 4);
}

TEST_F(SharedMem, SizesMayChangeWhileAReaderReads) {
  immediate();
  SharedMemReader reader(name_);
  for (const int width : {4, 40, 8, 400, 2}) {
    source_->par("resolutionw") = width;
    publish(0.5);
    const auto frame = reader.read();
    ASSERT_TRUE(frame) << width;
    EXPECT_EQ(frame->image.width(), width);
    EXPECT_EQ(frame->image.pixel(width - 1, 1).r, 0.5f);
  }
}

TEST_F(SharedMem, NothingIsLeftBehind) {
  immediate();
  publish(1);
  EXPECT_GT(leftovers(), 0);
  dropGraph();
  EXPECT_EQ(leftovers(), 0);
}

TEST_F(SharedMem, AnotherNameMovesTheBlock) {
  immediate();
  publish(1);
  out_->par("name") = name_ + "b";
  publish(1);
  EXPECT_FALSE(SharedMemReader(name_).read());
  EXPECT_TRUE(SharedMemReader(name_ + "b").read());
}

TEST_F(SharedMem, BadNamesAreErrorsAndTheGraphGoesOn) {
  immediate();
  for (const std::string& bad : {std::string(), std::string("a/b"), std::string(300, 'x')}) {
    out_->par("name") = bad;
    publish(0.5);
    ASSERT_EQ(out_->errors().size(), 1u) << bad;
    EXPECT_EQ(out_->width(), 4) << "the picture is passed on all the same";
  }
  out_->par("name") = name_;
  publish(0.75);
  EXPECT_TRUE(out_->errors().empty());
  EXPECT_TRUE(read());
}

TEST_F(SharedMem, TwoSendersOfOneNameAreToldAndTheFirstGoesOn) {
  immediate();
  publish(0.25);
  auto& second = graph().add<SharedMemOut>("second");
  second.par("name") = name_;
  second.par("downloadtype") = "immediate";
  *source_ >> second;
  publish(0.5);
  ASSERT_EQ(second.errors().size(), 1u);
  EXPECT_TRUE(contains(second.errors()[0], name_));
  EXPECT_TRUE(out_->errors().empty());
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.5f);
  out_->destroy();
  for (int i = 0; i < 30; ++i) publish(0.75);
  EXPECT_TRUE(second.errors().empty()) << "the name is free";
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.75f);
}

TEST_F(SharedMem, WhatFailedUpstreamIsSentAllTheSameAndMarkedAsStale) {
  Top& grade = graph().add("level", "grade").as<Top>();
  *source_ >> grade;
  out_->inputConnectors()[0].connect(grade);
  for (const char* type : {"immediate", "nextframe"}) {
    out_->par("downloadtype") = type;
    const bool late = out_->par("downloadtype").eval() == "nextframe";
    publish(0.25);
    publish(0.25);
    EXPECT_FALSE(read()->stale) << type;
    EXPECT_TRUE(out_->warnings().empty()) << type;
    source_->uniform("uValue", [](const Frame&) -> Value { throw Error("no signal"); });
    graph().cook();
    ASSERT_EQ(out_->warnings().size(), 1u) << type;
    EXPECT_TRUE(contains(out_->warnings()[0], "glsl 'source': the uniform 'uValue' cannot be"));
    EXPECT_TRUE(out_->errors().empty()) << type;
    EXPECT_EQ(read()->stale, !late) << type << ": the frame of the cook before is good";
    publish(0.75);
    EXPECT_TRUE(out_->warnings().empty()) << type;
    EXPECT_EQ(read()->stale, late) << type;
    if (late) {
      EXPECT_EQ(read()->image.pixel(0, 0).r, 0.25f) << "the last picture";
    }
    publish(0.75);
    EXPECT_FALSE(read()->stale) << type;
  }
}

TEST_F(SharedMem, WithoutAnInputItSaysSo) {
  out_->inputConnectors()[0].disconnect();
  graph().cook();
  ASSERT_EQ(out_->errors().size(), 1u);
  EXPECT_EQ(out_->errors()[0], "Not enough sources specified");
}

TEST_F(SharedMem, TheProtocolPageDecidesWhatOldClientsSee) {
  immediate();
  const auto bytes = [&] {
    std::ifstream file("/dev/shm/TouchSHM" + name_, std::ios::binary);
    std::string head(44, '\0');
    file.read(head.data(), 44);
    return head;
  };
  const auto info = "/dev/shm/TouchSHMTouchSHM" + name_ + "4jhd783h";
  const struct {
    const char* header;
    unsigned char magic, version, offset;
  } kRows[] = {{"a", 0x73, 2, 40}, {"b", 0x35, 1, 48}, {"c", 0x35, 2, 56}};
  for (const auto& row : kRows) {
    out_->par("header") = row.header;
    publish(0.5);
    ASSERT_TRUE(out_->errors().empty()) << out_->errors()[0];
    const std::string head = bytes();
    EXPECT_EQ(static_cast<unsigned char>(head[0]), row.magic);
    EXPECT_EQ(head[4], row.version);
    EXPECT_EQ(head[row.offset == 40 ? 36 : 40], row.offset);
    EXPECT_EQ(read()->image.pixel(0, 0).r, 0.5f);
  }
  EXPECT_EQ(std::filesystem::file_size(info), 44u);
  out_->par("infolayout") = "windows";
  out_->par("access") = "everyone";
  publish(0.5);
  EXPECT_EQ(std::filesystem::file_size(info), 76u);
  EXPECT_EQ(std::filesystem::status(info).permissions(), std::filesystem::perms(0666));
  out_->par("oldclients") = false;
  publish(0.5);
  EXPECT_EQ(bytes()[0], 0) << "no frame for them";
  EXPECT_EQ(read()->image.pixel(0, 0).r, 0.5f);
}

TEST_F(SharedMem, EveryParameterOfTheReferenceDoesWhatItSays) {
  immediate();
  const auto sent = [&] {
    publish(0.5);
    return *read();
  };
  out_->par("outputresolution") = "custom";
  out_->par("resolutionw") = 6;
  out_->par("resolutionh") = 3;
  EXPECT_EQ(sent().image.width(), 6);
  EXPECT_EQ(sent().image.height(), 3);
  graph().resolutionMultiplier(2.0);
  EXPECT_EQ(sent().image.width(), 12);
  out_->par("resmult") = false;
  EXPECT_EQ(sent().image.width(), 6);
  out_->par("outputaspect") = "custom";
  out_->par("aspect1") = 4;
  out_->par("aspect2") = 3;
  EXPECT_EQ(sent().aspectX, 4.0f);
  EXPECT_EQ(sent().aspectY, 3.0f);
  out_->par("chanmask") = "g";
  EXPECT_EQ(sent().image.pixel(0, 0).r, 0.5f) << "the other channels are those of the input";
  out_->par("format") = "mono16float";
  EXPECT_EQ(sent().image.format(), PixelFormat::Mono16Float);
  EXPECT_TRUE(out_->errors().empty());
  for (const char* carried : {"fillmode", "filtertype", "inputfiltertype", "npasses"}) {
    EXPECT_NO_THROW(out_->par(carried).eval()) << carried;
  }
}

TEST_F(SharedMem, TheNextFramesLastPictureIsNotLostByAChangeOfSize) {
  publish(0.25);
  source_->par("resolutionw") = 64;
  publish(0.5);
  EXPECT_EQ(read()->image.width(), 4);
  publish(0.75);
  EXPECT_EQ(read()->image.width(), 64);
  EXPECT_EQ(read()->image.pixel(63, 1).r, 0.5f);
}

TEST_F(SharedMem, TheNextFramesPicturesAreThoseOfTheCookBeforeInEveryFormat) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    source_->par("format") = std::string(info.name);
    publish(0.5);
    const Image drawn = source_->readback();
    publish(0.25);
    ASSERT_TRUE(out_->errors().empty()) << info.name << ": " << out_->errors()[0];
    const auto frame = read();
    ASSERT_TRUE(frame) << info.name;
    if (frame->image.format() == info.format) {
      EXPECT_EQ(frame->image, drawn) << info.name;
    } else {
      EXPECT_TRUE(nearly(frame->image.pixel(1, 1), drawn.pixel(1, 1), 1e-6f)) << info.name;
    }
  }
}

TEST_F(SharedMem, TheNextFramesLargePicturesAreWholeWhileTheNextOneIsDrawn) {
  source_->par("resolution") = glm::vec2(1024, 768);
  for (int i = 1; i <= 12; ++i) {
    publish(i);
    if (i == 1) continue;
    const Image image = read()->image;
    EXPECT_EQ(image.pixel(0, 0).r, static_cast<float>(i - 1));
    EXPECT_EQ(image.pixel(1023, 767).r, static_cast<float>(i - 1));
  }
}

TEST_F(SharedMem, TheNextFrameNeedsNoMoreMemoryAsTimeGoesOn) {
  for (int i = 0; i < 4; ++i) publish(i);
  const std::int64_t bytes = out_->gpuMemory() + source_->gpuMemory();
  const int objects = context().liveObjects();
  for (int i = 0; i < 20; ++i) publish(i);
  EXPECT_EQ(out_->gpuMemory() + source_->gpuMemory(), bytes);
  EXPECT_EQ(context().liveObjects(), objects);
}

/// A graph in the context that is current, whose pictures are all of one value.
class Sender {
 public:
  explicit Sender(const std::string& name) {
    source_ = &graph_.add<GlslTop>("source");
    source_->pixelShader("uniform float uValue; out vec4 c; void main() { c = vec4(uValue); }");
    source_->par("format") = "rgba32float";
    out_ = &graph_.add<SharedMemOut>("out");
    out_->par("name") = name;
    *source_ >> *out_;
  }
  void publish(double value) {
    source_->uniform("uValue", value);
    graph_.cook();
    EXPECT_TRUE(out_->errors().empty()) << out_->errors()[0];
  }

 private:
  Graph graph_;
  GlslTop* source_;
  SharedMemOut* out_;
};

TEST_F(SharedMem, TheNextFrameGoesOnInAnotherContext) {
  dropGraph();
  auto context = std::make_unique<Context>(Context::headless());
  Sender sender(name_);
  sender.publish(1);
  sender.publish(2);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 1.0f);
  context.reset();
  context = std::make_unique<Context>(Context::headless());
  sender.publish(3);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 1.0f) << "that of the other context went with it";
  sender.publish(4);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 3.0f);
  context.reset();
}

TEST_F(SharedMem, TheNextFrameIsDownloadedWhereNoOtherThreadReads) {
  dropGraph();
  std::promise<void> goOn, back;
  {
    const Context own = Context::headless();
    gl::Worker* reading = gl::readbackWorkerOf(own.state());
    ASSERT_NE(reading, nullptr);
    reading->deadline(0.2);
    reading->post([&] {
      goOn.get_future().wait();
      back.set_value();
    });
    while (!reading->lost()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Sender sender(name_);
    for (int i = 1; i <= 5; ++i) {
      sender.publish(i);
      if (i == 1) continue;
      EXPECT_EQ(read()->image.pixel(255, 255).r, static_cast<float>(i - 1));
    }
  }
  goOn.set_value();
  back.get_future().wait();
}

TEST_F(SharedMem, TheNextFrameMayBeSwitchedToImmediateAndBack) {
  publish(1);
  publish(2);
  out_->par("downloadtype") = "immediate";
  publish(3);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 3.0f);
  out_->par("downloadtype") = "nextframe";
  publish(4);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 3.0f);
  publish(5);
  EXPECT_EQ(read()->image.pixel(0, 0).r, 4.0f);
}

TEST_F(SharedMem, TheReferencesLinesWork) {
  auto& sharedmemout = graph().add("sharedmemout", "sharedmemout1");
  const bool value = graph().op("sharedmemout1").par("active").eval();
  EXPECT_TRUE(value);
  sharedmemout.par("active") = 1;
  auto& output = graph().add("null", "output1");
  sharedmemout.inputConnectors()[0].connect(graph().op("source"));
  output.inputConnectors()[0].connect(sharedmemout);
  EXPECT_EQ(output.input(0), &sharedmemout);
  for (const char* name :
       {"active", "name", "memtype", "downloadtype", "outputresolution", "resolution", "resmenu",
        "resmult", "outputaspect", "aspect", "armenu", "inputfiltertype", "fillmode", "filtertype",
        "npasses", "chanmask", "format", "parmcolorspace", "parmreferencewhite"}) {
    EXPECT_NO_THROW(sharedmemout.par(name).eval()) << name;
  }
  sharedmemout.destroy();
}

}  // namespace
}  // namespace topknot
