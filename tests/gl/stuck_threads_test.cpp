// A draw that takes too long on a software renderer, and the contexts after it.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "gl/context/work.h"
#include "gl/program/buffer.h"
#include "gl/program/pass.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using Clock = std::chrono::steady_clock;

const std::string kName = "slow";

std::string nameOf(const void* who) {
  return *static_cast<const std::string*>(who);
}

/// Draws 64 × 64 pixels, each of them after so many thousand rounds.
void drawSlowly(const Texture& target, int thousands) {
  static const std::string kPixel =
      "#version 450 core\nuniform int uSteps; in vec3 vUV; out vec4 c;\nvoid main() {\n"
      "  float v = vUV.s;\n  for (int i = 0; i < uSteps; ++i)\n"
      "    for (int j = 0; j < 1000; ++j) v = fract(sin(v) * 43.7 + 0.1);\n"
      "  c = vec4(0.25, v < -1.0 ? 1.0 : 0.5, 0.75, 1.0);\n}\n";
  const Program program = Program::buildOwn(passVertexShader(450), kPixel);
  glProgramUniform1i(program.name(), program.uniforms().at("uSteps").location, thousands);
  draw(program, target, {});
}

/// Whether such a draw is right.
bool drawsRight(int thousands) {
  const Work work(current(), &kName, nameOf);
  const Texture target({64, 64, PixelFormat::Rgba32Float, false});
  drawSlowly(target, thousands);
  work.waitForGpu();
  return download(target).pixel(3, 5).g == 0.5f;
}

/// How many thousand rounds keep the renderer at it for about a second.
int aSecond() {
  const Context context = Context::headless();
  drawsRight(1);
  for (int thousands = 10;; thousands *= 4) {
    const double before = workOf(current()->platform->driverThreads()) + workOf({thisThread()});
    drawsRight(thousands);
    const double used =
        workOf(current()->platform->driverThreads()) + workOf({thisThread()}) - before;
    if (used > 0.2 || thousands > 10'000) return static_cast<int>(thousands / used) + 1;
  }
}

TEST(StuckDraws, TheNextContextGoesOnAtOnceOrWaits) {
  if (!Context::headless().info().software) GTEST_SKIP() << "a GPU's driver sees to it";
  const int second = aSecond();
  // As many times as there are displays, and once more.
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    auto stuck = std::make_optional(Context::headless());
    stuck->cookDeadline(0.1);
    EXPECT_EQ(test::thrown([&] { drawsRight(3 * second); }),
              "slow, or an operator that was drawn before it: took longer than 0.1 s: the context "
              "is given up");
    stuck.reset();
    const Context context = Context::headless();
    EXPECT_TRUE(drawsRight(1));
    EXPECT_EQ(context.lost(), "") << "one is given up, not two";
  }
}

}  // namespace
}  // namespace topknot::gl
