// Golden pictures: what every operator shows in a few settings, against tests/ops/goldens.txt.
//
// On the renderer that wrote the file the bits are the same; on another one the pixels are near
// those of the file, which has them with 8 bits. With TOPKNOT_GOLDENS=write the file is written
// anew: look at what changed. An operator that the file does not know yet is no failure.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>

#include "ops/support/trees.h"
#include "support/gl_test.h"

namespace topknot {
namespace {

constexpr const char* kFile = TOPKNOT_SOURCE_DIR "/tests/ops/goldens.txt";
constexpr int kSettings = 3;          // the defaults, and two at random
constexpr double kTolerance = 0.012;  // three steps of 8 bits: one of the file, two of the driver

std::uint64_t hashOf(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

std::string hexadecimal(std::uint64_t number, int digits) {
  std::string text;
  for (int i = digits - 1; i >= 0; --i) text += "0123456789abcdef"[(number >> (4 * i)) & 15];
  return text;
}

/// One line of the file: `level.1 8x6 <hash of the floats> <pixels, 8 bits a channel>`.
struct Golden {
  std::string name, size, hash, pixels;

  static Golden of(const std::string& name, const Image& image) {
    Golden golden{
        name, std::to_string(image.width()) + "x" + std::to_string(image.height()), {}, {}};
    const auto bytes = image.bytes();
    golden.hash =
        hexadecimal(hashOf({reinterpret_cast<const char*>(bytes.data()), bytes.size()}), 16);
    for (const float value : image.floats()) {
      const double byte = std::round(std::clamp(static_cast<double>(value), 0.0, 1.0) * 255.0);
      golden.pixels += hexadecimal(static_cast<std::uint64_t>(byte), 2);
    }
    return golden;
  }

  /// The largest distance to a picture of the same size.
  double distance(const Image& image) const {
    double most = 0.0;
    std::size_t at = 0;
    for (const float value : image.floats()) {
      const double stored = std::stoi(pixels.substr(at, 2), nullptr, 16) / 255.0;
      most = std::max(most, std::abs(std::clamp(static_cast<double>(value), 0.0, 1.0) - stored));
      at += 2;
    }
    return most;
  }
};

class Goldens : public test::GlTest {
 protected:
  Image picture(const OpType& type, int setting) {
    Graph graph;
    Top& op = graph.add(type.name, "op").as<Top>();
    test::giveShader(op);
    const int inputs = type.maxInputs < 0 ? 2 : std::min(type.maxInputs, 2);
    for (int i = 0; i < std::max(inputs, 1); ++i) {
      auto& source = graph.add<GlslTop>(i == 0 ? "first" : "second");
      test::giveShader(source);
      source.par("outputresolution") = "custom";
      source.par("resolution") = i == 0 ? glm::vec2(8, 6) : glm::vec2(5, 7);
      source.par("format") = "rgba32float";
      if (i < inputs) source >> op;
    }
    op.par("resolution") = glm::vec2(8, 6);
    op.par("format") = "rgba32float";
    for (const auto& parameter : op.parameters().all()) choose(op, *parameter, setting);
    // Not what it shows while another thread compiles.
    if (auto* glsl = dynamic_cast<GlslTop*>(&op)) glsl->compiles();
    Image image = op.numpyArray();
    for (const std::string& error : op.errors()) ADD_FAILURE() << type.name << ": " << error;
    return image;
  }

  std::string renderer() const {
    return context().info().renderer + ", " + context().info().version;
  }

 private:
  /// By name, so that a new parameter leaves the others as they were.
  static void choose(const Op& op, const Parameter& parameter, int setting) {
    if (parameter.style() == ParStyle::OpName) op.par(parameter.name()) = "first";
    if (parameter.page() == "Common" || setting == 0) return;
    const std::string name = std::string(op.type().name) + " " + parameter.name();
    test::Dice dice(hashOf(name + " " + std::to_string(setting)));
    if (!dice.chance(0.25)) return;
    if (const auto value = test::randomValue(parameter, dice)) op.par(parameter.name()) = *value;
  }
};

TEST_F(Goldens, EveryOperatorShowsWhatItShowed) {
  const char* wish = std::getenv("TOPKNOT_GOLDENS");
  const bool writes = wish != nullptr && std::string(wish) == "write";
  std::ifstream file(kFile);
  std::string title;
  std::getline(file, title);
  std::map<std::string, Golden> known;
  for (Golden each; file >> each.name >> each.size >> each.hash >> each.pixels;) {
    known[each.name] = each;
  }
  if (!writes) {
    ASSERT_FALSE(known.empty()) << kFile << " cannot be read";
  }
  const bool same = title == renderer();
  std::string text = renderer() + "\n";
  for (const OpType* type : Graph::types()) {
    if (test::needsTheWorld(*type)) continue;
    for (int setting = 0; setting < kSettings; ++setting) {
      const std::string name = std::string(type->name) + "." + std::to_string(setting);
      const Image image = picture(*type, setting);
      const Golden golden = Golden::of(name, image);
      text += golden.name + " " + golden.size + " " + golden.hash + " " + golden.pixels + "\n";
      if (writes) continue;
      const auto found = known.find(name);
      if (found == known.end()) {
        std::cout << name << " is not in goldens.txt yet\n";
        continue;
      }
      ASSERT_EQ(found->second.size, golden.size) << name;
      EXPECT_LE(found->second.distance(image), kTolerance) << name;
      if (same) {
        EXPECT_EQ(found->second.hash, golden.hash) << name << " differs in some bits";
      }
    }
  }
  if (writes) std::ofstream(kFile) << text;
}

TEST_F(Goldens, AnotherPictureIsNoticed) {
  Image image(2, 1, PixelFormat::Rgba32Float);
  image.setPixel(0, 0, {0.25f, 0.5f, 0.75f, 1});
  const Golden golden = Golden::of("a", image);
  EXPECT_EQ(golden.pixels, "4080bfff00000000");
  EXPECT_LE(golden.distance(image), 0.002);
  image.setPixel(1, 0, {0, 0.0125f, 0, 0});
  EXPECT_GT(golden.distance(image), kTolerance);
  EXPECT_NE(Golden::of("a", image).hash, golden.hash);
}

}  // namespace
}  // namespace topknot
