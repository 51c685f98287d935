// Several contexts with several graphs on several threads. Run under ThreadSanitizer as well.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

/// Draws `frames` frames of a colour that only this thread has; returns how many were wrong.
int drawAlone(int seed, int frames) {
  const Context context = Context::headless();
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  source.pixelShader("uniform float uValue; out vec4 c; void main() { c = vec4(uValue); }");
  source.par("format") = "mono32float";
  source.par("outputresolution") = "custom";
  source.par("resolution") = 16;
  auto& twice = graph.add<GlslTop>("twice");
  twice.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st) * 2.0; }");
  source >> twice;
  int wrong = 0;
  for (int i = 0; i < frames; ++i) {
    const auto value = static_cast<float>(seed * 1000 + i);
    source.uniform("uValue", value);
    graph.cook();
    if (twice.sample({.x = 3, .y = 12}).r != value * 2) ++wrong;
  }
  return wrong;
}

TEST(Threads, GraphsOnTheirOwnThreadsDoNotDisturbEachOther) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int seed = 1; seed <= 3; ++seed) {
    threads.emplace_back([&wrong, seed] { wrong += drawAlone(seed, 60); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Threads, ContextsComeAndGoSideBySide) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&wrong, i] {
      for (int round = 0; round < 5; ++round) wrong += drawAlone(i + round, 2);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Threads, ObjectsAreDroppedFromAllSides) {
  const Context context = Context::headless();
  for (int round = 0; round < 10; ++round) {
    std::vector<std::unique_ptr<Graph>> graphs;
    for (int i = 0; i < 4; ++i) {
      graphs.push_back(std::make_unique<Graph>());
      graphs.back()->add<GlslTop>("a").cook();
    }
    std::vector<std::thread> threads;
    for (auto& graph : graphs) threads.emplace_back([&graph] { graph.reset(); });
    Graph mine;
    mine.add<GlslTop>("b").cook();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(context.liveObjects(), 0);
}

}  // namespace
}  // namespace topknot
