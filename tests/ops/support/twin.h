// A second graph that was given what another one has, to compare their pictures.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "topknot/topknot.h"

namespace topknot::test {

/// Operators whose pictures depend on more than parameters, texts and inputs.
inline bool remembers(const Op& op) {
  static const std::set<std::string_view> kTypes = {"feedback",     "cache",        "texture3d",
                                                    "moviefilein",  "moviefileout", "sharedmemin",
                                                    "sharedmemout", "renderselect"};
  return kTypes.contains(op.type().name) || op.lock();
}

/// What an operator's picture is made of, each once; empty if something of it cannot be made again.
inline std::vector<Op*> sourcesOf(Op& end) {
  std::vector<Op*> found = {&end};
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (remembers(*found[i])) return {};
    std::vector<Op*> next(found[i]->inputs().begin(), found[i]->inputs().end());
    for (const Parameter* parameter : found[i]->parameters().all()) {
      const std::string name = parameter->value().text();
      const bool names = parameter->style() == ParStyle::OpName || parameter->name() == "tops";
      if (names && !name.empty()) return {};
    }
    for (Op* op : next) {
      if (op != nullptr && std::find(found.begin(), found.end(), op) == found.end()) {
        found.push_back(op);
      }
    }
  }
  return found;
}

/// The same operator in another graph, without its wires.
inline Op& copyInto(Graph& graph, const Op& op) {
  Op& made = graph.add(op.type().name, op.name());
  // Counts of sequences come first, as they make parameters.
  for (int round = 0; round < 2; ++round) {
    for (const Parameter* parameter : op.parameters().all()) {
      if (parameter->style() == ParStyle::Pulse) continue;
      if (!made.parameters().contains(parameter->name())) continue;
      made.par(parameter->name()) = parameter->value();
    }
  }
  made.bypass(op.bypass());
  return made;
}

/// The picture that a fresh graph makes of the same operators.
template <class Complete>
Image twinOf(Top& end, const std::vector<Op*>& sources, Complete complete) {
  Graph graph;
  graph.fusion(end.graph().fusion());
  graph.resolutionMultiplier(end.graph().resolutionMultiplier());
  std::map<const Op*, Op*> made;
  for (const Op* op : sources) {
    made[op] = &copyInto(graph, *op);
    complete(*op, *made[op]);
  }
  for (Op* op : sources) {
    int index = 0;
    for (Op* input : op->inputs()) {
      if (input != nullptr) made[op]->inputConnectors()[index].connect(*made[input]);
      ++index;
    }
  }
  graph.cook(end.graph().frame());
  return made[&end]->as<Top>().numpyArray();
}

/// The share of pixels that are clearly others; 1 if the sizes differ.
inline double difference(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.depth() != b.depth()) return 1.0;
  const auto x = a.floats(), y = b.floats();
  std::size_t others = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float far = 0.02f + 0.01f * std::abs(x[i]);
    if (std::isfinite(x[i]) != std::isfinite(y[i]) || std::abs(x[i] - y[i]) > far) ++others;
  }
  return x.empty() ? 0.0 : double(others) / double(x.size());
}

}  // namespace topknot::test
