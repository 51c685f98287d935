// Five pointwise operators at 1080p, beside the same five written by hand in raw OpenGL.
#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kWidth = 1920, kHeight = 1080;

// The parameters, on both sides. Everything else of the operators is at its default.
constexpr float kBrightness = 0.9f, kGamma = 1.2f;
constexpr float kHue = 20.0f, kSaturation = 0.8f, kValue = 0.95f;
constexpr float kPreAdd = 0.02f, kMultiply = 0.9f, kPostAdd = 0.03f;
constexpr float kInvert = 0.1f, kContrast = 0.9f, kOpacity = 0.95f;

// A small change every frame, so that nothing can be kept from frame to frame.
float brightness(int frame) {
  return kBrightness + (frame % 2 == 1 ? 1e-4f : 0.0f);
}

/// What the operators compute with these parameters, and no more.
constexpr auto kOne = R"(
vec4 one(vec4 c) { return vec4(pow(max(c.rgb * p[0].x, 0.0), vec3(p[0].y)), c.a); }
)";
constexpr auto kTwo = R"(
vec4 two(vec4 c) {
  float v = max(c.r, max(c.g, c.b)), chroma = v - min(c.r, min(c.g, c.b));
  float by = chroma > 0.0 ? chroma : 1.0;
  float hue = v == c.r ? (c.g - c.b) / by : v == c.b ? 4.0 + (c.r - c.g) / by : 2.0 + (c.b - c.r) / by;
  float less = chroma * min(p[1].y, chroma > 0.0 ? max(v / chroma, 1.0) : 1.0);
  vec3 pure = clamp(abs(mod(fract(hue / 6.0 + p[1].x) * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
  return vec4((v - less * (1.0 - pure)) * p[1].z, c.a);
}
)";
constexpr auto kThree = R"(
vec4 three(vec4 c) { return vec4((c.rgb + p[2].x) * p[2].y + p[2].z, c.a); }
)";
constexpr auto kFour = R"(
vec4 four(vec4 c) { return c.brga; }
)";
constexpr auto kFive = R"(
vec4 five(vec4 c) {
  vec3 v = mix(c.rgb, 1.0 - c.rgb, p[3].x);
  return vec4((v - 0.5) * p[3].y + 0.5, c.a) * p[3].z;
}
)";

constexpr std::array kTexts = {kOne, kTwo, kThree, kFour, kFive};
constexpr std::array kNames = {"one", "two", "three", "four", "five"};

class Raw {
 public:
  Raw(const glk::Context& context, const Pictures& pictures, const std::string& format)
      : context_(context) {
    context_.makeCurrent();
    glk::prepareState();
    photo_ = glk::texture(kWidth, kHeight, GL_RGBA8, pictures.a.px.data());
    for (auto& target : targets_) target.create(kWidth, kHeight, glk::format(format).internal);
    fixed_ = format == "rgba8";
    std::string nested = "texture(t, uv)", functions;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      const std::string call = std::string(kNames[i]) + "(texture(t, uv))";
      passes_.push_back(program(kTexts[i], call));
      // Between the operators stands what an 8-bit picture would have kept.
      if (i > 0 && fixed_) nested = "clamp(" + nested + ", 0.0, 1.0)";
      nested = std::string(kNames[i]) + "(" + nested + ")";
      functions += kTexts[i];
    }
    fused_ = program(functions, nested);
  }

  ~Raw() {
    context_.makeCurrent();
    for (auto& target : targets_) target.destroy();
    glDeleteTextures(1, &photo_);
    for (const GLuint one : passes_) glDeleteProgram(one);
    glDeleteProgram(fused_);
  }

  void runFused(int frame) {
    draw(fused_, photo_, targets_[0], frame);
    glFinish();
  }
  void runPasses(int frame) {
    GLuint from = photo_;
    for (std::size_t i = 0; i < passes_.size(); ++i) {
      draw(passes_[i], from, targets_[i % 2], frame);
      from = targets_[i % 2].tex;
    }
    glFinish();
  }
  std::vector<std::uint8_t> result() {
    std::vector<std::uint8_t> out(std::size_t(kWidth) * kHeight * 4);
    glGetTextureImage(targets_[0].tex, 0, GL_RGBA, GL_UNSIGNED_BYTE, GLsizei(out.size()),
                      out.data());
    return out;
  }

 private:
  static GLuint program(const std::string& functions, const std::string& colour) {
    return glk::program(
        "#version 450 core\nlayout(location=0) in vec2 uv;\nlayout(location=0) out vec4 o;\n"
        "layout(binding=0) uniform sampler2D t;\nlayout(location=0) uniform vec4 p[4];\n" +
        functions + "void main() { o = " + colour + "; }\n");
  }
  void draw(GLuint program, GLuint from, const glk::Target& to, int frame) {
    const float numbers[16] = {brightness(frame), 1.0f / kGamma, 0.0f,     0.0f,
                               kHue / 360.0f,     kSaturation,   kValue,   0.0f,
                               kPreAdd,           kMultiply,     kPostAdd, 0.0f,
                               kInvert,           kContrast,     kOpacity, 0.0f};
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, to.fbo);
    glViewport(0, 0, kWidth, kHeight);
    glUseProgram(program);
    glBindTextureUnit(0, from);
    glProgramUniform4fv(program, 0, 4, numbers);
    glk::drawFull();
  }

  const glk::Context& context_;
  GLuint photo_ = 0, fused_ = 0;
  bool fixed_ = false;
  std::vector<GLuint> passes_;
  std::array<glk::Target, 2> targets_;
};

