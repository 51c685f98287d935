// Why a result is not what it should be: the errors of all that it is made from.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "topknot/op.h"

namespace topknot {

/// Walks up from an operator as the latest cooks left the graph, and collects what failed. Without
/// recursion: a graph may be deeper than the thread's stack.
///
/// An operator that looks back shows a picture of the previous frame, so what failed then counts.
/// If it leads to the operator that it looks at, as feedback in a loop does, that would never end:
/// each frame is made from the one before. There it is taken to be made from what the loop is made
/// from now, so that a fault ends when all cook well again.
///
/// Thread: that of the graph. Changes nothing.
class FaultWalk {
 public:
  enum class Of { WhatItIsMadeFrom, Result };  // the latter with the operator's own errors

  /// Null if nothing failed.
  static std::shared_ptr<const std::vector<std::string>> of(const Op& op, Of what);

  /// The first of such sentences in one line, and how many more there are.
  static std::string text(const std::vector<std::string>& sentences);

  /// An operator's errors behind its name.
  static void tell(const Op& op, std::vector<std::string>& sentences);

 private:
  explicit FaultWalk(const Op& root) : root_(&root) {}
  void collect();
  void visit(const Op& op);
  void followLoops();
  void push(const Op* op);
  static void addMadeFrom(const Op& op, std::vector<Op*>& ops);
  static bool leads(const Op& from, const Op& to);

  const Op* root_;
  std::unordered_set<const Op*> seen_;
  std::vector<const Op*> open_;
  std::vector<const Op*> loops_;  // operators that a loop goes on with
  std::vector<std::string> found_;
};

}  // namespace topknot
