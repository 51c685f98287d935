// Against ImageMagick, wherever both define an operation in the same way.
//
// ImageMagick works on straight colours with 16 bits a channel, and clamps; Topknot's are
// premultiplied. So files hold straight colours, which are multiplied by alpha (Math) on their way
// in, and ImageMagick's result is multiplied by its alpha before it is compared.
#include <gtest/gtest.h>

#include <cmath>

#include "ops/support/dice.h"
#include "ops/support/magick.h"
#include "support/gl_test.h"

namespace topknot {
namespace {

using test::magick;
using test::nearly;

constexpr int kWidth = 9, kHeight = 7;
// Both store 16 bits; ImageMagick once more between its steps.
constexpr float kRounding = 3.0f / 65535.0f;

class Magick : public test::GlTest {
 protected:
  /// Random colours; alpha 1, or random with some 0 and 1.
  void write(const char* file, int seed, bool opaque) {
    Image image(kWidth, kHeight, PixelFormat::Rgba16Fixed);
    test::Dice dice(static_cast<std::uint64_t>(seed));
    const auto any = [&] { return static_cast<float>(dice.between(0.0, 1.0)); };
    for (int i = 0; i < kWidth * kHeight; ++i) {
      const float alpha = opaque || i % 7 == 0 ? 1.0f : i % 11 == 0 ? 0.0f : any();
      image.setPixel(i % kWidth, i / kWidth, {any(), any(), any(), alpha});
    }
    saveImage(image, folder_ / file, {});
  }
  void writeBoth(bool opaque) {
    write("a.png", 1, opaque);
    write("b.png", 2, opaque);
  }

  /// The picture of a file, premultiplied.
  Top& load(const char* file) {
    Op& from = graph().add("moviefilein");
    from.par("file") = (folder_ / file).string();
    Op& times = graph().add("math");
    times.par("op") = "rgbmultalpha";
    times.par("format") = "rgba32float";
    return (from >> times).as<Top>();
  }
  Top& add(const char* type) {
    Top& top = graph().add(type).as<Top>();
    return top;
  }

  /// What the operator shows as 16 bits, and what ImageMagick does.
  void expectSame(Top& top, const std::string& arguments, float tolerance = kRounding,
                  bool alpha = true) {
    top.par("format") = "rgba16fixed";
    const Image ours = top.numpyArray();
    ASSERT_TRUE(top.errors().empty()) << top.errors()[0];
    const Image theirs = magick(folder_, arguments);
    ASSERT_EQ(ours.width(), theirs.width()) << arguments;
    ASSERT_EQ(ours.height(), theirs.height()) << arguments;
    for (int y = 0; y < ours.height(); ++y) {
      for (int x = 0; x < ours.width(); ++x) {
        glm::vec4 expected = theirs.pixel(x, y), found = ours.pixel(x, y);
        if (!alpha) expected.a = found.a = 1;
        expected *= glm::vec4(glm::vec3(expected.a), 1);
        EXPECT_TRUE(nearly(found, expected, tolerance)) << arguments << " at " << x << ", " << y;
      }
    }
  }
  void expectComposed(const char* operand, const std::string& compose, float tolerance = kRounding,
                      bool alpha = true) {
    Top& top = add("composite");
    load("a.png") >> top;
    load("b.png") >> top;
    top.par("operand") = operand;
    expectSame(top, "b.png a.png -compose " + compose + " -composite", tolerance, alpha);
  }
  Top& behindA(const char* type) { return (load("a.png") >> add(type)).as<Top>(); }

