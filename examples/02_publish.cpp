// Publishes a moving picture in shared memory: 02_publish PICTURE NAME [FRAMES]
#include <topknot/topknot.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>

// The shader of 01_shader, with a phase. At phase 0 it bends just as that one does.
constexpr auto kBend = R"(
uniform float uPhase;
uniform float uGamma;
out vec4 fragColor;
void main() {
  vec2 uv = vUV.st + 0.05 * vec2(sin(vUV.t * 12.0 + uPhase), 0.0);
  vec4 color = texture(sTD2DInputs[0], uv);
  color.rgb = pow(max(color.rgb, 0.0), vec3(1.0 / uGamma));
  fragColor = TDOutputSwizzle(color);
})";

volatile std::sig_atomic_t gStop = 0;

int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4) throw topknot::Error("usage: 02_publish PICTURE NAME [FRAMES]");
  const int last = argc == 4 ? std::stoi(argv[3]) : 600;
  for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { gStop = 1; });
  auto context = topknot::Context::headless();
  topknot::Graph graph;

  auto& photo = graph.add("moviefilein", "photo").as<topknot::Top>();
  auto& bend = graph.add<topknot::GlslTop>("bend");
  auto& out = graph.add<topknot::SharedMemOut>("out");
  photo.par("file") = argv[1];
  bend.pixelShader(kBend, "bend.frag");
  bend.par("format") = "rgba8fixed";
  bend.par("inputextenduv") = "mirror";
  out.par("name") = argv[2];
  out.par("downloadtype") = "immediate";
  photo >> bend >> out;

  bend.uniform("uGamma", photo.pixelFormatName().ends_with("float") ? 2.2 : 1.0);
  bend.uniform("uPhase", [last](const topknot::Frame& now) { return (last - now.index) / 30.0; });
  if (!photo.errors().empty()) throw topknot::Error(photo.errors()[0]);

  for (int index = 1; gStop == 0; ++index) {
    graph.cook({.index = std::min(index, last)});
    if (!out.errors().empty()) throw topknot::Error(out.errors()[0]);
    if (index == last) std::cout << "published " << last << " frames; ends by Ctrl+C" << std::endl;
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
