// A graph that is changed at random for a long time: memory does not grow, no GL object is left,
// the driver refuses nothing, and no operator fails but for what a random wiring may do.
//
// TOPKNOT_COOKS sets the number of cooks, TOPKNOT_SOAK the seed. Each cook turns knobs; sizes
// change now and then; formats, menus, wires and operators change more rarely, as each such change
// may compile programs.
#include <gtest/gtest.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <array>
#include <cmath>
#include <fstream>
#include <iostream>

#include "ops/support/trees.h"
#include "support/gl_test.h"

namespace topknot {
namespace {

constexpr int kFewest = 4, kMost = 14;
constexpr int kObjects = 2000;  // textures that wait in the pool included
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kGrowth = 1e9;  // sanitizers keep what was freed; they look for leaks themselves
#else
constexpr double kGrowth = 96;  // MiB: the driver's own caches, filling
#endif

/// Of this process's memory, what is in use, in MiB. What a compiler took for a while and the
/// allocator kept is given back first.
double residentMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576.0;
}

class Soak : public test::GlTest {
 protected:
  Soak() : dice_(static_cast<std::uint64_t>(test::countFrom("TOPKNOT_SOAK", 1))) {}

  void step(int rarely) {
    for (int i = dice_.from(1, 3); i > 0; --i) turnKnob();
    if (dice_.below(20) == 0) resize();
    if (dice_.below(rarely) == 0) change();
    if (dice_.below(10) == 0) mend();
    const CookReport& report = graph().cook();
    cooked_ += static_cast<std::int64_t>(report.cooked.size());
    if (dice_.below(4) == 0) look(anyTop());
    check();
  }

  void grow() {
    std::vector<const OpType*> types;
    for (const OpType* type : Graph::types()) {
      if (!test::needsTheWorld(*type) && !test::givesSlices(*type)) types.push_back(type);
    }
    Top& top = graph().add(dice_.of(types)->name).as<Top>();
    test::giveShader(top);
    top.par("resolution") = glm::vec2(7, 5);
    for (int i = std::max(top.type().minInputs, 1); i > 0; --i) wire(top);
    if (dice_.chance(0.4)) top.pin();
  }

  std::int64_t cooked() const { return cooked_; }

 private:
  Op& any() { return *dice_.of(graph().ops()); }
  Top& anyTop() { return any().as<Top>(); }

  void wire(Op& to) {
    const int sockets = to.inputConnectors().size();
    if (sockets == 0) return;
    try {
      to.inputConnectors()[dice_.below(std::min(sockets, 4))].connect(any());
    } catch (const Error& error) {
      const std::string text = error.what();
      const bool expected =
          text.find("cycle") != std::string::npos || text.find("to itself") != std::string::npos;
      if (!expected) ADD_FAILURE() << text;
    }
  }

  /// Operators that wait for an input get one; somebody is always wanted.
  void mend() {
    int pinned = 0;
    for (Op* op : graph().ops()) {
      pinned += op->pinned() ? 1 : 0;
      if (!op->errors().empty()) wire(*op);
    }
    if (2 * pinned < graph().size()) any().pin();
  }

  void turnKnob() {
    const Op& op = any();
    for (int tries = 0; tries < 8; ++tries) {
      const Parameter& parameter = *dice_.of(op.parameters().all());
      const bool number =
          parameter.style() == ParStyle::Float || parameter.style() == ParStyle::Int;
      if (!number || parameter.page() == "Common") continue;
      const auto value = test::randomValue(parameter, dice_);
      if (!value) continue;
      op.par(parameter.name()) = *value;
      return;
    }
  }

  void resize() {
    Op& op = any();
    static const std::vector<std::string> kModes = {"useinput", "custom", "half", "limit", "fit"};
    op.par("outputresolution") = dice_.of(kModes);
    op.par("resolution") = glm::vec2(dice_.from(1, 20), dice_.from(1, 20));
  }

  void change() {
    Op& op = any();
    switch (dice_.below(14)) {
      case 0:
      case 1:
        wire(op);
        break;
      case 2:
        if (op.type().maxInputs != 0) {
          op.inputConnectors()[dice_.below(op.inputConnectors().size())].disconnect();
        }
        break;
      case 3:
        if (graph().size() < kMost) grow();
        break;
      case 4:
        if (graph().size() > kFewest) op.destroy();
        break;
      case 5:
        op.par("format") = std::string(dice_.of(pixelFormats()).name);
        break;
      case 6:
        op.par("chanmask") = dice_.chance(0.5) ? "rgba" : test::letters(dice_);
        break;
      case 7:
        op.par("npasses") = dice_.from(1, 3);
        break;
      case 8:
        op.pin(!op.pinned());
        break;
      case 9:
        graph().fusion(!graph().fusion());
        break;
      case 10:
        graph().resolutionMultiplier(dice_.chance(0.5) ? 1.0 : 0.5);
        break;
      case 11:
        op.bypass(!op.bypass());
        break;
      case 12:
        op.lock(!op.lock() && dice_.chance(0.5));
        break;
      default:
        changeItem(op);
        break;
    }
  }

  void changeItem(Op& op) {
    const Parameter& parameter = *dice_.of(op.parameters().all());
    if (parameter.page() == "Common") {
      if (parameter.name() == "inputfiltertype") op.par("inputfiltertype") = dice_.below(3);
    } else if (parameter.style() == ParStyle::OpName) {
      op.par(parameter.name()) = any().name();
    } else if (const auto value = test::randomValue(parameter, dice_)) {
      op.par(parameter.name()) = *value;
    }
  }

  void look(Top& top) {
    top.cook();
    if (!top.errors().empty()) return;
    const bool sound = top.inputErrors().empty();
    bool refused = false;
    try {
      if (dice_.chance(0.5)) {
        top.sample({.u = 0.5, .v = 0.5});
      } else {
        top.readback();
      }
    } catch (const Error& error) {
      refused = true;
      EXPECT_FALSE(sound) << error.what();
    }
    EXPECT_EQ(refused, !sound) << top.describe();
    top.sample({.u = 0.5, .v = 0.5, .allowStale = true});
  }

  void check() {
    for (const Op* op : graph().ops()) {
      for (const std::string& error : op->errors()) {
        const bool expected = error == "Not enough sources specified" ||
                              error.find("depends on itself") != std::string::npos;
        if (!expected) ADD_FAILURE() << op->name() << ": " << error;
      }
    }
    ASSERT_LT(context().liveObjects(), kObjects);
  }

  test::Dice dice_;
  std::int64_t cooked_ = 0;
};

TEST_F(Soak, NothingGrowsAndNothingFails) {
  const std::int64_t cooks = test::countFrom("TOPKNOT_COOKS", 2000);
  const int rarely = cooks > 100000 ? 400 : 40;
  for (int i = 0; i < 8; ++i) grow();
  double before = 0.0;
  for (std::int64_t i = 1; i <= cooks && !HasFailure(); ++i) {
    step(rarely);
    if (i % std::max<std::int64_t>(cooks / 8, 1) != 0) continue;
    const double memory = residentMemory();
    if (i * 4 <= cooks) before = memory;
    std::cout << i << " cooks, " << cooked() << " operators cooked: " << memory << " MiB, "
              << context().liveObjects() << " GL objects" << std::endl;
  }
  EXPECT_LT(residentMemory() - before, kGrowth);
  EXPECT_GT(cooked(), cooks) << "too little happened";
}

}  // namespace
}  // namespace topknot
