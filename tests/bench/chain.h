// The chain of the kit's W1 as a graph: photo → level → saturation → over → blur → vignette.
#pragma once

#include "support.h"
#include "w1/chain.hpp"

namespace topknot::measure {

enum class ChainBlur { None, Exact, Fast };

/// Drawn by the context that is current.
class Chain {
 public:
  Chain(const Pictures& pictures, const w1::Job& job, ChainBlur blur, bool fusion = true);

  /// Whether the blur of this library has a fast quality.
  static bool hasFastBlur();

  /// One frame with the gain of that number, not waited for.
  void cook(int frame);
  /// One finished frame.
  void run(int frame);
  /// Cooks until what the library prepares in the background is in use.
  void settle();

  Graph& graph() { return graph_; }
  Op& photo() { return graph_.op("photo"); }
  Top& last() { return *last_; }  ///< the vignette
  GlslTop& saturation() { return graph_.op("saturation").as<GlslTop>(); }
  /// The text of `saturation`, `amount` being what a person edits in it.
  static std::string saturationText(double amount);

 private:
  Op& user(const std::string& name, const std::string& text);
  Op& blur(Op& from, ChainBlur quality);

  w1::Job job_;
  Graph graph_;
  Op* level_ = nullptr;
  Top* last_ = nullptr;
};

/// Gives a user's operator its text: a function `vec4 pixel(vec4 a, vec2 uv)`.
void setPixelFunction(GlslTop& op, const std::string& text);

}  // namespace topknot::measure
