// What a graph does and where its time goes: profile PICTURE TRACE
#include <topknot/topknot.h>

#include <fstream>
#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: profile PICTURE TRACE");
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& photo = graph.add("moviefilein", "photo");
  photo.par("file") = argv[1];

  auto& grade = graph.add("level", "grade");
  auto& tint = graph.add("hsvadjust", "tint");
  auto& tilt = graph.add("transform", "tilt");
  auto& glow = graph.add("composite", "glow");
  auto& mask = graph.add("threshold", "mask");
  auto& out = graph.add("null", "out");
  tilt.par("rotate") = 10;
  glow.par("operand") = "screen";
  photo >> grade >> tint >> tilt >> glow >> out;
  tint >> glow;
  photo >> mask;  // nobody asks for it

  out.pin();
  graph.profiling(true);
  for (int i = 0; i < 8; ++i) {
    tint.par("hueoffset") = 5 * i;
    graph.cook();
  }
  for (const auto& sentence : photo.errors()) throw topknot::Error(sentence);
  std::cout << graph.explain().text() << '\n' << graph.profile().text();
  std::ofstream trace(argv[2]);
  trace << graph.profile().chromeTrace();
  if (!trace.flush()) throw topknot::Error("cannot write '" + std::string(argv[2]) + "'");
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
