// Shared Mem In: what it shows of senders that come, go, change and die; local and global.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "ipc/global_sender.h"
#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;

class SharedMemInTest : public test::GlTest {
 protected:
  SharedMemInTest() : name_("topknot-in-" + std::to_string(getpid())) {
    in_ = &graph().add("sharedmemin", "in").as<Top>();
    in_->par("name") = name_;
  }

  void show() {
    in_->pin();
    graph().cook();
  }
  std::string warning() { return in_->warnings().empty() ? "" : in_->warnings()[0]; }

  static void publish(ipc::SharedMemWriter& writer, int width, int height, int value) {
    const std::size_t bytes = static_cast<std::size_t>(width * height) * 4;
    writer.publish({width, height, 16.0f, 9.0f},
                   std::vector<std::byte>(bytes, static_cast<std::byte>(value)));
  }
  float red() { return in_->sample({.x = 0, .y = 0}).r; }

  std::string name_;
  Top* in_;
};

TEST_F(SharedMemInTest, ShowsTheNewestFrameWithItsSizeFormatAndAspect) {
  ipc::SharedMemWriter writer(name_);
  for (const int value : {51, 102, 204}) {
    publish(writer, value / 17, 2, value);
    show();
    EXPECT_TRUE(in_->errors().empty());
    EXPECT_TRUE(in_->warnings().empty()) << warning();
    EXPECT_EQ(in_->width(), value / 17);
    EXPECT_EQ(in_->pixelFormatName(), "rgba8fixed");
    EXPECT_NEAR(in_->aspect(), 16.0f / 9.0f, 1e-5f);
    EXPECT_NEAR(red(), static_cast<float>(value) / 255.0f, 1e-6f);
  }
}

TEST_F(SharedMemInTest, KeepsRowsAndTheirOrder) {
  auto& source = graph().add<GlslTop>("source");
  source.pixelShader("out vec4 c; void main() { c = TDOutputSwizzle(vec4(vUV.st, 0.25, 1.0)); }");
  source.par("outputresolution") = "custom";
  source.par("resolution") = glm::vec2(4, 2);
  source.par("format") = "rgba32float";
  auto& out = graph().add<SharedMemOut>("out");
  out.par("name") = name_;
  out.par("downloadtype") = "immediate";
  source >> out;
  graph().cook();
  show();
  EXPECT_EQ(in_->pixelFormatName(), "rgba32float");
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 4; ++x) {
      EXPECT_EQ(in_->sample({.x = x, .y = y}), source.sample({.x = x, .y = y}));
    }
  }
}

TEST_F(SharedMemInTest, WarnsAndKeepsTheLastPictureWhileNobodySends) {
  show();
  EXPECT_TRUE(contains(warning(), "nobody sends '" + name_ + "'"));
  EXPECT_TRUE(in_->errors().empty());
  {
    ipc::SharedMemWriter writer(name_);
    publish(writer, 3, 3, 255);
    show();
    EXPECT_EQ(warning(), "");
  }
  show();
  EXPECT_TRUE(contains(warning(), "last picture"));
  EXPECT_EQ(in_->width(), 3);
  EXPECT_EQ(red(), 1.0f);
  ipc::SharedMemWriter writer(name_);
  publish(writer, 5, 5, 0);
  show();
  EXPECT_EQ(warning(), "");
  EXPECT_EQ(in_->width(), 5);
}

TEST_F(SharedMemInTest, ReadsHeadersOfAllGenerationsWithoutATailPage) {
  for (const auto generation : {ipc::Generation::A, ipc::Generation::B, ipc::Generation::C}) {
    const std::string name = name_ + std::to_string(static_cast<int>(generation));
    const auto lock = ipc::SharedMutex::openOrCreate(ipc::lockName(name), ipc::dataName(name));
    const auto data = ipc::SharedMemory::create(ipc::dataName(name), 56 + 16);
    const auto header = ipc::encodeHeader(generation, {2, 2});
    std::fill(data->bytes().begin(), data->bytes().end(), std::byte{255});
    std::copy_n(header.begin(), ipc::headerBytes(generation), data->bytes().begin());
    in_->par("name") = name;
    show();
    EXPECT_TRUE(in_->errors().empty() && in_->warnings().empty());
    EXPECT_EQ(in_->width(), 2);
    EXPECT_EQ(red(), 1.0f);
    ipc::unlinkObject(ipc::lockName(name));
  }
}

