// The smallest use of an installed Topknot.
#include <topknot/topknot.h>

#include <iostream>

int main() {
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& white = graph.add<topknot::GlslTop>("white");
  white.par("isolate") = true;  // needs the installed guard program
  std::cout << white.compileResult() << white.sample({.u = 0.5, .v = 0.5}).r << '\n';
  return white.compiles() ? 0 : 1;
}
