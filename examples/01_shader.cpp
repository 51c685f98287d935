// A photograph goes through a shader of yours and is saved: 01_shader PICTURE OUT
#include <topknot/topknot.h>

#include <iostream>

constexpr auto kBend = R"(
uniform float uAmount;
uniform float uGamma;
out vec4 fragColor;
void main() {
  vec2 uv = vUV.st + uAmount * vec2(sin(vUV.t * 12.0), 0.0);
  vec4 color = texture(sTD2DInputs[0], uv);
  color.rgb = pow(max(color.rgb, 0.0), vec3(1.0 / uGamma));
  fragColor = TDOutputSwizzle(color);
})";

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: 01_shader PICTURE OUT");
  auto context = topknot::Context::headless();  // OpenGL 4.6 core; 4.5 where the driver has no more
  topknot::Graph graph;

  auto& photo = graph.add("moviefilein", "photo").as<topknot::Top>();
  photo.par("file") = argv[1];

  auto& bend = graph.add<topknot::GlslTop>("bend");
  bend.pixelShader(kBend, "bend.frag");
  bend.par("format") = "rgba8fixed";
  bend.par("inputextenduv") = "mirror";  // what it finds beyond the edges
  photo >> bend;

  // Pictures in floats hold linear light, which a screen shows through a gamma of 2.2.
  bend.uniform("uGamma", photo.pixelFormatName().ends_with("float") ? 2.2 : 1.0);
  bend.uniform("uAmount", 0.05);
  for (const auto& sentence : photo.errors()) throw topknot::Error(sentence);
  if (!bend.compiles()) throw topknot::Error(bend.compileResult());

  std::cout << bend.save(argv[2]).string() << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
