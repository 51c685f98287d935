// Fit: where the pixels of a tiny picture lie on an output of another size.
#include <numbers>

#include "support/op_test.h"

namespace topknot {
namespace {

class Fit : public test::OpTest {
 protected:
  Fit() : OpTest("fit") {}

  // Every pixel another; of alpha one half in the last.
  static Image many(int width, int height, PixelFormat format = PixelFormat::Rgba32Float) {
    Image image(width, height, format);
    for (int i = 0; i < width * height; ++i) {
      const float v = static_cast<float>(i + 1) / 16, a = i + 1 == width * height ? 0.5f : 1.0f;
      image.setPixel(i % width, i / width, glm::vec4(v, 1 - v, v * v, 1) * a);
    }
    return image;
  }
  void size(int width, int height) {
    par("outputresolution") = "custom";
    par("resolution") = glm::vec2(width, height);
  }
  /// Pixel (x, y) of the result is this one of the input; beyond it is the background.
  void expectFrom(const Image& in, const std::function<glm::ivec2(int, int)>& from,
                  glm::vec4 background = glm::vec4(0), float tolerance = 2e-5f) {
    expectPixels(
        [&](int x, int y) {
          const glm::ivec2 at = from(x, y);
          const bool inside = at.x >= 0 && at.y >= 0 && at.x < in.width() && at.y < in.height();
          return inside ? in.pixel(at.x, at.y) : background;
        },
        tolerance);
  }
};

TEST_F(Fit, ChangesNothingByItself) {
  for (const PixelFormat format : {PixelFormat::Rgba8Fixed, PixelFormat::Rgba32Float}) {
    const Image in = test::sixColours(format);
    op().inputConnectors()[0].connect(picture(in));
    for (const char* fit : {"fill", "fithorz", "fitvert", "fitbest", "fitoutside", "nativeres"}) {
      par("fit") = fit;
      EXPECT_EQ(op().width(), 3);
      expectPixels([&](int x, int y) { return in.pixel(x, y); }, 2e-6f);
    }
  }
}

TEST_F(Fit, EveryFitOfAWidePicture) {
  const Image in = many(4, 2);
  feed(in);
  par("inputfiltertype") = "nearest";
  size(8, 8);
  const auto filled = [](int x, int y) { return glm::ivec2(x / 2, y / 4); };
  const auto inWidth = [](int x, int y) { return glm::ivec2(x / 2, y < 2 ? -1 : (y - 2) / 2); };
  const auto inHeight = [](int x, int y) { return glm::ivec2((x + 4) / 4, y / 4); };
  const auto native = [](int x, int y) { return glm::ivec2(x - 2, y - 3); };
  const std::pair<const char*, std::function<glm::ivec2(int, int)>> cases[] = {
      {"fill", filled},     {"fithorz", inWidth},     {"fitvert", inHeight},
      {"fitbest", inWidth}, {"fitoutside", inHeight}, {"nativeres", native}};
  for (const auto& [fit, from] : cases) {
    SCOPED_TRACE(fit);
    par("fit") = fit;
    expectFrom(in, from);
  }
}

TEST_F(Fit, EveryFitOfAHighPicture) {
  const Image in = many(2, 4);
  feed(in);
  par("inputfiltertype") = "nearest";
  size(8, 8);
  const auto inWidth = [](int x, int y) { return glm::ivec2(x / 4, (y + 4) / 4); };
  const auto inHeight = [](int x, int y) { return glm::ivec2(x < 2 ? -1 : (x - 2) / 2, y / 2); };
  const std::pair<const char*, std::function<glm::ivec2(int, int)>> cases[] = {
      {"fithorz", inWidth},
      {"fitvert", inHeight},
      {"fitbest", inHeight},
      {"fitoutside", inWidth},
      {"nativeres", [](int x, int y) { return glm::ivec2(x - 3, y - 2); }}};
  for (const auto& [fit, from] : cases) {
    SCOPED_TRACE(fit);
    par("fit") = fit;
    expectFrom(in, from);
  }
}

TEST_F(Fit, Justify) {
  const Image in = many(2, 2);
  feed(in);
  size(5, 4);
  par("fit") = "nativeres";
  const char *across[] = {"left", "right"}, *along[] = {"bottom", "center", "top"};
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      SCOPED_TRACE(std::string(across[i]) + " " + along[j]);
      par("justifyh") = across[i];
      par("justifyv") = along[j];
      expectFrom(in, [&](int x, int y) { return glm::ivec2(x - 3 * i, y - j); });
    }
  }
  par("justifyh") = "left";
  par("justifyv") = "bottom";
  par("fit") = "fitoutside";
  par("inputfiltertype") = "nearest";
  size(8, 4);
  expectFrom(in, [](int x, int) { return glm::ivec2(x / 4, 0); });
  par("justifyv") = "top";
  expectFrom(in, [](int x, int) { return glm::ivec2(x / 4, 1); });
}

