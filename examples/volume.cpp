// A compute shader fills a 3D texture, a pixel shader cuts through it: volume CUT OUTLINE
#include <topknot/topknot.h>

#include <iostream>

constexpr auto kCloud = R"(
layout(local_size_x = 4, local_size_y = 4, local_size_z = 4) in;
uniform float uScale; // 4 [1, 20] bumps along an edge
void main() {
  vec3 size = vec3(uTDOutputInfo.res.zw, uTDOutputInfo.depth.y);
  vec3 place = (vec3(gl_GlobalInvocationID) + 0.5) / size;
  vec4 density = vec4(0.5 + 0.5 * TDSimplexNoise(place * uScale));
  TDImageStoreOutput(0, gl_GlobalInvocationID, density);
})";

constexpr auto kCut = R"(
uniform float uHeight; // 0.5 [0, 1] where the cut is
layout(location = 0) out vec4 colour;
layout(location = 1) out vec4 outline;
void main() {
  float density = texture(sTD3DInputs[0], vec3(vUV.st, uHeight)).r;
  colour = TDOutputSwizzle(vec4(TDHSVToRGB(vec3(density, 0.7, 1.0)), 1.0));
  outline = TDOutputSwizzle(vec4(vec3(step(abs(density - 0.5), 0.02)), 1.0));
})";

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: volume CUT OUTLINE");
  auto context = topknot::Context::headless();
  topknot::Graph graph;

  auto& cloud = graph.add<topknot::GlslTop>("cloud");
  cloud.computeShader(kCloud, "cloud.comp");
  cloud.par("mode") = "compute";
  cloud.par("type") = "texture3d";
  cloud.par("depth") = "custom";
  cloud.par("customdepth") = 64;
  cloud.par("outputresolution") = "custom";
  cloud.par("resolutionw") = 64;
  cloud.par("resolutionh") = 64;

  auto& cut = graph.add<topknot::GlslTop>("cut");
  cut.pixelShader(kCut, "cut.frag");
  cut.par("numcolorbufs") = 2;
  cut.par("uHeight") = 0.25;  // the uniform is a parameter
  cut.par("outputresolution") = "custom";
  cut.par("resolutionw") = 512;
  cut.par("resolutionh") = 512;
  cloud >> cut;

  auto& outline = graph.add("renderselect", "outline").as<topknot::Top>();
  outline.par("top") = "cut";
  outline.par("colorbufindex") = 1;

  for (auto* shader : {&cloud, &cut}) {
    for (const auto& message : shader->diagnostics()) {
      std::cerr << message.file << ':' << message.line << ": " << message.message << '\n';
    }
    if (!shader->compiles()) throw topknot::Error(shader->name() + " does not compile");
    for (const auto& uniform : shader->uniforms()) {
      std::cout << uniform.type << ' ' << uniform.name << ": " << uniform.label << '\n';
    }
  }
  std::cout << cut.save(argv[1]).string() << '\n' << outline.save(argv[2]).string() << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