TEST_F(SharedMemInTest, InactiveItStaysAsItWas) {
  ipc::SharedMemWriter writer(name_);
  publish(writer, 2, 2, 255);
  show();
  in_->par("active") = false;
  publish(writer, 2, 2, 0);
  show();
  EXPECT_EQ(red(), 1.0f);
  in_->par("active") = true;
  show();
  EXPECT_EQ(red(), 0.0f);
}

TEST_F(SharedMemInTest, CooksOnlyWhenThereIsSomethingNew) {
  auto& below = graph().add("level", "below").as<Top>();
  *in_ >> below;
  below.pin();
  const auto cooked = [&] { return graph().cook().text(); };
  EXPECT_EQ(cooked(), "in below");
  EXPECT_EQ(cooked(), "") << "nobody sends, which was said";
  EXPECT_TRUE(contains(warning(), "nobody sends")) << "and is still so";
  std::optional<ipc::SharedMemWriter> writer(name_);
  EXPECT_EQ(cooked(), "in below") << "somebody came";
  EXPECT_EQ(cooked(), "");
  for (const int value : {51, 102}) {
    publish(*writer, 2, 2, value);
    EXPECT_EQ(cooked(), "in below");
    EXPECT_EQ(warning(), "");
    EXPECT_EQ(cooked(), "");
    EXPECT_EQ(cooked(), "");
    EXPECT_NEAR(red(), static_cast<float>(value) / 255.0f, 1e-6f);
  }
  publish(*writer, 2, 2, 102);
  EXPECT_EQ(cooked(), "in below") << "the same pixels are a new frame";
  writer.reset();
  EXPECT_EQ(cooked(), "in below");
  EXPECT_TRUE(contains(warning(), "last picture"));
  EXPECT_EQ(cooked(), "");
  writer.emplace(name_);
  publish(*writer, 2, 2, 204);
  EXPECT_EQ(cooked(), "in below");
  EXPECT_EQ(warning(), "");
  EXPECT_NEAR(red(), 0.8f, 1e-6f);
  in_->par("name") = "a/b";
  EXPECT_EQ(cooked(), "in below");
  EXPECT_EQ(cooked(), "in below") << "what is wrong is looked at again";
}

TEST_F(SharedMemInTest, ADeadSenderIsToldOnce) {
  // A child that sends one frame and dies, before anything else is sent here.
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);  // the end of one that is left alone
    ipc::SharedMemWriter writer(name_);
    publish(writer, 2, 2, 255);
    for (;;) pause();
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!SharedMemReader(name_).read() && std::chrono::steady_clock::now() < end) usleep(1000);
  show();
  EXPECT_EQ(warning(), "");
  EXPECT_EQ(red(), 1.0f);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(graph().cook().text(), "in");
  EXPECT_EQ(warning(), "the sender of '" + name_ + "' died: this is its last picture");
  EXPECT_EQ(graph().cook().text(), "");
  ipc::SharedMemWriter writer(name_);
  publish(writer, 2, 2, 0);
  EXPECT_EQ(graph().cook().text(), "in");
  EXPECT_EQ(warning(), "");
  EXPECT_EQ(red(), 0.0f);
}

TEST_F(SharedMemInTest, BadNamesAndForeignBlocksAreErrorsAndThePictureStays) {
  ipc::SharedMemWriter writer(name_);
  publish(writer, 2, 2, 255);
  show();
  for (const std::string& bad : {std::string(), std::string("a/b"), std::string(300, 'x')}) {
    in_->par("name") = bad;
    show();
    EXPECT_EQ(in_->errors().size(), 1u) << bad;
  }
  in_->par("name") = name_;
  show();
  EXPECT_TRUE(in_->errors().empty());
  EXPECT_EQ(red(), 1.0f);
}

