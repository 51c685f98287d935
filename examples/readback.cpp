// Takes the brightest pixel of every frame without waiting for the GPU: readback FRAMES OUT
#include <topknot/topknot.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: readback FRAMES OUT");
  const int frames = std::atoi(argv[1]);
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& noise = graph.add("noise", "noise").as<topknot::Top>();
  noise.par("tz").bind([](const topknot::Frame& frame) { return frame.seconds; });

  topknot::Readback readback(noise, {.depth = 2, .whenFull = topknot::WhenFull::DropOldest});
  for (int frame = 0; frame < frames; ++frame) {
    graph.cook({.index = frame, .seconds = frame / 60.0});
    // Half the picture, and its red channel only.
    readback.start({.region = {.width = 128}, .channels = "r"});
    while (const auto ticket = readback.takeTicket()) {
      const auto pixels = ticket.view().bytes;  // where the GPU wrote them
      std::cout << "brightest: " << std::to_integer<int>(*std::ranges::max_element(pixels)) << '\n';
      if (frame == 0) ticket.save(argv[2], {.asynchronous = true});  // from the same memory
    }
  }
  const auto counters = readback.counters();
  std::cout << counters.fetched << " of " << counters.started << " pictures fetched, "
            << counters.dropped << " dropped\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
