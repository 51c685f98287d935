// Transform: where the pixels of a tiny picture go, against a reference in doubles.
#include <glm/mat3x3.hpp>
#include <numbers>

#include "support/op_test.h"

namespace topknot {
namespace {

class Transform : public test::OpTest {
 protected:
  Transform() : OpTest("transform") {}

  // 4 × 4, every pixel another.
  static Image sixteen(PixelFormat format = PixelFormat::Rgba32Float) {
    Image image(4, 4, format);
    for (int i = 0; i < 16; ++i) {
      const float v = static_cast<float>(i + 1) / 16;
      image.setPixel(i % 4, i / 4, {v, 1 - v, v * v, 0.5f + v / 2});
    }
    return image;
  }
  // Pixel (x, y) of the result is this one of the input; beyond it is transparent.
  void expectMoved(const Image& in, const std::function<glm::ivec2(int, int)>& from,
                   float tolerance = 2e-5f) {
    expectPixels(
        [&](int x, int y) {
          const glm::ivec2 at = from(x, y);
          const bool inside = at.x >= 0 && at.y >= 0 && at.x < in.width() && at.y < in.height();
          return inside ? in.pixel(at.x, at.y) : glm::vec4(0);
        },
        tolerance);
  }
};

TEST_F(Transform, NeutralChangesNothing) {
  for (const PixelFormat format : {PixelFormat::Rgba8Fixed, PixelFormat::Rgba32Float}) {
    const Image in = test::sixColours(format);
    op().inputConnectors()[0].connect(picture(in));
    expectPixels([&](int x, int y) { return in.pixel(x, y); }, 2e-6f);
  }
}

TEST_F(Transform, TranslatesRightAndUpInEveryUnit) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  const std::pair<const char*, glm::vec2> cases[] = {
      {"pixels", {1, -1}}, {"fraction", {1 / 3.0f, -0.5f}}, {"fractionaspect", {0.5f, -0.5f}}};
  for (const auto& [unit, t] : cases) {
    SCOPED_TRACE(unit);
    par("tunit") = unit;
    par("t") = t;
    expectMoved(in, [](int x, int y) { return glm::ivec2(x - 1, y + 1); });
  }
}

TEST_F(Transform, RotatesClockwise) {
  const Image in = sixteen();
  feed(in);
  par("rotate") = 90;
  expectMoved(in, [](int x, int y) { return glm::ivec2(3 - y, x); });
  par("rotate") = -90;
  expectMoved(in, [](int x, int y) { return glm::ivec2(y, 3 - x); });
  par("rotate") = 180 + 360;
  expectMoved(in, [](int x, int y) { return glm::ivec2(3 - x, 3 - y); });
}

TEST_F(Transform, AnglesAreTrueOnWidePictures) {
  Image in(6, 2, PixelFormat::Rgba32Float);
  for (int i = 0; i < 12; ++i) in.setPixel(i % 6, i / 6, glm::vec4(static_cast<float>(i)));
  feed(in);
  par("rotate") = 90;
  // About (3, 1): from (x, y) = (3, 1) + turned back (x − 3, y − 1)
  expectMoved(
      in, [](int x, int y) { return glm::ivec2(3 - y, x - 2); }, 1e-4f);
}

TEST_F(Transform, ScalesAboutThePivot) {
  const Image in = sixteen();
  feed(in);
  par("inputfiltertype") = "nearest";
  par("s") = glm::vec2(2, -1);
  expectMoved(in, [](int x, int y) { return glm::ivec2(1 + x / 2, 3 - y); });
  par("p") = glm::vec2(0, 0.5);
  expectMoved(in, [](int x, int y) { return glm::ivec2(x / 2, 3 - y); });
  par("punit") = "pixels";
  par("p") = glm::vec2(4, 2);
  expectMoved(in, [](int x, int y) { return glm::ivec2(2 + x / 2, 3 - y); });
  par("s") = 1;
  par("p") = glm::vec2(0, 0);
  par("growshrink") = glm::vec2(4, 0);  // 8 wide
  expectMoved(in, [](int x, int y) { return glm::ivec2(x / 2, y); });
}

TEST_F(Transform, EveryOrder) {
  Image in(32, 32, PixelFormat::Rgba32Float);
  for (int i = 0; i < 1024; ++i) {
    in.setPixel(i % 32, i / 32,
                glm::vec4(static_cast<float>(i % 32), static_cast<float>(i / 32), 0, 1));
  }
  feed(in);
  par("inputfiltertype") = "linear";
  par("extend") = "hold";
  const glm::dvec2 t(3, -2), s(1.5, 0.8);
  const double angle = 0.5;
  par("tunit") = "pixels";
  par("t") = glm::vec2(t);
  par("s") = glm::vec2(s);
  par("rotate") = angle * 180 / std::numbers::pi;
  // GPUs interpolate in 256 steps between two pixels.
  const float tolerance = context().info().software ? 1e-3f : 5e-3f;
  for (const char* order : {"srt", "str", "rst", "rts", "tsr", "trs"}) {
    SCOPED_TRACE(order);
    par("xord") = order;
    // Steps undone, the last one first; the red and green of a pixel are its place.
    const Image made = op().numpyArray();
    for (const glm::ivec2 to : {glm::ivec2(16, 16), glm::ivec2(12, 19), glm::ivec2(20, 13)}) {
      glm::dvec2 at(to.x + 0.5 - 16, to.y + 0.5 - 16);
      const std::string steps = order;
      for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if (*step == 't') at = at - t;
        if (*step == 's') at = at / s;
        const double c = std::cos(angle), n = std::sin(angle);
        if (*step == 'r') at = {c * at.x - n * at.y, n * at.x + c * at.y};
      }
      const glm::vec4 expected(at.x + 15.5, at.y + 15.5, 0, 1);
      EXPECT_TRUE(test::nearly(made.pixel(to.x, to.y), expected, tolerance));
    }
  }
}

