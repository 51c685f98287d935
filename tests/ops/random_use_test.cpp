// Random use of the interface: any call in any order, with good and with senseless arguments, under
// texture budgets. Calls succeed or throw Error; nothing else may happen, no GL object stays
// behind, the budget holds, and a graph that was pushed about shows what a fresh one of the same
// state shows.
//
// TOPKNOT_CALLS sets the calls of each seed, TOPKNOT_SEEDS how many, TOPKNOT_FIRST_SEED where they
// begin; with TOPKNOT_TRACE the calls are told as they are made.
#include <gtest/gtest.h>
#include <unistd.h>

#include <iostream>
#include <limits>

#include "ops/support/random_graph.h"
#include "ops/support/twin.h"
#include "support/gl_test.h"

namespace topknot {
namespace {

/// What a program does with such a graph.
class User : public test::RandomGraph {
 public:
  User(std::uint64_t seed, const test::Folder& folder)
      : RandomGraph(seed, folder, "topknot-use-" + std::to_string(::getpid()) + "-") {
    renew();
    while (graph_->size() < kFewest) {
      try {
        add();
      } catch (const Error&) {
        // Random as it is, the next one may succeed.
      }
    }
  }

  /// One call, or a few that belong together.
  void call() {
    struct Act {
      int weight;
      const char* name;
      void (User::*act)();
    };
    static const Act kActs[] = {{8, "add", &User::add},
                                {4, "remove", &User::remove},
                                {4, "rename", &User::rename},
                                {16, "wire", &User::wire},
                                {5, "unwire", &User::unwire},
                                {80, "set", &User::set},
                                {3, "flags", &User::flags},
                                {8, "graph", &User::ofGraph},
                                {9, "shader", &User::shader},
                                {20, "uniform", &User::uniform},
                                {3, "ask shader", &User::askShader},
                                {5, "cook", &User::cook},
                                {4, "members", &User::members},
                                {3, "sample", &User::sample},
                                {2, "readback", &User::readback},
                                {3, "ring", &User::ring},
                                {4, "ticket", &User::ticket},
                                {1, "save", &User::save},
                                {2, "tell", &User::tell},
                                {5, "budget", &User::budget},
                                {2, "contexts", &User::contexts},
                                {2, "reader", &User::reader}};
    static const int kAll = [] {
      int sum = 0;
      for (const Act& act : kActs) sum += act.weight;
      return sum;
    }();
    int at = dice_.below(kAll);
    const Act* chosen = kActs;
    while (at >= chosen->weight) at -= (chosen++)->weight;
    static const bool kTraced = std::getenv("TOPKNOT_TRACE") != nullptr;
    ++calls_;
    if (kTraced) std::cerr << calls_ << " " << chosen->name << std::endl;
    try {
      (this->*chosen->act)();
    } catch (const Error& error) {
      if (std::string(error.what()).empty()) ADD_FAILURE() << chosen->name << ": an empty sentence";
      ++refused_;
    } catch (const std::exception& error) {
      ADD_FAILURE() << chosen->name << ": not an Error: " << error.what();
    }
    check();
  }

  /// That some operator shows what one in a fresh graph shows.
  void compare() {
    if (!plain_) return;
    const std::int64_t budget = context_->textureBudget();
    context_->textureBudget(std::numeric_limits<std::int64_t>::max());
    for (Op* op : ops()) {
      try {
        compare(op->as<Top>());
      } catch (const Error&) {
        // It cannot be drawn at all.
      }
    }
    context_->textureBudget(budget);
    held_ = context_->textureMemory();
  }

  void end() {
    rings_.clear();
    shaders_.clear();
    graph_.reset();
    tickets_.clear();
    EXPECT_EQ(context_->liveObjects(), 0) << "GL objects outlive their graph";
    EXPECT_EQ(context_->textureMemory(), 0);
    context_.reset();
    other_.reset();
  }

  std::int64_t refused() const { return refused_; }
  std::int64_t compared() const { return compared_; }

 private:
  void compare(Top& end) {
    const std::vector<Op*> sources = test::sourcesOf(end);
    if (sources.empty()) return;
    const Image shown = end.numpyArray();
    for (const Op* op : sources) {
      if (!op->errors().empty() || isVague(*op)) return;
    }
    const Image twin = test::twinOf(end, sources, [&](const Op& op, Op& made) {
      const auto found = shaders_.find(&op);
      if (found != shaders_.end()) found->second(made.as<GlslTop>());
    });
    EXPECT_LT(test::difference(shown, twin), 0.3)
        << end.describe() << " shows " << shown.width() << " × " << shown.height()
        << ", a fresh one " << twin.width() << " × " << twin.height() << "\n"
        << graph_->explain().text();
    ++compared_;
  }