TEST_F(Fit, TheBackgroundIsWhereThePictureIsNot) {
  for (const PixelFormat format : {PixelFormat::Rgba8Fixed, PixelFormat::Rgba32Float}) {
    const Image in = many(2, 2, format);
    op().inputConnectors()[0].connect(picture(in));
    size(4, 2);
    par("fit") = "fitbest";
    par("bgcolor") = glm::vec4(1, 0.5f, 0, 0.5f);
    const auto from = [](int x, int y) { return glm::ivec2(x - 1, y); };
    const float tolerance = format == PixelFormat::Rgba8Fixed ? 0.51f / 255 : 2e-5f;
    par("premultrgbbyalpha") = true;
    expectFrom(in, from, {0.5f, 0.25f, 0, 0.5f}, tolerance);
    par("premultrgbbyalpha") = false;
    expectFrom(in, from, {1, 0.5f, 0, 0.5f}, tolerance);
  }
}

TEST_F(Fit, EdgesBetweenPixelsAreBlended) {
  Image in(2, 1, PixelFormat::Rgba32Float);
  for (int x = 0; x < 2; ++x) in.setPixel(x, 0, glm::vec4(1));
  feed(in);
  size(3, 2);
  par("fit") = "nativeres";
  par("bgcolor") = glm::vec4(0, 0, 0, 1);
  expectPixels(
      [](int x, int) {
        const float v = x == 1 ? 0.5f : 0.25f;
        return glm::vec4(v, v, v, 1);
      },
      1e-5f);
}

TEST_F(Fit, ACustomResolutionHasSquarePixelsOthersTheInputsAspect) {
  const Image in = many(4, 2);
  GlslTop& source = picture(in);
  source.par("outputaspect") = "custom";
  source.par("aspect") = glm::vec2(1, 1);  // its pixels are half as wide as high
  source >> op();
  par("inputfiltertype") = "nearest";
  par("fit") = "fitbest";
  size(8, 4);
  expectFrom(in, [](int x, int y) { return glm::ivec2(x < 2 ? -1 : x - 2, y / 2); });
  par("outputresolution") = "2x";
  expectFrom(in, [](int x, int y) { return glm::ivec2(x / 2, y / 2); });
}

TEST_F(Fit, TransformsWhatIsFitted) {
  const Image in = many(4, 2);
  feed(in);
  size(8, 8);
  par("fit") = "fithorz";
  par("inputfiltertype") = "nearest";
  const auto movedRightAndDown = [](int x, int y) {
    return glm::ivec2(x < 2 ? -1 : (x - 2) / 2, y < 1 ? -1 : (y - 1) / 2);
  };
  const std::pair<const char*, glm::vec2> moves[] = {
      {"pixels", {2, -1}}, {"fraction", {0.25f, -0.125f}}, {"fractionaspect", {0.25f, -0.125f}}};
  for (const auto& [unit, t] : moves) {
    SCOPED_TRACE(unit);
    par("tunit") = unit;
    par("t") = t;
    expectFrom(in, movedRightAndDown);
  }
  par("t") = 0;
  par("r") = 90;  // clockwise about (4, 4): what was left is above
  expectFrom(in, [](int x, int y) { return glm::ivec2((7 - y) / 2, x < 2 ? -1 : (x - 2) / 2); });
  par("r") = 0;
  par("s") = glm::vec2(0.5, 2);
  expectFrom(in, [](int x, int y) { return glm::ivec2(x < 2 ? -1 : x - 2, y / 4); });
  par("p") = glm::vec2(0, 0);  // of the fitted picture
  expectFrom(in, [](int x, int y) { return glm::ivec2(x, y < 2 ? -1 : (y - 2) / 4); });
  par("punit") = "pixels";
  par("p") = glm::vec2(8, 4);
  expectFrom(in, [](int x, int y) { return glm::ivec2(x - 4, y > 5 ? -1 : (y + 2) / 4); });
}

