// Fused or not, the picture is the same but for rounding: every operator, and random trees of them.
//
// Unfused, each picture is stored in its format before the next operator reads it; fused, it is
// not. How much that may change the result depends on what the operators make of it: a contrast of
// 10 makes ten steps of one. So it is measured: in a third graph each stored picture is moved up or
// down by one step of its format (and of its readers' formats, which round what they make of it
// once more), several times at random. A pixel passes if it is within one step of the root's format
// of the unfused one, or within one and a half times the largest change that shaking made, plus
// that step. Where shaking changes nothing, e.g. in 32-bit floats, the pictures agree to a few
// 1e-6.
//
// TOPKNOT_TREES sets the number of random trees, TOPKNOT_TREE the seed of the first.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <list>
#include <set>

#include "ops/support/trees.h"
#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot {
namespace {

using test::Grain;
using test::Node;
using test::Tree;

constexpr int kFewRounds = 6, kRounds = 96;

class Trees : public test::GlTest {
 protected:
  struct Tally {
    std::int64_t values = 0, equal = 0, shaken = 0, loose = 0, infinite = 0;
    int fusedAway = 0;
    std::set<PixelFormat> formats;
  };

  /// Builds the tree fused and not, and compares the roots; a sentence if they differ.
  std::string compare(const Tree& tree) { return compare(tree, tree); }
  std::string compare(const Tree& tree, const Tree& fusedTree) {
    Graph &fused = another(), &plain = another(), &shaken = another();
    plain.fusion(false);
    shaken.fusion(false);
    const std::vector<Top*> ops = build(fusedTree, fused);
    const Image one = ops.back()->numpyArray();
    const Image two = build(tree, plain).back()->numpyArray();
    for (const Op* op : plain.ops()) {
      for (const std::string& error : op->errors()) return op->name() + ": " + error;
    }
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (!ops[i]->errors().empty()) return ops[i]->name() + ": " + ops[i]->errors()[0];
      tally_.formats.insert(pixelFormatFromName(ops[i]->pixelFormatName()));
      if (i + 1 < ops.size() && ops[i]->gpuMemory() == 0) ++tally_.fusedAway;
    }
    if (one.width() != two.width() || one.height() != two.height()) return "the sizes differ";
    const Grain grain = Grain::of(pixelFormatFromName(ops.back()->pixelFormatName()));
    std::vector<glm::vec4> tolerance = steps(two, grain);
    std::string wrong = difference(one, two, tolerance, true);
    if (wrong.empty()) return {};
    test::Shaken shaker(tree, shaken);
    for (int round = 0; round < kRounds && !wrong.empty(); ++round) {
      widen(tolerance, shaker.picture(round), two, shaker.grain());
      if (round >= kFewRounds - 1) wrong = difference(one, two, tolerance, false);
    }
    return wrong;
  }

  const Tally& tally() const { return tally_; }

  void print() const {
    const auto share = [&](std::int64_t count) {
      return std::to_string(100.0 * static_cast<double>(count) /
                            static_cast<double>(std::max<std::int64_t>(tally_.values, 1)));
    };
    std::cout << tally_.values << " values: " << share(tally_.equal) << " % equal, "
              << share(tally_.shaken) << " % in pictures that had to be shaken, "
              << share(tally_.loose) << " % with a tolerance above 0.1, " << share(tally_.infinite)
              << " % not finite; " << tally_.fusedAway << " operators without a pass of their own, "
              << tally_.formats.size() << " formats\n";
  }

 private:
  /// An empty graph. The latest ones live on for the sake of their programs.
  Graph& another() {
    if (graphs_.size() == kGraphs) graphs_.pop_front();
    return graphs_.emplace_back();
  }

