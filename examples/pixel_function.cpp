// A function of yours is drawn in one pass with its neighbours: pixel_function PICTURE OUT
#include <topknot/topknot.h>

#include <iostream>

constexpr auto kVignette = R"(
uniform float uStrength;
vec4 pixel(vec4 a, vec2 uv) {
  float edge = smoothstep(0.3, 0.8, distance(uv, vec2(0.5)));
  return vec4(a.rgb * (1.0 - uStrength * edge), a.a);
})";

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: pixel_function PICTURE OUT");
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& photo = graph.add("moviefilein", "photo");
  photo.par("file") = argv[1];
  auto& grade = graph.add("level", "grade");
  grade.par("gamma1") = 1.3;

  auto& vignette = graph.add<topknot::GlslTop>("vignette");
  vignette.par("mode") = "pixelfunction";
  vignette.pixelShader(kVignette, "vignette.frag");
  vignette.uniform("uStrength", 0.8);
  photo >> grade >> vignette;

  if (!vignette.compiles()) throw topknot::Error(vignette.compileResult());
  for (const auto& sentence : photo.errors()) throw topknot::Error(sentence);
  std::cout << vignette.save(argv[2]).string() << '\n' << graph.explain().text();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
