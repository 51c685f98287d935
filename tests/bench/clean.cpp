// What a frame costs that has nothing to do, and what an operator costs that only passes on.
#include <iostream>
#include <memory>

#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kOperators = 10000, kNulls = 1000;
constexpr int kWidth = 1920, kHeight = 1080;

/// `count` operators in chains of `length`, the end of each chain wanted every frame.
void fill(Graph& graph, int count, int length) {
  for (int made = 0; made < count; made += length) {
    Op* end = &graph.add("constant");
    end->par("resolution") = glm::vec2(16);
    for (int i = 1; i < length; ++i) {
      Op& op = graph.add("math");
      op.par("gain") = 0.5;
      end = &(*end >> op);
    }
    end->pin();
  }
  graph.cook();
  graph.cook();
  expectSound(graph);
  const std::string again = graph.cook().text();
  if (!again.empty()) throw Error("nothing is dirty, and yet these cook: " + again.substr(0, 100));
}

void measureClean(Context& context, const bench::Options& options) {
  Rounds rounds("clean", "16x16", "rgba8", "ms_per_frame", options);
  context.makeCurrent();
  const auto own = [&] { context.makeCurrent(); };
  Graph none, row, chains;
  rounds.add("topknot_empty", own, [&](int) { none.cook(); });
  if (rounds.wants("topknot_row")) {
    row.fusion(false);
    fill(row, kOperators, kOperators);
  }
  rounds.add("topknot_row", own, [&](int) { row.cook(); });
  if (rounds.wants("topknot_chains")) fill(chains, kOperators, 10);
  rounds.add("topknot_chains", own, [&](int) { chains.cook(); });
  rounds.measure();
  rounds.cpuAbove("10,000 operators in a row, nothing dirty, above an empty graph", "topknot_row",
                  "topknot_empty", atMost(1.0));
  rounds.cpuAbove("… in 1,000 fused chains", "topknot_chains", "topknot_empty", atMost(1.0));
}

/// A photograph with so many operators behind it that pass it on. Nothing is drawn: what changes
/// is a parameter that only says how the first one is shown.
class Nulls {
 public:
  explicit Nulls(const Pictures& pictures) {
    Op& photo = graph_.add("moviefilein", "photo");
    photo.par("file") = pictures.fileA();
    Op* end = &photo;
    for (int i = 0; i < kNulls; ++i) {
      Op& op = graph_.add("null");
      if (i == 0) first_ = &op;
      end = &(*end >> op);
    }
    end->pin();
    run(0);
    run(1);
    expectSound(graph_);
    if (graph_.report().cooked.size() != kNulls) throw Error("not every null cooks");
    if (end->as<Top>().textureName() != photo.as<Top>().textureName()) {
      throw Error("a null does not share its input's texture");
    }
  }
  void run(int frame) {
    first_->par("filtertype") = frame % 2 == 0 ? "nearest" : "linear";
    graph_.cook();
  }
  void again() { graph_.cook(*first_, true); }

 private:
  Graph graph_;
  Op* first_ = nullptr;
};

void measureNulls(Context& context, const glk::Context& floors, const bench::Options& options) {
  const Pictures pictures(kWidth, kHeight);
  floors.makeCurrent();
  glk::Target from, to;
  from.create(kWidth, kHeight, GL_RGBA8);
  to.create(kWidth, kHeight, GL_RGBA8);
  context.makeCurrent();
  Nulls nulls(pictures);
  const auto own = [&] { context.makeCurrent(); };
  Rounds rounds("pass", sizeText(kWidth, kHeight), "rgba8", "us_per_node", options, 1000.0);
  rounds.add(
      "gl_copy_image", [&] { floors.makeCurrent(); },
      [&](int) {
        glCopyImageSubData(from.tex, GL_TEXTURE_2D, 0, 0, 0, 0, to.tex, GL_TEXTURE_2D, 0, 0, 0, 0,
                           kWidth, kHeight, 1);
        glFinish();
      });
  rounds.add(
      "topknot_null", own, [&](int frame) { nulls.run(frame); }, kNulls);
  rounds.add("topknot_null_forced", own, [&](int) { nulls.again(); });
  rounds.measure();
  rounds.time("`null` of a chain of 1,000, per cook", "topknot_null", "µs", atMost(0.3));
  rounds.time("`null`, one forced cook of the graph", "topknot_null_forced", "µs");
  rounds.time("raw copy of the same picture", "gl_copy_image", "µs");
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const glk::Context floors;
  Context context = Context::headless();
  measureClean(context, options);
  measureNulls(context, floors, options);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