  static std::vector<glm::vec4> steps(const Image& image, const Grain& grain) {
    std::vector<glm::vec4> tolerance;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x)
        tolerance.push_back(1.01f * grain.at(image.pixel(x, y)));
    }
    return tolerance;
  }

  static void widen(std::vector<glm::vec4>& tolerance, const Image& moved, const Image& still,
                    const Grain& grain) {
    for (int y = 0; y < still.height(); ++y) {
      for (int x = 0; x < still.width(); ++x) {
        glm::vec4& each = tolerance[static_cast<std::size_t>(y * still.width() + x)];
        const glm::vec4 value = still.pixel(x, y);
        each = glm::max(each, 1.5f * glm::abs(moved.pixel(x, y) - value) + 1.01f * grain.at(value));
      }
    }
  }

  std::string difference(const Image& one, const Image& two,
                         const std::vector<glm::vec4>& tolerance, bool first) {
    std::string wrong;
    for (int y = 0; y < two.height(); ++y) {
      for (int x = 0; x < two.width(); ++x) {
        const glm::vec4 a = one.pixel(x, y), b = two.pixel(x, y);
        const glm::vec4 allowed = tolerance[static_cast<std::size_t>(y * two.width() + x)];
        for (int i = 0; i < 4; ++i) {
          if (first) ++tally_.values;
          if (first && a[i] == b[i]) ++tally_.equal;
          if (!std::isfinite(a[i]) || !std::isfinite(b[i])) {
            if (first) ++tally_.infinite;
            continue;
          }
          if (std::abs(a[i] - b[i]) <= allowed[i]) continue;
          if (!wrong.empty()) continue;
          std::ostringstream text;
          text << "pixel " << x << ", " << y << " channel "
               << "rgba"[i] << ": fused " << a[i] << ", alone " << b[i] << ", tolerance "
               << allowed[i];
          wrong = text.str();
        }
      }
    }
    if (first && !wrong.empty()) tally_.shaken += two.width() * two.height() * 4;
    if (!first && wrong.empty()) {
      for (const glm::vec4 each : tolerance) {
        for (int i = 0; i < 4; ++i) tally_.loose += each[i] > 0.1f ? 1 : 0;
      }
    }
    return wrong;
  }

  static constexpr std::size_t kGraphs = 150;
  std::list<Graph> graphs_;
  Tally tally_;
};

/// A pattern, a level, the operator, a level: the operator is in the middle of a pass, if it can
/// be.
Tree between(const OpType& type, const std::string& format) {
  Tree tree;
  const auto source = [](glm::vec2 size) {
    Node node{"glsl", {}, {}};
    node.settings = {
        {"outputresolution", "custom"}, {"resolution", size}, {"format", "rgba32float"}};
    return node;
  };
  tree.nodes = {source({9, 7}), source({7, 9})};
  tree.nodes.push_back({"level", {0}, {{"gamma1", 1.5}, {"format", format}}});
  tree.nodes.push_back({"level", {1}, {{"contrast", 0.8}, {"format", format}}});
  Node op{std::string(type.name), {}, {}};
  const int most = type.maxInputs < 0 ? 3 : type.maxInputs;
  for (int i = 0; i < most; ++i) op.inputs.push_back(i == 1 ? 3 : 2);
  if (type.name == "select") op.settings.push_back({"top", {}, 2});
  tree.nodes.push_back(op);
  tree.nodes.push_back({"level", {4}, {{"opacity", 0.9}}});
  return tree;
}

TEST_F(Trees, EveryOperatorBetweenLevels) {
  std::size_t next = 0;
  for (const OpType* type : Graph::types()) {
    if (test::needsTheWorld(*type) || test::givesSlices(*type)) continue;
    // The formats take turns: every operator in two, every format with some.
    for (int i = 0; i < 2; ++i) {
      const PixelFormatInfo& info = pixelFormats()[next++ * 7 % pixelFormats().size()];
      const Tree tree = between(*type, std::string(info.name));
      const std::string wrong = compare(tree);
      EXPECT_EQ(wrong, "") << type->name << " in " << info.name << ":\n" << tree.listing();
    }
  }
  print();
}

TEST_F(Trees, RandomTrees) {
  const std::int64_t count = test::countFrom("TOPKNOT_TREES", 25);
  const std::int64_t first = test::countFrom("TOPKNOT_TREE", 1);
  for (std::int64_t seed = first; seed < first + count; ++seed) {
    test::Dice dice(static_cast<std::uint64_t>(seed));
    test::TreeMaker maker(graph(), static_cast<std::uint64_t>(seed));
    const Tree tree = maker.tree(dice.from(2, 12));
    const std::string wrong = compare(tree);
    EXPECT_EQ(wrong, "") << "TOPKNOT_TREE=" << seed << ":\n" << tree.listing();
  }
  print();
  if (count < 25) return;
  if (count >= 100) {
    EXPECT_EQ(tally().formats.size(), pixelFormats().size());
  }
  EXPECT_GT(tally().fusedAway, count / 2) << "little was fused";
  EXPECT_LT(tally().loose, tally().values / 4) << "most of the pictures are hardly compared";
  EXPECT_LT(tally().infinite, tally().values / 20);
}

TEST_F(Trees, AWrongPictureIsFound) {
  for (const auto& [format, error] : {std::pair{"rgba8fixed", 6 / 255.0}, {"rgba32float", 3e-5}}) {
    Tree right = between(*Graph::types()[0], format);
    right.nodes[4] = {"null", {2}, {}};
    EXPECT_EQ(compare(right), "");
    Tree wrong = right;
    wrong.nodes[5].settings.push_back({"lowg", error});
    wrong.nodes[5].settings.push_back({"highg", 1.0 + error});
    EXPECT_TRUE(test::contains(compare(right, wrong), "channel g")) << format;
  }
}

}  // namespace
}  // namespace topknot
