// A moving circle leaves a trail, and a cache shows what was half a second ago: feedback TRAIL PAST
#include <topknot/topknot.h>

#include <cmath>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <iostream>

using topknot::Frame;
using topknot::Graph;
using topknot::Top;

namespace {

topknot::Op& movingCircle(Graph& graph) {
  auto& circle = graph.add("circle", "circle");
  circle.par("outputresolution") = "custom";
  circle.par("resolution") = glm::vec2(640, 360);
  circle.par("radius") = glm::vec2(0.08);
  circle.par("fillcolor") = glm::vec3(1.0, 0.6, 0.2);
  circle.par("center").bind([](const Frame& frame) {
    const double turn = 2.0 * 3.14159265 * frame.seconds;
    return glm::vec2(0.5 + 0.3 * std::cos(turn), 0.5 + 0.3 * std::sin(turn));
  });
  return circle;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: feedback TRAIL PAST");
  auto context = topknot::Context::headless();
  Graph graph;
  auto& circle = movingCircle(graph);

  // Each frame: the circle over the frame before, which fades.
  auto& before = graph.add("feedback", "before");
  auto& fade = graph.add("level", "fade");
  auto& trail = graph.add("composite", "trail").as<Top>();
  before.par("top") = "trail";
  fade.par("opacity") = 0.96;
  trail.par("operand") = "over";
  circle >> before >> fade;
  circle >> trail;
  fade >> trail;

  auto& past = graph.add("cache", "past").as<Top>();
  past.par("cachesize") = 31;
  past.par("outputindex") = -30;  // 0 is the newest picture
  trail >> past;

  past.pin();  // wanted in every frame
  for (int i = 0; i < 60; ++i) graph.cook();
  std::cout << trail.save(argv[1]).string() << '\n' << past.save(argv[2]).string() << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