  test::Folder folder_;
};

TEST_F(Magick, Over) {
  for (const bool opaque : {true, false}) {
    writeBoth(opaque);
    Top& over = add("over");
    load("a.png") >> over;
    load("b.png") >> over;
    expectSame(over, "b.png a.png -compose Over -composite");
  }
}

TEST_F(Magick, PorterDuffAndSums) {
  const std::pair<const char*, const char*> kSame[] = {
      {"over", "Over"}, {"under", "DstOver"}, {"inside", "In"}, {"outside", "Out"},
      {"atop", "Atop"}, {"xor", "Xor"},       {"add", "Plus"},  {"screen", "Screen"},
  };
  for (const bool opaque : {true, false}) {
    writeBoth(opaque);
    for (const auto& [operand, compose] : kSame) expectComposed(operand, compose);
  }
}

TEST_F(Magick, BlendModesWithAlpha) {
  const std::pair<const char*, const char*> kSame[] = {
      {"exclude", "Exclusion"}, {"overlay", "Overlay"},       {"hardlight", "HardLight"},
      {"dodge", "ColorDodge"},  {"burncolor", "ColorBurn"},   {"softlight", "SoftLight"},
      {"pinlight", "PinLight"}, {"burnlinear", "LinearBurn"},
  };
  for (const bool opaque : {true, false}) {
    writeBoth(opaque);
    for (const auto& [operand, compose] : kSame) expectComposed(operand, compose);
  }
}

TEST_F(Magick, OperandsOnOpaquePictures) {
  writeBoth(true);
  expectComposed("multiply", "Multiply");
  expectComposed("maximum", "Lighten");
  expectComposed("minimum", "Darken");
  expectComposed("difference", "Difference");
  // Of transparent ones ImageMagick clamps the straight colour, so these differ there.
  expectComposed("linearlight", "LinearLight");
  expectComposed("vividlight", "VividLight");
  // Ours is a − b in alpha, too.
  expectComposed("subtract", "MinusDst", kRounding, false);
}

TEST_F(Magick, FlipFlopAndCropMovePixels) {
  write("a.png", 1, false);
  Top& upsideDown = behindA("flip");
  upsideDown.par("flipy") = true;
  expectSame(upsideDown, "a.png -flip");
  Top& mirrored = behindA("flip");
  mirrored.par("flipx") = true;
  expectSame(mirrored, "a.png -flop");
  Top& transposed = behindA("flip");
  transposed.par("flop") = "topleft";
  expectSame(transposed, "a.png -transpose");
  Top& transversed = behindA("flip");
  transversed.par("flop") = "bottomleft";
  expectSame(transversed, "a.png -transverse");
  Top& crop = behindA("crop");
  for (const char* edge : {"cropleft", "cropright", "cropbottom", "croptop"}) {
    crop.par(edge + std::string("unit")) = "pixels";
  }
  crop.par("cropleft") = 2;
  crop.par("cropright") = 7;
  crop.par("cropbottom") = kHeight - 4;
  crop.par("croptop") = kHeight - 1;
  expectSame(crop, "a.png -crop 5x3+2+1 +repage");
}

TEST_F(Magick, NearestPixelsEnlarge) {
  write("a.png", 1, false);
  Top& twice = behindA("null");
  twice.par("outputresolution") = "2x";
  twice.par("inputfiltertype") = "nearest";
  expectSame(twice, "a.png -sample 200%");
}

TEST_F(Magick, LevelsGammaAndNegation) {
  write("a.png", 1, true);
  Top& level = behindA("level");
  level.par("inlow") = 0.2;
  level.par("inhigh") = 0.7;
  level.par("gamma2") = 1.6;
  // A power of 1 / 1.6 makes much of what is near 0, which has 16 bits.
  expectSame(level, "a.png -channel RGB -level 20%,70%,1.6", 2e-4f);
  Top& out = behindA("level");
  out.par("outlow") = 0.2;
  out.par("outhigh") = 0.7;
  expectSame(out, "a.png -channel RGB +level 20%,70%");
  Top& gamma = behindA("level");
  gamma.par("gamma1") = 2.2;
  expectSame(gamma, "a.png -channel RGB -gamma 2.2", 2e-4f);
  Top& negative = behindA("level");
  negative.par("invert") = 1;
  expectSame(negative, "a.png -channel RGB -negate");
  Top& darker = behindA("level");
  darker.par("brightness1") = 0.4;
  expectSame(darker, "a.png -channel RGB -evaluate Multiply 0.4");
}

TEST_F(Magick, ThresholdOfRed) {
  write("a.png", 1, true);
  Top& threshold = behindA("threshold");
  threshold.par("rgb") = "red";
  threshold.par("comparator") = "lessorequal";
  threshold.par("threshold") = 0.4;
  expectSame(threshold, "a.png -channel R -separate +channel -threshold 40%");
}

}  // namespace
}  // namespace topknot