  /// What a fresh graph cannot be given again, or may round to something else.
  static bool isVague(const Op& op) {
    static const std::set<std::string_view> kJumpy = {
        "threshold", "noise", "hsvadjust", "lookup", "math", "level", "cubemap", "composite"};
    if (kJumpy.contains(op.type().name)) return true;
    for (const Parameter* parameter : op.parameters().all()) {
      if (parameter->name() == "format" && parameter->value() != "rgba32float") return true;
    }
    return op.type().name == GlslTop::kTypeName && op.par("mode").eval() == "compute";
  }

  // Looks at pictures.

  void members() {
    Top& top = anyTop();
    switch (dice_.below(6)) {
      case 0:
        EXPECT_GE(top.width() * top.height(), 0);
        break;
      case 1:
        EXPECT_GE(top.gpuMemory(), 0);
        break;
      case 2:
        top.aspect();
        break;
      case 3:
        top.pixelFormat();
        break;
      case 4:
        top.depth();
        break;
      default:
        top.drawing();
        top.curPass();
        top.newestSliceWOffset();
        break;
    }
  }

  void sample() {
    SamplePoint point;
    if (dice_.chance(0.8)) point.x = dice_.from(-1, kSide);
    if (!point.x || dice_.chance(0.1)) point.u = dice_.between(-0.1, 1.1);
    point.v = dice_.between(0.0, 1.05);
    if (dice_.chance(0.2)) point.z = dice_.from(0, 3);
    anyTop().sample(point);
  }

  ReadbackOptions options() {
    ReadbackOptions options;
    options.delayed = dice_.chance(0.3);
    if (dice_.chance(0.3)) options.channels = test::letters(dice_);
    if (dice_.chance(0.1)) options.channels = "rx";
    if (dice_.chance(0.3)) options.type = ReadbackType::Float32;
    if (dice_.chance(0.3)) options.region = {dice_.from(-1, 3), 0, dice_.from(0, 9), 1};
    return options;
  }

  void readback() {
    Top& top = anyTop();
    switch (dice_.below(4)) {
      case 0:
        top.numpyArray();
        break;
      case 1:
        top.numpyArray(options());
        break;
      case 2:
        top.readback();
        break;
      default:
        top.readback(options());
        break;
    }
  }

  void ring() {
    static const std::vector<WhenFull> kRules = {WhenFull::Wait, WhenFull::DropNewest,
                                                 WhenFull::DropOldest};
    const ReadbackRing ring{dice_.from(0, 4), dice_.of(kRules)};
    if (rings_.size() < 4 && dice_.chance(0.4)) {
      Top& top = anyTop();
      rings_.emplace_back(&top, Readback(top, ring));
    } else if (!rings_.empty() && dice_.chance(0.3)) {
      rings_.erase(rings_.begin() + dice_.below(static_cast<int>(rings_.size())));
    } else {
      Readback& held = rings_.empty() ? anyTop().delayedReadback() : rings_[0].second;
      if (dice_.chance(0.3)) held.ring(ring);
      if (dice_.chance(0.1)) held.clear();
      tickets_.push_back(held.start(options()));
      held.take();
      if (ReadbackTicket ticket = held.takeTicket()) tickets_.push_back(ticket);
      held.counters();
      held.gpuMemory();
      if (rings_.size() > 1) std::swap(rings_[0], rings_[1]);
    }
    while (tickets_.size() > 6) tickets_.erase(tickets_.begin());
  }

  void ticket() {
    const ReadbackTicket held = tickets_.empty() ? ReadbackTicket() : dice_.of(tickets_);
    switch (dice_.below(4)) {
      case 0:
        held.ready();
        break;
      case 1:
        held.get();
        break;
      case 2:
        held.view();
        break;
      default:
        held.save(folder_ / "ticket.bmp", {.asynchronous = dice_.chance(0.5)}).wait();
        break;
    }
  }

  void save() {
    static const std::vector<std::string> kNames = {"out.bmp",     "out.png",   "out.exr",
                                                    "out.jpg",     "out.dds",   "out.tif",
                                                    "out.nothing", "no/out.png"};
    const std::string& name = dice_.of(kNames);
    if (dice_.chance(0.3)) {
      anyTop().saveByteArray(name);
    } else if (name.ends_with("bmp") || dice_.chance(0.3)) {
      anyTop().save(folder_ / name, {.asynchronous = dice_.chance(0.5), .quality = 0.5}).wait();
    } else {
      anyTop().textureName();
    }
  }

