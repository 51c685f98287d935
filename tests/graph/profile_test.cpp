// Where the time of a graph goes.
#include <gtest/gtest.h>

#include "graph/support/programs.h"
#include "graph/support/test_ops.h"

namespace topknot {
namespace {

std::size_t countOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

// photo feeds level; nobody asks for them, unless a test does.
struct Pair {
  Graph graph;
  TestOp& photo = addTo(graph, "source", "photo");
  TestOp& level = addTo(graph, "level", "level");
  Pair() {
    photo >> level;
    graph.profiling(true);
  }
  void pass(const Op& op, std::int64_t frame, double start, double gpu) {
    graph.recordPass({.op = &op,
                      .frame = frame,
                      .startMilliseconds = start,
                      .cpuMilliseconds = 0.5,
                      .gpuMilliseconds = gpu,
                      .timer = "GPU timer queries",
                      .bytes = 64,
                      .with = {"a\"b"}});
  }
};

TEST(Profiling, IsOffAtFirstAndRecordsNothing) {
  Graph graph;
  Op& op = graph.add("source", "s");
  op.pin();
  EXPECT_FALSE(graph.profiling());
  graph.cook();
  graph.recordPass({.op = &op});
  EXPECT_EQ(graph.profile().frames(), 0);
  EXPECT_TRUE(graph.profile().ops().empty());
}

TEST(Profiling, CpuTimeIsThatOfAFrameNotOfACook) {
  Pair p;
  p.graph.cook();
  p.photo.cook();
  const double first = p.photo.cookTime();
  p.photo.cook(true);
  const double second = p.photo.cookTime();
  const std::vector<OpProfile> ops = p.graph.profile().ops();
  ASSERT_EQ(ops.size(), 1u);
  EXPECT_EQ(ops[0].name, "photo");
  EXPECT_EQ(ops[0].type, "source");
  EXPECT_EQ(ops[0].frames, 1);
  EXPECT_EQ(ops[0].cooks, 2);
  EXPECT_EQ(ops[0].cpuMean, first + second);
  EXPECT_EQ(ops[0].cpuMax, first + second);
  EXPECT_EQ(ops[0].gpuMax, 0.0);
  p.graph.cook();  // nobody works in it
  EXPECT_EQ(p.graph.profile().ops()[0].cpuMean, (first + second) / 2);
  EXPECT_EQ(p.graph.profile().ops()[0].frames, 1);
}

TEST(Profiling, MeansAreOverAllFramesAndTheDearestIsFirst) {
  Pair p;
  for (int i = 0; i < 4; ++i) p.graph.cook();
  p.pass(p.photo, 3, 9, 3);
  p.pass(p.level, 0, 1, 2);
  p.pass(p.level, 0, 3, 1);
  p.pass(p.level, 2, 7, 5);
  Drawing drawing;
  drawing.gpuMemory = 1048576;
  p.level.drawn = [&] { return drawing; };
  const std::vector<OpProfile> ops = p.graph.profile().ops();
  ASSERT_EQ(ops.size(), 2u);
  EXPECT_EQ(ops[0].name, "level");
  EXPECT_EQ(ops[0].frames, 2);
  EXPECT_EQ(ops[0].cooks, 0);
  EXPECT_EQ(ops[0].passes, 3);
  EXPECT_EQ(ops[0].gpuMean, 2.0);
  EXPECT_EQ(ops[0].gpuMax, 5.0);
  EXPECT_EQ(ops[0].gpuMemory, 1048576);
  EXPECT_EQ(ops[1].name, "photo");
  EXPECT_EQ(ops[1].gpuMean, 0.75);
  EXPECT_EQ(p.graph.profile().text(),
            "4 frames; milliseconds per frame; GPU: GPU timer queries\n"
            "operator  type    frames  cooks  CPU mean    max  GPU mean    max     memory\n"
            "level     level        2      0     0.000  0.000     2.000  5.000  1.000 MiB\n"
            "photo     source       1      0     0.000  0.000     0.750  3.000\n");
}

TEST(Profiling, PassesOfUnknownFramesAreDropped) {
  Pair p;
  p.graph.cook();
  p.pass(p.level, 1, 0, 1);
  EXPECT_TRUE(p.graph.profile().ops().empty());
  p.graph.profiling(false);
  p.pass(p.level, 0, 0, 1);  // late, but in time
  EXPECT_EQ(p.graph.profile().ops().size(), 1u);
  EXPECT_EQ(p.graph.profile().text().substr(0, 8), "1 frame;");
}

TEST(Profiling, BadPassesAreRefused) {
  Pair p;
  p.graph.cook();
  Graph elsewhere;
  Op& foreign = elsewhere.add("source", "f");
  EXPECT_EQ(errorOf([&] { p.graph.recordPass({}); }),
            "a pass is recorded for an operator, not for none");
  EXPECT_EQ(errorOf([&] { p.pass(foreign, 0, 0, 1); }),
            "source 'f' belongs to another graph; it cannot be profiled in this one");
  EXPECT_EQ(errorOf([&] { p.pass(p.level, 0, 0, -1); }),
            "level 'level': the times of a pass are finite and not below 0");
  EXPECT_TRUE(p.graph.profile().ops().empty());
}

TEST(Profiling, TheTraceHasALineForCooksAndOneForPasses) {
  Pair p;
  p.graph.cook();
  p.pass(p.level, 0, 2.5, 2);
  p.pass(p.photo, 0, 1, 2);
  EXPECT_EQ(p.graph.profile().chromeTrace(),
            "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
            "{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": 1, \"tid\": 1, "
            "\"args\": {\"name\": \"CPU cooks\"}},\n"
            "{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": 1, \"tid\": 2, "
            "\"args\": {\"name\": \"GPU passes\"}},\n"
            "{\"ph\": \"X\", \"name\": \"photo\", \"cat\": \"pass\", \"pid\": 1, \"tid\": 2, "
            "\"ts\": 1000.000, \"dur\": 2000.000, \"args\": {\"frame\": 0, \"type\": \"source\", "
            "\"timer\": \"GPU timer queries\", \"cpuMilliseconds\": 0.5, \"bytes\": 64, "
            "\"with\": [\"a\\\"b\"]}},\n"
            // Asked for at 2.5 ms, when the other was still being drawn.
            "{\"ph\": \"X\", \"name\": \"level\", \"cat\": \"pass\", \"pid\": 1, \"tid\": 2, "
            "\"ts\": 3000.000, \"dur\": 2000.000, \"args\": {\"frame\": 0, \"type\": \"level\", "
            "\"timer\": \"GPU timer queries\", \"cpuMilliseconds\": 0.5, \"bytes\": 64, "
            "\"with\": [\"a\\\"b\"]}}]}\n");
  p.level.cook();
  const std::string trace = p.graph.profile().chromeTrace();
  EXPECT_TRUE(isJson(trace)) << trace;
  EXPECT_EQ(countOf(trace, "\"cat\": \"cook\", \"pid\": 1, \"tid\": 1,"), 2u);
  EXPECT_LT(trace.find("\"name\": \"photo\", \"cat\": \"cook\""),
            trace.find("\"name\": \"level\", \"cat\": \"cook\""));
}

TEST(Profiling, ItsClockBeginsWithIt) {
  Pair p;
  const double before = p.graph.profile().now();
  double during = -1;
  p.photo.work = [&](TestOp&) { during = p.graph.profile().now(); };
  p.photo.cook();
  EXPECT_GE(before, 0.0);
  EXPECT_GE(during, before);
  EXPECT_LE(during, p.graph.profile().now());
}

TEST(Profiling, KeepsTheLatest600Frames) {
  Pair p;
  for (int i = 0; i < 1000; ++i) {
    p.graph.cook();
    p.photo.cook(true);
    p.pass(p.photo, i, i, 1);
  }
  EXPECT_EQ(p.graph.profile().frames(), 600);
  EXPECT_EQ(p.graph.profile().ops()[0].cooks, 600);
  EXPECT_EQ(p.graph.profile().ops()[0].passes, 600);
  const std::string trace = p.graph.profile().chromeTrace();
  EXPECT_EQ(countOf(trace, "\"frame\": 399,"), 0u);
  EXPECT_EQ(countOf(trace, "\"frame\": 400,"), 2u);
  EXPECT_EQ(countOf(trace, "\"frame\": 999,"), 2u);
}

TEST(Profiling, KeepsAtMostAMillionEvents) {
  Pair p;
  p.graph.cook();
  p.level.cook();
  for (int i = 0; i < 10; ++i) p.graph.cook();
  for (int i = 0; i < 1000100; ++i) p.photo.cook(true);
  EXPECT_EQ(p.graph.profile().frames(), 1);  // the latest
  EXPECT_EQ(p.graph.profile().ops().size(), 1u);
  EXPECT_EQ(p.graph.profile().ops()[0].cooks, 1000000);
  p.graph.cook();
  p.level.cook(true);
  EXPECT_EQ(p.graph.profile().frames(), 1);
  EXPECT_EQ(p.graph.profile().ops()[0].name, "level");
}

TEST(Profiling, BeginsAnewWhenSwitchedOnAndCanBeCleared) {
  Pair p;
  p.graph.cook();
  p.photo.cook();
  p.graph.profiling(true);  // it is
  EXPECT_EQ(p.graph.profile().frames(), 1);
  p.graph.profiling(false);
  p.graph.cook();
  EXPECT_EQ(p.graph.profile().frames(), 1);
  p.graph.profiling(true);
  EXPECT_EQ(p.graph.profile().frames(), 0);
  p.photo.cook(true);
  EXPECT_EQ(p.graph.profile().frames(), 1);
  p.graph.profile().clear();
  EXPECT_EQ(p.graph.profile().frames(), 0);
  p.photo.cook(true);
  EXPECT_EQ(p.graph.profile().ops()[0].cooks, 1);
}

TEST(Profiling, RemembersOperatorsThatAreGoneOrRenamed) {
  Pair p;
  p.graph.cook();
  p.photo.cook();
  const Profile copy = p.graph.profile();
  p.photo.rename("picture");
  p.photo.cook(true);
  EXPECT_EQ(p.graph.profile().ops()[0].name, "picture");
  p.photo.destroy();
  addTo(p.graph, "source", "photo").cook();
  EXPECT_EQ(p.graph.profile().ops().size(), 2u);
  EXPECT_EQ(copy.ops().size(), 1u);
  EXPECT_EQ(copy.ops()[0].name, "photo");
}

TEST(Profiling, ForgetsOperatorsWithoutEvents) {
  Pair p;
  for (int i = 0; i < 3000; ++i) {
    p.graph.cook();
    TestOp& op = addTo(p.graph, "source");
    op.cook();
    op.destroy();
  }
  EXPECT_EQ(p.graph.profile().ops().size(), 600u);
}

TEST(Profiling, CannotBeSwitchedWhileTheGraphCooks) {
  Pair p;
  std::string said;
  p.photo.work = [&](TestOp& op) { said = errorOf([&] { op.graph().profiling(false); }); };
  p.photo.cook();
  EXPECT_EQ(said, "profiling cannot be switched while source 'photo' cooks");
  EXPECT_TRUE(p.graph.profiling());
}

}  // namespace
}  // namespace topknot
