// Operators without pixels, for tests of the graph, and the table of their types.
#include "graph/support/test_ops.h"

#include "graph/op_table.h"

namespace topknot {
namespace {

template <class T>
std::unique_ptr<Op> make() {
  return std::make_unique<T>();
}

// An active output while its parameter is on.
class OutOp : public TestOp {
 public:
  OutOp() {
    declare().add("active", "Active", ParStyle::Toggle, true);
    active = [this] { return bool(par("active").eval()); };
  }
};

class ClockOp : public TestOp {
 public:
  ClockOp() { timely = true; }
};

const OpType kTypes[] = {
    {"blend", "Blend", "Needs two inputs.", 2, 2, make<TestOp>},
    {"clock", "Clock", "Depends on the frame.", 0, 0, make<ClockOp>},
    {"level", "Level", "Has one input.", 1, 1, make<TestOp>},
    {"mix", "Mix", "Has two inputs, needs one.", 1, 2, make<TestOp>},
    {"out", "Out", "An active output.", 1, 1, make<OutOp>},
    {"source", "Source", "Has no input.", 0, 0, make<TestOp>},
    {"stack", "Stack", "Takes any number of inputs.", 1, -1, make<TestOp>},
    {"styles", "Styles", "Has all styles of parameters.", 0, 3, make<AllStyles>},
};

}  // namespace

TestOp::TestOp() {
  declare().add("amount", "Amount", ParStyle::Float, 1.0);
}

TestOp::~TestOp() {
  if (obituaries) obituaries->push_back(name());
}

void TestOp::onCook(const Frame&) {
  if (work) work(*this);
}

AllStyles::AllStyles() {
  declare().page("Values");
  declare().add("gain", "Gain", ParStyle::Float, 0.5).limits(0.0, 1.0).slider(0.0, 2.0);
  declare().add("offset", "Offset", ParStyle::Float, glm::vec3(0.0f)).suffixes("xyz");
  declare().add("count", "Count", ParStyle::Int, 3).help("How many.");
  declare()
      .add("resolution", "Resolution", ParStyle::Int, glm::vec2(256, 256))
      .suffixes("wh")
      .limits(1.0, std::nullopt);
  declare().add("aspect", "Aspect", ParStyle::Float, glm::vec2(1.0f)).limits(std::nullopt, 9.0);
  declare().page("Texts");
  declare().add("on", "On", ParStyle::Toggle, false);
  declare().add("title", "Title", ParStyle::Str, "none");
  declare().add("file", "File", ParStyle::File, "");
  declare().add("top", "TOP", ParStyle::OpName, "");
  declare()
      .add("filter", "Filter", ParStyle::Menu, "linear")
      .menu({{"nearest", "Nearest"}, {"linear", "Linear"}, {"mipmap", "Mipmap"}});
  declare().add("reset", "Reset", ParStyle::Pulse, 0);
}

std::span<const OpType* const> builtinOpTypes() {
  static const OpType* const kTable[] = {&kTypes[0], &kTypes[1], &kTypes[2], &kTypes[3],
                                         &kTypes[4], &kTypes[5], &kTypes[6], &kTypes[7]};
  return kTable;
}

}  // namespace topknot
