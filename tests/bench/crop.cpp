// A sixteenth of a picture is wanted: the chain without its blur, and a crop behind it.
#include <cstdlib>
#include <iostream>

#include "chain.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kWidth = 1920, kHeight = 1080;
constexpr int kPartWidth = kWidth / 4, kPartHeight = kHeight / 4;
constexpr int kLeft = (kWidth - kPartWidth) / 2, kBottom = (kHeight - kPartHeight) / 2;

/// The same in one raw pass, over the whole target or a part of it.
class Raw {
 public:
  Raw(const glk::Context& context, const Pictures& pictures, const w1::Job& job)
      : context_(context), job_(job) {
    context_.makeCurrent();
    glk::prepareState();
    a_ = glk::texture(kWidth, kHeight, GL_RGBA8, pictures.a.px.data());
    b_ = glk::texture(kWidth, kHeight, GL_RGBA8, pictures.b.px.data());
    target_.create(kWidth, kHeight, glk::format(job.format).internal);
    program_ = glk::program(
        "#version 450 core\nlayout(location=0) in vec2 uv;\nlayout(location=0) out vec4 o;\n"
        "layout(binding=0) uniform sampler2D t0;\nlayout(binding=1) uniform sampler2D t1;\n"
        "layout(location=0) uniform vec4 p;\nlayout(location=1) uniform vec3 q;\n" +
        w1::levelsGlsl() + w1::overGlsl() + w1::vignetteGlsl() +
        "void main() { o = vignette(over(texture(t1, uv), levels(texture(t0, uv), p.x, p.y, p.z)),"
        " uv, q.x, q.y, q.z); }");
  }
  ~Raw() {
    context_.makeCurrent();
    target_.destroy();
    glDeleteTextures(1, &a_);
    glDeleteTextures(1, &b_);
    glDeleteProgram(program_);
  }

  void run(int frame, bool part) {
    const w1::Params& params = job_.p;
    if (part) {
      glEnable(GL_SCISSOR_TEST);
      glScissor(kLeft, kBottom, kPartWidth, kPartHeight);
    }
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target_.fbo);
    glViewport(0, 0, kWidth, kHeight);
    glUseProgram(program_);
    glBindTextureUnit(0, a_);
    glBindTextureUnit(1, b_);
    glProgramUniform4f(program_, 0, w1::gainOf(params, frame), 1.0f / params.gamma,
                       params.saturation, 0.0f);
    glProgramUniform3f(program_, 1, float(kWidth) / float(kHeight), params.inner, params.radius);
    glk::drawFull();
    glDisable(GL_SCISSOR_TEST);
    glFinish();
  }

 private:
  const glk::Context& context_;
  w1::Job job_;
  GLuint a_ = 0, b_ = 0, program_ = 0;
  glk::Target target_;
};

/// A crop behind the chain, which is then no longer wanted as a whole.
Top& addCrop(Chain& chain) {
  Top& part = chain.graph().add("crop", "part").as<Top>();
  part.par("cropleft") = double(kLeft) / kWidth;
  part.par("cropright") = double(kLeft + kPartWidth) / kWidth;
  part.par("cropbottom") = double(kBottom) / kHeight;
  part.par("croptop") = double(kBottom + kPartHeight) / kHeight;
  chain.last() >> part;
  chain.last().pin(false);
  part.pin();
  return part;
}

/// The cropped rows of a whole picture.
std::vector<std::uint8_t> partOf(const std::vector<std::uint8_t>& whole) {
  std::vector<std::uint8_t> out;
  for (int y = 0; y < kPartHeight; ++y) {
    const auto* row = &whole[(std::size_t(kBottom + y) * kWidth + kLeft) * 4];
    out.insert(out.end(), row, row + std::size_t(kPartWidth) * 4);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const glk::Context floors;
  Context context = Context::headless();
  const Pictures pictures(kWidth, kHeight);
  for (const char* format : {"rgba8", "rgba16f", "rgba32f"}) {
    if (!options.wantsFormat(format)) continue;
    const w1::Job job{kWidth, kHeight, format, {}, &pictures.a, &pictures.b};
    Raw raw(floors, pictures, job);
    context.makeCurrent();
    Chain whole(pictures, job, ChainBlur::None), cropped(pictures, job, ChainBlur::None);
    Top& part = addCrop(cropped);
    whole.settle();
    cropped.settle();
    expectSound(whole.graph());
    expectSound(cropped.graph());
    whole.run(0);
    cropped.run(0);
    expectSame("crop", bytesOf(part), partOf(bytesOf(whole.last())), 60.0);

    Rounds rounds("crop", sizeText(kWidth, kHeight), format, "ms_per_frame", options);
    const auto floor = [&] { floors.makeCurrent(); };
    const auto own = [&] { context.makeCurrent(); };
    rounds.add("gl_whole", floor, [&](int frame) { raw.run(frame, false); });
    rounds.add("gl_scissor", floor, [&](int frame) { raw.run(frame, true); });
    rounds.add("topknot_whole", own, [&](int frame) { whole.run(frame); });
    rounds.add("topknot_crop", own, [&](int frame) { cropped.run(frame); });
    rounds.measure();
    rounds.ratio("chain without blur: whole / crop to 1/16", "topknot_whole", "topknot_crop",
                 atLeast(10.0));
    rounds.ratio("… raw: whole / scissor to 1/16", "gl_whole", "gl_scissor");
    rounds.ratio("… whole / raw whole", "topknot_whole", "gl_whole");
    context.makeCurrent();
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