TEST_F(SharedMemInTest, AStalePictureIsShownWithAnError) {
  ipc::SharedMemWriter writer(name_);
  Top& out = graph().add("null", "null").as<Top>();
  *in_ >> out;
  ipc::FrameHeader header{1, 1, 16.0f, 9.0f};
  header.stale = true;
  writer.publish(header, std::vector<std::byte>(4, std::byte{255}));
  show();
  ASSERT_EQ(in_->errors().size(), 1u);
  EXPECT_TRUE(contains(test::thrown([&] { out.readback(); }), "is not its newest result"));
  EXPECT_EQ(out.sample({.x = 0, .y = 0, .allowStale = true}).r, 1.0f);
  in_->par("active") = false;
  EXPECT_FALSE(out.inputErrors().empty());
  out.cook();
  EXPECT_FALSE(out.inputErrors().empty()) << "it still shows that one";
  in_->par("active") = true;
  publish(writer, 1, 1, 0);
  show();
  EXPECT_TRUE(in_->errors().empty());
  EXPECT_EQ(out.sample({.x = 0, .y = 0}).r, 0.0f);
}

class GlobalTest : public SharedMemInTest {
 protected:
  struct Pair {
    GlslTop* source;
    SharedMemOut* out;
  };
  Pair pair(const std::string& name, const char* type) {
    auto& source = graph().add<GlslTop>("source" + name);
    source.pixelShader(
        "uniform float uValue; out vec4 c;\n"
        "void main() { c = TDOutputSwizzle(vec4(uValue)); }");
    source.par("outputresolution") = "custom";
    source.par("resolution") = glm::vec2(2, 2);
    source.par("format") = "rgba32float";
    source.uniform("uValue", [](const Frame& now) { return static_cast<double>(now.index); });
    auto& out = graph().add<SharedMemOut>("out" + name);
    out.par("name") = name;
    out.par("memtype") = "global";
    out.par("downloadtype") = type;
    source >> out;
    return {&source, &out};
  }

  void expectTogether(const char* type, int late) {
    pair("one", type);
    pair("two", type);
    // Another graph reads, as another process would.
    Graph reading;
    auto& first = reading.add("sharedmemin", "first").as<Top>();
    auto& second = reading.add("sharedmemin", "second").as<Top>();
    first.par("name") = "one";
    second.par("name") = "two";
    for (Top* in : {&first, &second}) {
      in->par("memtype") = "global";
      in->pin();
    }
    for (int frame = 100; frame < 104; ++frame) {
      graph().cook({.index = frame});
      reading.cook();
      if (frame == 100) continue;
      EXPECT_TRUE(first.errors().empty() && first.warnings().empty());
      EXPECT_EQ(first.sample({.x = 0, .y = 0}).r, static_cast<float>(frame - late));
      EXPECT_EQ(second.sample({.x = 1, .y = 1}).r, static_cast<float>(frame - late));
    }
  }
};

TEST_F(GlobalTest, InputsShowThePicturesOfTheFrameThatWasCooked) {
  expectTogether("immediate", 0);
}

TEST_F(GlobalTest, InputsShowThePicturesOfTheFrameBefore) {
  expectTogether("nextframe", 1);
}

TEST_F(GlobalTest, InputsCookOnlyWhenThereIsANewBundle) {
  pair("one", "immediate");
  pair("two", "immediate");
  Graph reading;
  for (const char* name : {"one", "two"}) {
    auto& in = reading.add("sharedmemin", name).as<Top>();
    in.par("name") = name;
    in.par("memtype") = "global";
    in.pin();
  }
  for (int i = 0; i < 3; ++i) {
    graph().cook();
    EXPECT_EQ(reading.cook().text(), "one two");
    EXPECT_EQ(reading.cook().text(), "");
  }
  dropGraph();
  EXPECT_EQ(reading.cook().text(), "one two") << "the sender has ended";
  EXPECT_TRUE(contains(reading.op("one").warnings().at(0), "last picture"));
  EXPECT_EQ(reading.cook().text(), "");
}

TEST_F(GlobalTest, ANameThatIsTakenIsAnError) {
  pair("same", "immediate");
  const Pair second = pair("other", "immediate");
  second.out->par("name") = "same";
  graph().cook();
  graph().cook();
  ASSERT_EQ(second.out->errors().size(), 1u);
  EXPECT_TRUE(contains(second.out->errors()[0], "'same'"));
}

TEST_F(GlobalTest, APictureThatNobodySendsIsAWarning) {
  in_->par("memtype") = "global";
  show();
  EXPECT_TRUE(contains(warning(), "nobody sends"));
}

}  // namespace
}  // namespace topknot