class Ours {
 public:
  Ours(const Pictures& pictures, const std::string& format, bool fusion) {
    graph_.fusion(fusion);
    Op& photo = graph_.add("moviefilein", "photo");
    photo.par("file") = pictures.fileA();
    first_ = &graph_.add("level", "one");
    first_->par("gamma1") = kGamma;
    Op& two = graph_.add("hsvadjust", "two");
    two.par("hueoffset") = kHue;
    two.par("saturationmult") = kSaturation;
    two.par("valuemult") = kValue;
    Op& three = graph_.add("math", "three");
    three.par("outputchannels") = "rgb";
    three.par("preoff") = kPreAdd;
    three.par("gain") = kMultiply;
    three.par("postoff") = kPostAdd;
    Op& four = graph_.add("reorder", "four");
    four.par("outputredchan") = "blue";
    four.par("outputgreenchan") = "red";
    four.par("outputbluechan") = "green";
    last_ = &graph_.add("level", "five").as<Top>();
    last_->par("invert") = kInvert;
    last_->par("contrast") = kContrast;
    last_->par("opacity") = kOpacity;
    photo >> *first_ >> two >> three >> four >> *last_;
    first_->par("format") = formatNamed(format);
    last_->pin();
    // Numbers that are still for a while are compiled in; that takes a worker some time.
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 36; ++i) run(i);
      std::this_thread::sleep_for(std::chrono::seconds(2));
    }
    run(0);
    expectSound(graph_);
  }

  void run(int frame) {
    first_->par("brightness1") = brightness(frame);
    graph_.cook();
    glFinish();
  }
  Top& last() { return *last_; }

 private:
  Graph graph_;
  Op* first_ = nullptr;
  Top* last_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const glk::Context floors;
  Context context = Context::headless();
  const Pictures pictures(kWidth, kHeight);
  for (const char* format : {"rgba8", "rgba16f", "rgba32f"}) {
    if (!options.wantsFormat(format)) continue;
    Rounds rounds("points", sizeText(kWidth, kHeight), format, "ms_per_frame", options);
    Raw raw(floors, pictures, format);
    context.makeCurrent();
    Ours fused(pictures, format, true), apart(pictures, format, false);
    if (options.check) {
      // 8-bit steps between the passes are rounded; half floats have 11 bits.
      fused.run(0);
      const auto ours = bytesOf(fused.last());
      apart.run(0);
      const auto each = bytesOf(apart.last());
      floors.makeCurrent();
      raw.runFused(0);
      expectSame("points, fused", ours, raw.result(), 50.0);
      raw.runPasses(0);
      expectSame("points, one pass each", each, raw.result(), 50.0);
    }
    const auto floor = [&] { floors.makeCurrent(); };
    const auto own = [&] { context.makeCurrent(); };
    rounds.add("gl_fused", floor, [&](int frame) { raw.runFused(frame); });
    rounds.add("gl_passes", floor, [&](int frame) { raw.runPasses(frame); });
    rounds.add("topknot", own, [&](int frame) { fused.run(frame); });
    rounds.add("topknot_unfused", own, [&](int frame) { apart.run(frame); });
    rounds.measure();
    rounds.ratio("five pointwise operators / fused by hand", "topknot", "gl_fused", atMost(1.1));
    rounds.ratio("… fusion off / one pass each by hand", "topknot_unfused", "gl_passes");
    rounds.ratio("… one pass each / fused, both by hand", "gl_passes", "gl_fused");
    context.makeCurrent();
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
