// Reorder: every input and channel, by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class Reorder : public test::OpTest {
 protected:
  Reorder() : OpTest("reorder") {}
  GlslTop& pixel(glm::vec4 colour) {
    Image image(1, 1, PixelFormat::Rgba32Float);
    image.setPixel(0, 0, colour);
    return picture(image);
  }
};

TEST_F(Reorder, NeutralChangesNothing) {
  feed(test::sixColours());
  const Image input = test::sixColours();
  expectPixels([&](int x, int y) { return input.pixel(x, y); }, 0);
}

TEST_F(Reorder, EveryChannelCanBecomeAny) {
  feed({0.1f, 0.3f, 0.5f, 0.9f});
  const std::pair<const char*, float> cases[] = {
      {"luminance", 0.27192f}, {"red", 0.1f},      {"green", 0.3f}, {"blue", 0.5f}, {"alpha", 0.9f},
      {"rgbaverage", 0.3f},    {"average", 0.45f}, {"one", 1},      {"zero", 0}};
  for (const auto& [item, value] : cases) {
    SCOPED_TRACE(item);
    par("outputredchan") = item;
    EXPECT_TRUE(gives({value, 0.3f, 0.5f, 0.9f}));
    par("outputredchan").reset();
    par("outputgreenchan") = item;
    EXPECT_TRUE(gives({0.1f, value, 0.5f, 0.9f}));
    par("outputgreenchan").reset();
    par("outputbluechan") = item;
    EXPECT_TRUE(gives({0.1f, 0.3f, value, 0.9f}));
    par("outputbluechan").reset();
    par("outputalphachan") = item;
    EXPECT_TRUE(gives({0.1f, 0.3f, 0.5f, value}));
    par("outputalphachan").reset();
  }
}

TEST_F(Reorder, ChannelsComeFromTheInputsNamed) {
  for (int i = 0; i < 4; ++i) pixel(glm::vec4(1, 2, 3, 4) + 10.0f * static_cast<float>(i)) >> op();
  par("outputred") = "input4";
  par("outputgreen") = "input3";
  par("outputblue") = "input2";
  EXPECT_TRUE(gives({31, 22, 13, 4}));
  par("outputalpha") = "input2";
  par("outputalphachan") = "blue";
  EXPECT_TRUE(gives({31, 22, 13, 13}));
}

TEST_F(Reorder, InputsThatAreNotConnectedAreZero) {
  pixel({1, 2, 3, 4}) >> op();
  op().inputConnectors()[2].connect(pixel({5, 6, 7, 8}));
  par("outputred") = "input3";
  par("outputgreen") = "input2";
  par("outputblue") = "input4";
  EXPECT_TRUE(gives({5, 0, 0, 4}));
}

TEST_F(Reorder, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& source = picture(test::sixColours());
  source >> level >> op();
  source >> op();
  level.par("invert") = 1;
  par("outputred") = "input2";
  par("outputgreenchan") = "luminance";
  expectSameUnfused(0.006f);
}

TEST_F(Reorder, MissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
