// What tests that draw have in common: one context for the process, and a look back after each.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "topknot/context.h"
#include "topknot/graph.h"
#include "topknot/top.h"

namespace topknot::test {

/// A test with a graph. Afterwards the graph goes; no GL object may be left of it, and the driver
/// may not have refused a call. Without OpenGL it fails.
class GlTest : public ::testing::Test {
 protected:
  GlTest() {
    messages().clear();
    context().makeCurrent();
    graph_.emplace();
  }

  ~GlTest() override {
    graph_.reset();
    EXPECT_EQ(context().liveObjects(), 0) << "GL objects outlive their graph";
    for (const std::string& message : messages()) ADD_FAILURE() << "OpenGL: " << message;
  }

  /// The tolerance for what a linear filter gave: the weights of a GPU's have 8 bits.
  static double filtered(double tolerance) {
    return context().info().software ? tolerance : std::max(tolerance, 1.0 / 128);
  }
  /// Names and columns in compile results depend on whose compiler it is.
  static bool mesa() { return context().info().version.find("Mesa") != std::string::npos; }
  /// Waits until the GPU has done all that it was told.
  static void settle(Top& top) { top.sample({.u = 0.5, .v = 0.5, .w = 0.5}); }

  Graph& graph() { return *graph_; }
  void dropGraph() { graph_.reset(); }

  static Context& context() {
    static Context context = make();
    return context;
  }

 private:
  static Context make() {
    Context context = Context::headless({.debug = true});
    context.onDebugMessage([](const DebugMessage& message) {
      const bool severe = message.severity == DebugMessage::Severity::High;
      if ((message.error || severe) && !message.fromCompiler) messages().push_back(message.text);
    });
    return context;
  }
  static std::vector<std::string>& messages() {
    static std::vector<std::string> list;
    return list;
  }

  std::optional<Graph> graph_;
};

/// The sentence that a call throws; empty if it throws nothing.
template <class Call>
std::string thrown(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

inline ::testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "expected \"" << part << "\" in \"" << text << '"';
}

}  // namespace topknot::test