  void reader() {
    SharedMemReader reader(dice_.chance(0.9) ? sharedName() : test::anyName(dice_));
    if (dice_.chance(0.5)) {
      reader.read(std::chrono::milliseconds(1));
    } else {
      reader.view();
    }
  }

  // Contexts and their memory.

  void budget() {
    if (dice_.chance(0.1)) return context_->textureBudget(dice_.from(-1, 0));
    const std::int64_t most = dice_.chance(0.2) ? 2'000'000 : dice_.from(1, 60'000);
    held_ = context_->textureMemory();
    context_->textureBudget(most);
  }

  void renew() {
    std::optional<Context> next = Context::headless({.debug = true});
    next->onDebugMessage([](const DebugMessage& message) {
      if (message.error && !message.fromCompiler) ADD_FAILURE() << "OpenGL: " << message.text;
    });
    next->textureBudget(4'000'000);
    context_ = std::move(next);
    context_->makeCurrent();
    held_ = 0;
  }

  void contexts() {
    switch (dice_.below(6)) {
      case 0:
        if (!dice_.chance(0.2)) break;
        return renew();  // the old one ends, with a graph that draws in it
      case 1: {
        if (!other_) other_ = Context::headless();
        other_->makeCurrent();
        if (dice_.chance(0.7)) context_->makeCurrent();
        break;
      }
      case 2: {
        Context moved = std::move(*context_);
        context_ = std::move(moved);
        break;
      }
      case 3:
        if (dice_.chance(0.5)) other_.reset();
        break;
      case 4:
        context_->cookDeadline(dice_.chance(0.5) ? 600.0 : -1.0);
        break;
      default:
        EXPECT_EQ(context_->lost(), "");
        context_->makeCurrent();
        break;
    }
  }

  void check() {
    const std::int64_t used = context_->textureMemory();
    if (used > std::max(context_->textureBudget(), held_)) {
      ADD_FAILURE() << used << " bytes are in use, " << context_->textureBudget() << " are allowed";
    }
    held_ = std::min(held_, used);
  }

  std::optional<Context> context_, other_;
  std::int64_t held_ =
      0;  // bytes that were in use when the budget was set, as far as they still are
  std::vector<ReadbackTicket> tickets_;
  std::int64_t calls_ = 0, refused_ = 0, compared_ = 0;
};

class RandomUse : public ::testing::Test {
 protected:
  RandomUse() {
    ::setenv("LP_NUM_THREADS", "0",
             0);  // tiny pictures are drawn faster without the renderer's threads
    saveImage(test::sixColours(), folder_ / "good.png");
    saveImage(test::sixColours(PixelFormat::Rgba32Float), folder_ / "half.exr");
    for (int i = 0; i < 3; ++i) {
      saveImage(test::sixColours(), folder_ / ("seq." + std::to_string(i) + ".png"));
    }
    folder_.write("damaged.png", "\x89PNG\r\n\x1a\n and nothing else");
    folder_.write("text.txt", "1 2 3\n4 5 6\n");
    folder_.write("shader.frag", "out vec4 c; void main() { c = vec4(0.5); }");
  }
  test::Folder folder_;
};

TEST_F(RandomUse, EndsInNothingButErrors) {
  const std::int64_t calls = test::countFrom("TOPKNOT_CALLS", 1000);
  const std::int64_t first = test::countFrom("TOPKNOT_FIRST_SEED", 1);
  const std::int64_t seeds = test::countFrom("TOPKNOT_SEEDS", 20);
  std::int64_t refused = 0, compared = 0;
  for (std::int64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("TOPKNOT_FIRST_SEED=" + std::to_string(seed));
    User user(static_cast<std::uint64_t>(seed), folder_);
    for (std::int64_t i = 1; i <= calls && !HasFailure(); ++i) {
      user.call();
      if (i % 100 == 0) user.compare();
    }
    user.end();
    refused += user.refused();
    compared += user.compared();
  }
  std::cout << refused << " calls were refused, " << compared << " pictures compared" << std::endl;
  EXPECT_GT(refused, 0);
  if (seeds >= 20) {
    EXPECT_GT(compared, 0);
  }
}

}  // namespace
}  // namespace topknot
