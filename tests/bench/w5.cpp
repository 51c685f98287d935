// What an operator costs by itself: a chain of 1,000 trivial ones on 16 × 16 pixels. Meant to run
// with LP_NUM_THREADS=0. TOPKNOT_BENCH_NODES is another number of operators.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>

#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kSide = 16;

int nodeCount() {
  const char* text = std::getenv("TOPKNOT_BENCH_NODES");
  return text == nullptr ? 1000 : std::max(1, std::atoi(text));
}

// Each one: 1 − c · factor, alpha as it is. The first one's factor changes every frame.
float factor(int frame) {
  return 1.0f - 1e-4f * static_cast<float>(frame % 2);
}
constexpr float kColour[4] = {0.2f, 0.4f, 0.6f, 1.0f};

class Raw {
 public:
  Raw(const glk::Context& context, int nodes) : context_(context), nodes_(nodes) {
    context_.makeCurrent();
    glk::prepareState();
    const std::string head =
        "#version 450 core\nlayout(location=0) out vec4 o;\nlayout(binding=0) uniform sampler2D "
        "t;\n"
        "layout(location=0) uniform vec4 p;\nlayout(location=1) uniform int n;\n";
    const std::string fetch = "vec4 c = texelFetch(t, ivec2(gl_FragCoord.xy), 0);\n";
    const std::string step = "vec4(p.x - c.rgb * p.y, c.a)";
    // Two programs of the same sums, so that no change of program is redundant.
    for (std::size_t i = 0; i < 2; ++i) {
      each_[i] = glk::program(head + "// " + std::to_string(i) + "\nvoid main() {" + fetch +
                              "o = " + step + "; }");
    }
    loop_ = glk::program(head + "void main() {" + fetch +
                         "for (int i = 0; i < n; ++i) c = " + step + "; o = c; }");
    targets_.resize(static_cast<std::size_t>(nodes) + 1);
    for (auto& target : targets_) target.create(kSide, kSide, GL_RGBA8);
    glClearTexImage(targets_[0].tex, 0, GL_RGBA, GL_FLOAT, kColour);
  }
  ~Raw() {
    context_.makeCurrent();
    for (auto& target : targets_) target.destroy();
    for (const GLuint program : {each_[0], each_[1], loop_}) glDeleteProgram(program);
  }

  void runEach(int frame) {
    for (int i = 0; i < nodes_; ++i) {
      const auto at = static_cast<std::size_t>(i);
      draw(each_[at % 2], targets_[at], targets_[at + 1], frame + i);
    }
    glFinish();
  }
  void runLoop(int frame) {
    glProgramUniform1i(loop_, 1, nodes_);
    draw(loop_, targets_[0], targets_.back(), frame);
    glFinish();
  }
  std::vector<std::uint8_t> result() {
    std::vector<std::uint8_t> out(std::size_t(kSide) * kSide * 4);
    glGetTextureImage(targets_.back().tex, 0, GL_RGBA, GL_UNSIGNED_BYTE, GLsizei(out.size()),
                      out.data());
    return out;
  }

 private:
  void draw(GLuint program, const glk::Target& from, const glk::Target& to, int frame) {
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, to.fbo);
    glViewport(0, 0, kSide, kSide);
    glUseProgram(program);
    glBindTextureUnit(0, from.tex);
    glProgramUniform4f(program, 0, 1.0f, factor(frame), 0.0f, 0.0f);
    glk::drawFull();
  }

  const glk::Context& context_;
  int nodes_;
  GLuint each_[2] = {}, loop_ = 0;
  std::vector<glk::Target> targets_;
};

/// A kind of operator that can compute `1 − c · factor`.
struct Kind {
  std::string name;
  std::function<Op&(Graph&)> add;
  std::function<void(Op&, float)> set;
};

Kind mathKind() {
  return {"math",
          [](Graph& graph) -> Op& {
            Op& op = graph.add("math");
            op.par("outputchannels") = "rgb";
            op.par("gain") = -1.0;
            op.par("postoff") = 1.0;
            return op;
          },
          [](Op& op, float value) { op.par("gain") = -value; }};
}

/// The operator with nothing but those sums in it.
Kind pixelKind() {
  return {"pixel",
          [](Graph& graph) -> Op& {
            auto& op = graph.add<GlslTop>();
            op.par("mode") = "pixelfunction";
            op.pixelShader(
                "uniform float uFactor;\nvec4 pixel(vec4 a, vec2 uv) {\n"
                "  return vec4(1.0 - a.rgb * uFactor, a.a);\n}\n");
            op.uniform("uFactor", 1.0);
            return op;
          },
          [](Op& op, float value) { op.as<GlslTop>().uniform("uFactor", value); }};
}