TEST_F(Transform, TheBackgroundIsWhereThePictureIsNot) {
  const Image in = sixteen();
  feed(in);
  par("tunit") = "pixels";
  par("tx") = 2;
  par("bgcolor") = glm::vec4(1, 0.5f, 0, 0.5f);
  const auto expectWith = [&](glm::vec4 background, bool over) {
    expectPixels(
        [&](int x, int y) {
          if (x < 2) return background;
          const glm::vec4 v = in.pixel(x - 2, y);
          return over ? v + background * (1 - v.a) : v;
        },
        2e-5f);
  };
  expectWith({0.5f, 0.25f, 0, 0.5f}, false);
  par("compover") = true;
  expectWith({0.5f, 0.25f, 0, 0.5f}, true);
  par("premultrgbbyalpha") = false;
  expectWith({1, 0.5f, 0, 0.5f}, true);
}

TEST_F(Transform, EdgesBetweenPixelsAreBlended) {
  Image in(2, 1, PixelFormat::Rgba32Float);
  in.setPixel(0, 0, glm::vec4(1));
  in.setPixel(1, 0, glm::vec4(1));
  feed(in);
  par("tunit") = "pixels";
  par("tx") = 0.25;
  EXPECT_TRUE(gives(glm::vec4(0.75f), 0.002f));
}

TEST_F(Transform, Extends) {
  const Image in = sixteen();
  feed(in);
  par("tunit") = "pixels";
  par("t") = glm::vec2(3, -1);
  par("extend") = "hold";
  expectMoved(in, [](int x, int y) { return glm::ivec2(std::max(x - 3, 0), std::min(y + 1, 3)); });
  par("extend") = "repeat";
  expectMoved(in, [](int x, int y) { return glm::ivec2((x + 1) % 4, (y + 1) % 4); });
  par("extend") = "mirror";
  expectMoved(in, [](int x, int y) { return glm::ivec2(x < 3 ? 2 - x : 0, std::min(y + 1, 3)); });
}

TEST_F(Transform, TilesAreLimited) {
  const Image in = sixteen();
  feed(in);
  par("tunit") = "pixels";
  par("tx") = 2;
  par("extend") = "repeat";
  par("limittiles") = true;
  expectMoved(in, [](int x, int y) { return glm::ivec2(x - 2, y); });
  par("tileu") = glm::vec2(-0.25, 0.25);
  par("tilev") = glm::vec2(0.5, 9);
  expectMoved(in, [](int x, int y) {
    return x < 1 || x > 2 || y < 2 ? glm::ivec2(-1) : glm::ivec2((x + 2) % 4, y);
  });
}

TEST_F(Transform, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& after = graph().add("level").as<Top>();
  picture(test::sixColours()) >> level >> op() >> after;
  level.par("invert") = 1;
  after.par("contrast") = 0.5;
  par("rotate") = 30;
  const Image fused = after.numpyArray();
  graph().fusion(false);
  const Image alone = after.numpyArray();
  for (std::size_t i = 0; i < fused.floats().size(); ++i) {
    EXPECT_NEAR(fused.floats()[i], alone.floats()[i], 1.01 / 255);
  }
}

TEST_F(Transform, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed(sixteen());
  expectFiniteAtExtremes();
  par("s") = 0;
  par("bgcolor") = 1;
  for (const char* extend : {"hold", "zero", "repeat", "mirror"}) {
    par("extend") = extend;
    expectPixels([](int, int) { return glm::vec4(1); }, 0);
  }
}

}  // namespace
}  // namespace topknot
