#include "chain.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace topknot::measure {

namespace {

constexpr auto kVignette = R"(
uniform float uAspect;
uniform float uInner;
uniform float uRadius;
vec4 pixel(vec4 a, vec2 uv) {
  vec2 from = (uv - 0.5) * vec2(uAspect, 1.0);
  float t = clamp((length(from) - uInner) / uRadius, 0.0, 1.0);
  return vec4(a.rgb * (0.5 + 0.5 * cos(3.14159265 * t)), a.a);
}
)";

bool hasType(std::string_view name) {
  return std::ranges::any_of(Graph::types(), [&](const OpType* t) { return t->name == name; });
}

bool hasItem(Op& op, std::string_view menu, std::string_view item) {
  if (!op.parameters().contains(menu)) return false;
  const auto& items = op.par(menu).definition().menu();
  return std::ranges::any_of(items, [&](const MenuItem& one) { return one.name == item; });
}

/// The blur's own parameters: its sigma is a sixth of the size. Halving the picture first is its
/// fast quality.
void setBlur(Op& op, double sigma, ChainBlur quality) {
  op.par("type") = "gaussian";
  op.par("size") = 6.0 * sigma;
  if (quality == ChainBlur::Fast) op.par("preshrink") = 1;
}

/// What stands in for the operator `blur` where there is none: one direction of it, unrolled.
std::string blurText(bool across, const w1::Job& job) {
  return "out vec4 fragColor;\n#define t0 sTD2DInputs[0]\nvoid main() {\nvec2 uv = vUV.st;\n" +
         w1::blurNearestGlsl(across, job.p.sigma, job.w, job.h) +
         "fragColor = TDOutputSwizzle(s);\n}\n";
}

}  // namespace

void setPixelFunction(GlslTop& op, const std::string& text) {
  if (hasItem(op, "mode", "pixelfunction")) {
    op.par("mode") = "pixelfunction";
    op.par("compilebehavior") = "threadedprevious";
    op.pixelShader(text);
    return;
  }
  // Without that mode: the same function in a pass of its own.
  op.pixelShader(text +
                 "out vec4 fragColor;\nvoid main() { fragColor = TDOutputSwizzle("
                 "pixel(texture(sTD2DInputs[0], vUV.st), vUV.st)); }\n");
  op.par("inputfiltertype") = "nearest";
}

bool Chain::hasFastBlur() {
  return hasType("blur");
}

std::string Chain::saturationText(double amount) {
  return "uniform float uSaturation;\nvec4 pixel(vec4 a, vec2 uv) {\n"
         "  vec3 grey = vec3(dot(a.rgb, vec3(0.2126, 0.7152, 0.0722)));\n"
         "  return vec4(mix(grey, a.rgb, uSaturation * " +
         std::to_string(amount) + "), a.a);\n}\n";
}

Op& Chain::user(const std::string& name, const std::string& text) {
  auto& op = graph_.add<GlslTop>(name);
  setPixelFunction(op, text);
  return op;
}

Op& Chain::blur(Op& from, ChainBlur quality) {
  if (quality == ChainBlur::None) return from;
  if (hasType("blur")) {
    Op& op = graph_.add("blur", "blur");
    setBlur(op, job_.p.sigma, quality);
    return from >> op;
  }
  Op* end = &from;
  for (const bool across : {true, false}) {
    auto& op = graph_.add<GlslTop>(across ? "blur_x" : "blur_y");
    op.pixelShader(blurText(across, job_));
    op.par("inputfiltertype") = "nearest";
    op.par("inputextenduv") = "hold";
    end = &(*end >> op);
  }
  return *end;
}

Chain::Chain(const Pictures& pictures, const w1::Job& job, ChainBlur quality, bool fusion)
    : job_(job) {
  graph_.fusion(fusion);
  Op& photo = graph_.add("moviefilein", "photo");
  Op& layer = graph_.add("moviefilein", "layer");
  photo.par("file") = pictures.fileA();
  layer.par("file") = pictures.fileB();
  level_ = &graph_.add("level", "level");
  level_->par("gamma1") = job.p.gamma;
  auto& saturation = user("saturation", saturationText(1.0)).as<GlslTop>();
  saturation.uniform("uSaturation", job.p.saturation);
  Op& over = graph_.add("over", "over");
  auto& vignette = user("vignette", kVignette).as<GlslTop>();
  vignette.uniform("uAspect", double(job.w) / job.h);
  vignette.uniform("uInner", job.p.inner);
  vignette.uniform("uRadius", job.p.radius);

  layer >> over;
  photo >> *level_ >> saturation >> over;
  blur(over, quality) >> vignette;
  for (Op* op : graph_.ops()) {
    if (op->type().name != "moviefilein") op->par("format") = formatNamed(job.format);
  }
  last_ = &vignette;
  last_->pin();
}

void Chain::cook(int frame) {
  level_->par("brightness1") = w1::gainOf(job_.p, frame);
  graph_.cook();
}

void Chain::run(int frame) {
  cook(frame);
  glFinish();
}

void Chain::settle() {
  // Numbers that are still for a while are compiled in; that takes a worker some time.
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 36; ++i) run(i);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  run(0);
}

}  // namespace topknot::measure
