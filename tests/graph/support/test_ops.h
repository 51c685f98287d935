// Operators without pixels, for tests of the graph.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "topknot/graph.h"

namespace topknot {

/// Does what a test tells it to. Its parameter `amount` is any number.
class TestOp : public Op {
 public:
  static constexpr std::string_view kTypeName = "test";
  TestOp();
  ~TestOp() override;

  std::function<void(TestOp&)> work;            ///< called by each cook
  std::function<bool()> active;                 ///< whether it wants to cook; empty: no
  bool timely = false;                          ///< depends on the frame
  std::function<std::vector<Op*>()> dependsOn;  ///< references
  std::function<Drawing()> drawn;               ///< drawing
  std::function<void()> asking;                 ///< called by onAsk
  std::function<void(bool)> locking;            ///< called by lock
  std::vector<std::string>* obituaries = nullptr;

  Drawing drawing() const override { return drawn ? drawn() : Drawing(); }

  using Op::addError;
  using Op::addOutputError;
  using Op::addWarning;
  using Op::declare;
  using Op::markDirty;

 protected:
  void onAsk() override {
    if (asking) asking();
  }
  void onCook(const Frame& frame) override;
  bool isActiveOutput() const override { return active && active(); }
  bool isTimeDependent() const override { return timely; }
  void onLock(bool on) override {
    if (locking) locking(on);
  }
  void references(std::vector<Op*>& ops) const override {
    if (!dependsOn) return;
    for (Op* op : dependsOn()) ops.push_back(op);
  }
};

/// Has a parameter of each style.
class AllStyles : public TestOp {
 public:
  static constexpr std::string_view kTypeName = "styles";
  AllStyles();
};

inline TestOp& addTo(Graph& graph, std::string_view type, std::string_view name = {}) {
  return graph.add(type, name).as<TestOp>();
}

/// What an action throws as topknot::Error; empty if nothing.
template <class Action>
std::string errorOf(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace topknot
