// What a graph did in its latest frame, and why: for people, programs and Graphviz.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "topknot/frame.h"

namespace topknot {

/// A part of a picture, in pixels from the bottom left.
struct DrawnPart {
  int x = 0, y = 0, width = 0, height = 0;
};

/// How an operator's result was made in its latest cook.
struct Drawing {
  std::string pass;  ///< name of the operator in whose pass it was drawn; empty: it was not drawn
  std::string fusionBreak = {};  ///< why it has its own pass: `2 operators read it`; else empty
  std::vector<std::string> with = {};  ///< names of the operators that were drawn in the same pass
  int passes = 0;                      ///< passes of its own
  double gpuMilliseconds = 0;          ///< of these; 0 if nobody measured
  std::int64_t gpuMemory = 0;  ///< bytes of what it holds on to; 0 if it has nothing of its own
  bool passedOn = false;       ///< its result is that of an input, without a copy
  /// What its pass drew, where those who read it needed no more than a part, e.g. a crop.
  std::optional<DrawnPart> part = {};
};

/// One operator in the latest frame.
struct OpExplanation {
  std::string name;
  std::string type;  ///< `level`
  /// `cooked`; `fused away`: it cooked, and is drawn in another operator's pass; `reused`: asked
  /// for, and its result was good; `idle`: nobody asked for it; `locked`; `failed`: it has errors.
  std::string state;
  /// Why it had to cook in this frame: `first time`, `parameter`, `wire`, `state`, `time`, `forced`
  /// or `upstream`; empty if it had not.
  std::string reason;
  bool cooked = false;  ///< it worked in this frame, though it may have failed
  bool bypassed = false;
  double milliseconds = 0;  ///< wall clock of its cook; 0 if it did not cook
  Drawing drawing;
  std::vector<std::string> inputs;      ///< names by index; empty where nothing is wired
  std::vector<std::string> references;  ///< operators that it needs though no wire leads to them
  std::vector<std::string> errors, warnings;
};

/// All operators of a graph, in order of creation. A value; nothing in it leads back to the graph.
struct Explanation {
  Frame frame;
  std::vector<OpExplanation> ops;

  /// A line for each operator, in columns, and its errors and warnings below it:
  ///
  ///     frame 1: 2 of 3 operators cooked, 1.250 ms
  ///     photo  reused
  ///     level  fused away (parameter)  in the pass of 'blur'                        0.050 ms
  ///     blur   cooked (upstream)       own pass with level: 2 operators read it     1.200 ms
  std::string text() const;
  std::string json() const;  ///< one object, UTF-8; the members are named as those above
  /// A digraph of Graphviz. The redder a node, the longer it took, compared with the slowest;
  /// operators that are drawn in one pass stand in one cluster; references are dashed.
  std::string dot() const;
};

}  // namespace topknot