TEST_F(Fit, EveryOrderAndItsLegacy) {
  Image in(32, 32, PixelFormat::Rgba32Float);
  for (int i = 0; i < 1024; ++i) {
    in.setPixel(i % 32, i / 32,
                glm::vec4(static_cast<float>(i % 32), static_cast<float>(i / 32), 0, 1));
  }
  feed(in);
  const glm::dvec2 t(3, -2), s(1.5, 0.8);
  par("tunit") = "pixels";
  par("t") = glm::vec2(t);
  par("s") = glm::vec2(s);
  par("r") = 0.5 * 180 / std::numbers::pi;
  // GPUs interpolate in 256 steps between two pixels.
  const float tolerance = context().info().software ? 1e-3f : 5e-3f;
  for (const std::string order : {"srt", "str", "rst", "rts", "tsr", "trs"}) {
    for (const bool legacy : {false, true}) {
      SCOPED_TRACE(order + (legacy ? " legacy" : ""));
      par("xord") = order;
      par("legacyxform") = legacy;
      // Steps undone, the last one first; the red and green of a pixel are its place.
      const std::string steps = legacy ? order : std::string(order.rbegin(), order.rend());
      const double angle = legacy ? -0.5 : 0.5, c = std::cos(angle), n = std::sin(angle);
      const Image made = op().numpyArray();
      for (const glm::ivec2 to : {glm::ivec2(16, 16), glm::ivec2(12, 19), glm::ivec2(20, 13)}) {
        glm::dvec2 at(to.x + 0.5 - 16, to.y + 0.5 - 16);
        for (const char step : steps) {
          if (step == 't') at = at - t;
          if (step == 's') at = at / s;
          if (step == 'r') at = {c * at.x - n * at.y, n * at.x + c * at.y};
        }
        EXPECT_TRUE(
            test::nearly(made.pixel(to.x, to.y), {at.x + 15.5, at.y + 15.5, 0, 1}, tolerance));
      }
    }
  }
}

TEST_F(Fit, AnglesAreTrueOnWideOutputs) {
  const Image in = many(4, 2);
  feed(in);
  size(8, 4);
  par("fit") = "nativeres";
  par("r") = 90;
  // About (4, 2): two wide, four high.
  expectFrom(in, [](int x, int y) { return glm::ivec2(3 - y, x - 3); });
}

TEST_F(Fit, ASecondPassFitsNothing) {
  const Image in = many(2, 2);
  feed(in);
  size(8, 4);
  par("inputfiltertype") = "nearest";
  par("fit") = "fitbest";
  par("tunit") = "pixels";
  par("tx") = 1;
  par("npasses") = 2;
  expectFrom(in, [](int x, int y) { return glm::ivec2(x < 4 ? -1 : (x - 4) / 2, y / 2); });
}

TEST_F(Fit, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& after = graph().add("level").as<Top>();
  picture(test::sixColours()) >> level >> op() >> after;
  level.par("invert") = 1;
  after.par("contrast") = 0.5;
  size(9, 7);
  par("fit") = "fitbest";
  par("r") = 30;
  const Image fused = after.numpyArray();
  graph().fusion(false);
  const Image alone = after.numpyArray();
  for (std::size_t i = 0; i < fused.floats().size(); ++i) {
    EXPECT_NEAR(fused.floats()[i], alone.floats()[i], 1.01 / 255);
  }
}

TEST_F(Fit, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed(many(4, 2));
  size(5, 7);
  for (const char* fit : {"fithorz", "fitoutside", "nativeres"}) {
    par("fit") = fit;
    expectFiniteAtExtremes();
  }
  par("s") = 0;
  par("bgcolor") = 1;
  expectPixels([](int, int) { return glm::vec4(1); }, 1e-5f);
}

}  // namespace
}  // namespace topknot
