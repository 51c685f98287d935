// The pictures of the operators' reference, src/ops/pictures, are what the operators draw.
//
// With TOPKNOT_PICTURES=write they are written anew: look at what changed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "support/gl_test.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

constexpr glm::vec2 kSize(160, 90);

constexpr const char* kBend = R"(
out vec4 fragColor;
void main() {
  vec2 uv = vUV.st + 0.05 * vec2(sin(vUV.t * 12.0), 0.0);
  fragColor = TDOutputSwizzle(texture(sTD2DInputs[0], uv));
})";

using Settings = std::vector<std::pair<std::string, Value>>;

/// What shows an operator best. Those that are not here show their kind with the defaults.
const std::map<std::string_view, Settings>& settings() {
  static const std::map<std::string_view, Settings> kSettings = {
      {"blur", {{"size", 20}}},
      {"circle",
       {{"fillcolorr", 1.0}, {"fillcolorg", 0.55}, {"fillcolorb", 0.1}, {"borderwidth", 0.04}}},
      {"composite", {{"operand", "screen"}}},
      {"constant", {{"colorr", 0.95}, {"colorg", 0.5}, {"colorb", 0.15}}},
      {"crop", {{"cropleft", 0.1}, {"cropright", 0.6}, {"cropbottom", 0.1}, {"croptop", 0.6}}},
      {"feedback", {{"top", "first"}}},
      {"fit", {{"fit", "fitbest"}, {"r", 12.0}, {"sx", 0.8}, {"sy", 0.8}}},
      {"flip", {{"flipx", true}}},
      {"hsvadjust", {{"hueoffset", 120.0}}},
      {"level", {{"brightness1", 1.3}, {"gamma1", 0.6}, {"contrast", 1.4}}},
      {"math", {{"gain", 1.6}}},
      {"moviefilein", {{"file", TOPKNOT_SOURCE_DIR "/examples/picture.png"}}},
      {"noise", {{"period", 0.4}}},
      {"rectangle",
       {{"fillcolorr", 0.2},
        {"fillcolorg", 0.6},
        {"fillcolorb", 0.9},
        {"rotate", 20.0},
        {"cornerradius", 0.1}}},
      {"renderselect", {{"top", "first"}}},
      {"reorder", {{"outputredchan", "blue"}, {"outputbluechan", "red"}}},
      {"select", {{"top", "first"}}},
      {"switch", {{"index", 1}}},
      {"transform", {{"rotate", 20.0}, {"sx", 0.6}, {"sy", 0.6}, {"extend", "repeat"}}},
  };
  return kSettings;
}

std::filesystem::path fileOf(std::string_view name) {
  return std::filesystem::path(TOPKNOT_SOURCE_DIR) / "src/ops/pictures" /
         (std::string(name) + ".png");
}

/// The share of pixels that differ by more than a few steps: antialiased edges may, on another
/// driver.
double shareOfOthers(const Image& a, const Image& b) {
  int others = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const glm::vec4 d = glm::abs(a.pixel(x, y) - b.pixel(x, y));
      if (std::max({d.r, d.g, d.b, d.a}) > 0.03f) ++others;
    }
  }
  return static_cast<double>(others) / (a.width() * a.height());
}

class Pictures : public test::GlTest {
 protected:
  Image pictureOf(const OpType& type) {
    Graph graph;
    Top& hills = graph.add<GlslTop>("first");
    hills.as<GlslTop>().pixelShaderFile(TOPKNOT_SOURCE_DIR "/examples/picture.frag");
    Top& second = secondFor(type.name, graph);
    for (Top* source : {&hills, &second}) customSize(*source);
    Top& op = graph.add(type.name, "op").as<Top>();
    if (type.maxInputs == 0 || type.name == "noise" || isShape(type.name)) customSize(op);
    connect(hills, second, op);
    prepare(graph, op);
    if (const auto found = settings().find(type.name); found != settings().end()) {
      for (const auto& [name, value] : found->second) op.par(name) = value;
    }
    op.par("format") = "rgba8fixed";
    for (int frame = 0; frame < 2; ++frame) graph.cook();
    std::optional<Image> picture = op.readback(ReadbackOptions{});
    for (const std::string& error : op.errors()) ADD_FAILURE() << type.name << ": " << error;
    Image first(picture->width(), picture->height(), PixelFormat::Rgba8Fixed);
    for (int y = 0; y < first.height(); ++y) {
      for (int x = 0; x < first.width(); ++x) first.setPixel(x, y, picture->pixel(x, y));
    }
    return first;
  }

 private:
  static bool isShape(std::string_view name) {
    return name == "circle" || name == "constant" || name == "ramp" || name == "rectangle";
  }

  static void customSize(Top& top) {
    top.par("outputresolution") = "custom";
    top.par("resolution") = kSize;
  }

  /// A disc, or for `lookup` a table of two colours.
  static Top& secondFor(std::string_view name, Graph& graph) {
    if (name == "lookup") {
      Top& ramp = graph.add("ramp", "second").as<Top>();
      ramp.par("type") = "horizontal";
      ramp.par("keys") = "0 0.1 0 0.3 1, 1 1 0.9 0.3 1";
      return ramp;
    }
    Top& disc = graph.add("circle", "second").as<Top>();
    disc.par("fillcolorg") = 0.55;
    disc.par("fillcolorb") = 0.1;
    disc.par("radius") = glm::vec2(0.35f);
    return disc;
  }

  static void connect(Top& hills, Top& second, Top& op) {
    const OpType& type = op.type();
    if (type.maxInputs == 0 || type.name == "noise" || isShape(type.name)) return;
    const bool disc = type.maxInputs < 0 ? type.name == "composite" || type.name == "switch"
                                         : type.maxInputs == 2;
    if (type.name == "over") {
      second >> op;
      hills >> op;
    } else {
      hills >> op;
      if (disc) second >> op;
    }
  }

  /// What more than its inputs some operators need.
  static void prepare(Graph& graph, Top& op) {
    if (auto* glsl = dynamic_cast<GlslTop*>(&op)) {
      glsl->pixelShader(kBend);
      EXPECT_TRUE(glsl->compiles()) << glsl->compileResult();
    }
    const std::string block = "topknot-pictures-" + std::to_string(::getpid());
    if (op.type().name == "sharedmemout" || op.type().name == "sharedmemin") op.par("name") = block;
    if (op.type().name != "sharedmemin") return;
    Top& sender = graph.add("sharedmemout", "sender").as<Top>();
    sender.par("name") = block;
    graph.op("first") >> sender;
    graph.cook();
  }
};

TEST_F(Pictures, OfTheReferenceAreWhatTheOperatorsDraw) {
  const char* wish = std::getenv("TOPKNOT_PICTURES");
  const bool writes = wish != nullptr && std::string_view(wish) == "write";
  for (const OpType* type : Graph::types()) {
    const Image picture = pictureOf(*type);
    if (writes) {
      saveImage(picture, fileOf(type->name), {.createFolders = true});
      continue;
    }
    const Image known = loadImage(fileOf(type->name));
    ASSERT_EQ(known.width(), picture.width()) << type->name;
    ASSERT_EQ(known.height(), picture.height()) << type->name;
    EXPECT_LE(shareOfOthers(known, picture), 0.02)
        << type->name << " draws something else; TOPKNOT_PICTURES=write writes its picture anew";
  }
}

}  // namespace
}  // namespace topknot