Kind levelKind() {
  return {"level",
          [](Graph& graph) -> Op& {
            Op& op = graph.add("level");
            op.par("invert") = 1.0;
            return op;
          },
          [](Op& op, float value) { op.par("invert") = value; }};
}

Kind glslKind() {
  return {"glsl",
          [](Graph& graph) -> Op& {
            auto& op = graph.add<GlslTop>();
            op.pixelShader(
                "uniform float uFactor;\nout vec4 fragColor;\nvoid main() {\n"
                "  vec4 c = texelFetch(sTD2DInputs[0], ivec2(gl_FragCoord.xy), 0);\n"
                "  fragColor = TDOutputSwizzle(vec4(1.0 - c.rgb * uFactor, c.a));\n}\n");
            op.uniform("uFactor", 1.0);
            return op;
          },
          [](Op& op, float value) { op.as<GlslTop>().uniform("uFactor", value); }};
}

class Ours {
 public:
  Ours(const Kind& kind, int nodes, bool fusion) : kind_(kind) {
    graph_.fusion(fusion);
    Op& colour = graph_.add("constant");
    colour.par("color") = glm::vec3(kColour[0], kColour[1], kColour[2]);
    colour.par("resolution") = glm::vec2(kSide);
    Op* end = &colour;
    for (int i = 0; i < nodes; ++i) {
      Op& op = kind.add(graph_);
      if (i == 0) first_ = &op;
      end = &(*end >> op);
    }
    last_ = &end->as<Top>();
    last_->pin();
    for (int i = 0; i < 8; ++i) run(i);
    expectSound(graph_);
  }

  void run(int frame) {
    kind_.set(*first_, factor(frame));
    graph_.cook();
    glFinish();
  }
  Top& last() { return *last_; }

 private:
  Kind kind_;
  Graph graph_;
  Op* first_ = nullptr;
  Top* last_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const int nodes = nodeCount();
  const glk::Context floors;
  Context context = Context::headless();
  Raw raw(floors, nodes);
  Rounds rounds("w5", sizeText(kSide, kSide), "rgba8", "us_per_node", options, 1000.0);
  const auto floor = [&] { floors.makeCurrent(); };
  const auto own = [&] { context.makeCurrent(); };
  rounds.add(
      "gl_pernode", floor, [&](int frame) { raw.runEach(frame); }, nodes);
  rounds.add(
      "gl_fused_loop", floor, [&](int frame) { raw.runLoop(frame); }, nodes);

  std::vector<std::unique_ptr<Ours>> chains;
  const auto add = [&](const Kind& kind, bool fusion) {
    const std::string name = "topknot_" + kind.name + (fusion ? "_fused" : "_unfused");
    if (!rounds.wants(name)) return;
    context.makeCurrent();
    chains.push_back(std::make_unique<Ours>(kind, nodes, fusion));
    Ours& chain = *chains.back();
    if (options.check && kind.name != "glsl") {
      chain.run(0);
      const auto made = bytesOf(chain.last());
      floors.makeCurrent();
      raw.runLoop(0);
      expectSame(name, made, raw.result(), 40.0);
    }
    rounds.add(
        name, own, [&chain](int frame) { chain.run(frame); }, nodes);
  };
  add(pixelKind(), false);
  add(pixelKind(), true);
  add(mathKind(), false);
  add(mathKind(), true);
  add(levelKind(), false);
  add(levelKind(), true);
  add(glslKind(), false);
  rounds.measure();
  const std::string title = std::to_string(nodes) + " trivial operators, ";
  rounds.ratio(title + "fusion off / `gl_pernode`", "topknot_pixel_unfused", "gl_pernode",
               atMost(1.15));
  rounds.ratio(title + "fused / `gl_fused_loop`", "topknot_pixel_fused", "gl_fused_loop",
               atMost(2.0));
  rounds.ratio("… as `math`, fusion off / `gl_pernode`", "topknot_math_unfused", "gl_pernode");
  rounds.ratio("… as `math`, fused / `gl_fused_loop`", "topknot_math_fused", "gl_fused_loop");
  rounds.ratio("… as `level`, fusion off / `gl_pernode`", "topknot_level_unfused", "gl_pernode");
  rounds.ratio("… as `level`, fused / `gl_fused_loop`", "topknot_level_fused", "gl_fused_loop");
  rounds.ratio("… as users' shaders, fusion off / `gl_pernode`", "topknot_glsl_unfused",
               "gl_pernode");
  rounds.ratio("… `gl_fused_loop` / `gl_pernode`", "gl_fused_loop", "gl_pernode");
  context.makeCurrent();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
