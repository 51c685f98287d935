// What a graph did in its latest frame, and why.
#include <algorithm>
#include <cmath>
#include <map>

#include "graph/json.h"
#include "graph/messages.h"
#include "graph/plan.h"
#include "graph/table.h"
#include "topknot/explanation.h"
#include "topknot/graph.h"

namespace topknot {
namespace {

std::string wordOf(Reason reason) {
  switch (reason) {
    case Reason::None:
      return "";
    case Reason::NeverCooked:
      return "first time";
    case Reason::Parameter:
      return "parameter";
    case Reason::Wire:
      return "wire";
    case Reason::State:
      return "state";
    case Reason::Time:
      return "time";
    case Reason::Forced:
      return "forced";
    case Reason::Upstream:
      return "upstream";
  }
  return "";
}

bool isFusedAway(const OpExplanation& op) {
  return !op.drawing.pass.empty() && op.drawing.pass != op.name;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string stateText(const OpExplanation& op) {
  return op.state + (op.reason.empty() ? "" : " (" + op.reason + ")") +
         (op.bypassed ? ", bypassed" : "");
}

std::string drawingText(const OpExplanation& op) {
  const Drawing& drawing = op.drawing;
  if (drawing.passedOn) return "passes its input on";
  if (drawing.pass.empty()) return "";
  if (isFusedAway(op)) return "in the pass of " + inQuotes(drawing.pass);
  std::string text = "own pass";
  if (drawing.passes > 1) text = std::to_string(drawing.passes) + " passes of its own";
  if (!drawing.with.empty()) text += " with " + listed(drawing.with);
  if (drawing.part) {
    text += ", " + std::to_string(drawing.part->width) + "x" +
            std::to_string(drawing.part->height) + " pixels of it";
  }
  return drawing.fusionBreak.empty() ? text : text + ": " + drawing.fusionBreak;
}

std::string timeText(double milliseconds, bool known) {
  return known ? thousandths(milliseconds) + " ms" : "";
}

std::vector<std::string> rowOf(const OpExplanation& op) {
  const double gpu = op.drawing.gpuMilliseconds;
  return {op.name, stateText(op), drawingText(op), timeText(op.milliseconds, op.cooked),
          timeText(gpu, gpu > 0) + (gpu > 0 ? " GPU" : "")};
}

std::string sentencesText(const OpExplanation& op) {
  std::string text;
  for (const std::string& error : op.errors) text += "  error: " + error + "\n";
  for (const std::string& warning : op.warnings) text += "  warning: " + warning + "\n";
  return text;
}

std::string jsonOf(const std::optional<DrawnPart>& part) {
  if (!part) return "null";
  return "{\"x\": " + std::to_string(part->x) + ", \"y\": " + std::to_string(part->y) +
         ", \"width\": " + std::to_string(part->width) +
         ", \"height\": " + std::to_string(part->height) + "}";
}

std::string jsonOf(const Drawing& drawing) {
  return "{\"pass\": " + jsonText(drawing.pass) +
         ", \"fusionBreak\": " + jsonText(drawing.fusionBreak) +
         ", \"with\": " + jsonTexts(drawing.with) +
         ", \"passes\": " + std::to_string(drawing.passes) +
         ", \"gpuMilliseconds\": " + jsonNumber(drawing.gpuMilliseconds) +
         ", \"gpuMemory\": " + std::to_string(drawing.gpuMemory) +
         ", \"passedOn\": " + (drawing.passedOn ? "true" : "false") +
         ", \"part\": " + jsonOf(drawing.part) + "}";
}

std::string jsonOf(const OpExplanation& op) {
  return "{\"name\": " + jsonText(op.name) + ", \"type\": " + jsonText(op.type) +
         ", \"state\": " + jsonText(op.state) + ", \"reason\": " + jsonText(op.reason) +
         ", \"cooked\": " + (op.cooked ? "true" : "false") +
         ", \"bypassed\": " + (op.bypassed ? "true" : "false") +
         ", \"milliseconds\": " + jsonNumber(op.milliseconds) +
         ",\n     \"drawing\": " + jsonOf(op.drawing) +
         ",\n     \"inputs\": " + jsonTexts(op.inputs) +
         ", \"references\": " + jsonTexts(op.references) + ", \"errors\": " + jsonTexts(op.errors) +
         ", \"warnings\": " + jsonTexts(op.warnings) + "}";
}

// A line break inside a label is written \n.
std::string dotText(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? "\\n" : std::string(1, c);
  }
  return result + "\"";
}

double heatOf(const OpExplanation& op) {
  const double time = std::max(op.milliseconds, op.drawing.gpuMilliseconds);
  return std::isfinite(time) ? time : 0.0;
}

// From white, 0, to red, 1.
std::string colourOf(double share) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto rest = static_cast<unsigned>(std::lround(255.0 * (1.0 - std::clamp(share, 0.0, 1.0))));
  const std::string byte{kHex[rest >> 4], kHex[rest & 15]};
  return "#ff" + byte + byte;
}

std::string nodeText(const OpExplanation& op, double slowest) {
  std::string label = op.name + "\n" + op.type;
  if (op.cooked) label += "\n" + timeText(op.milliseconds, true);
  return "  " + dotText(op.name) + " [label=" + dotText(label) + ", fillcolor=\"" +
         colourOf(slowest > 0 ? heatOf(op) / slowest : 0.0) + "\"];\n";
}

std::string edgesText(const OpExplanation& op) {
  std::string text;
  const auto edge = [&](const std::string& from, const char* style) {
    if (!from.empty()) text += "  " + dotText(from) + " -> " + dotText(op.name) + style + ";\n";
  };
  for (const std::string& input : op.inputs) edge(input, "");
  for (const std::string& reference : op.references) edge(reference, " [style=dashed]");
  return text;
}

}  // namespace

std::string Explanation::text() const {
  const auto cooked =
      std::count_if(ops.begin(), ops.end(), [](const OpExplanation& op) { return op.cooked; });
  double milliseconds = 0;
  std::vector<std::vector<std::string>> rows;
  for (const OpExplanation& op : ops) {
    milliseconds += op.milliseconds;
    rows.push_back(rowOf(op));
  }
  std::string text = "frame " + std::to_string(frame.index) + ": " + std::to_string(cooked) +
                     " of " + std::to_string(ops.size()) + " operators cooked, " +
                     thousandths(milliseconds) + " ms\n";
  const std::string table = tableText(rows, "lllrr");
  std::size_t begin = 0;
  for (const OpExplanation& op : ops) {
    const std::size_t end = table.find('\n', begin) + 1;
    text += table.substr(begin, end - begin) + sentencesText(op);
    begin = end;
  }
  return text;
}

std::string Explanation::json() const {
  std::string text = "{\"frame\": {\"index\": " + std::to_string(frame.index) +
                     ", \"seconds\": " + jsonNumber(frame.seconds) +
                     ", \"delta\": " + jsonNumber(frame.delta) + "},\n \"ops\": [";
  for (const OpExplanation& op : ops)
    text += (&op == ops.data() ? "\n    " : ",\n    ") + jsonOf(op);
  return text + "]}\n";
}

std::string Explanation::dot() const {
  std::string text =
      "digraph topknot {\n  rankdir=LR;\n  node [shape=box, style=filled, "
      "fillcolor=\"#ffffff\"];\n";
  double slowest = 0;
  std::map<std::string, std::vector<std::string>> passes;
  for (const OpExplanation& op : ops) {
    slowest = std::max(slowest, heatOf(op));
    if (!op.drawing.pass.empty()) passes[op.drawing.pass].push_back(op.name);
  }
  for (const OpExplanation& op : ops) text += nodeText(op, slowest);
  for (const auto& [pass, names] : passes) {
    if (names.size() < 2) continue;
    text +=
        "  subgraph " + dotText("cluster_" + pass) + " { label=" + dotText("pass of " + pass) + ";";
    for (const std::string& name : names) text += " " + dotText(name) + ";";
    text += " }\n";
  }
  for (const OpExplanation& op : ops) text += edgesText(op);
  return text + "}\n";
}

Drawing Graph::drawingOf(const Op& op) {
  try {
    return op.drawing();
  } catch (...) {
    return {};
  }
}

std::string Graph::stateOf(const Op& op, bool fused) const {
  if (op.locked_) return "locked";
  if (!op.errors_.empty()) return "failed";
  if (op.cookedTick_ == reportTick_) return fused ? "fused away" : "cooked";
  return op.askedTick_ == reportTick_ ? "reused" : "idle";
}

OpExplanation Graph::explain(const Op& op) const {
  OpExplanation out;
  out.name = op.name_;
  out.type = op.type_->name;
  out.drawing = drawingOf(op);
  out.state = stateOf(op, isFusedAway(out));
  out.bypassed = op.bypassed_;
  if (op.cookedTick_ == reportTick_) {
    out.reason = wordOf(op.reason_);
    out.cooked = op.worked_;
    if (op.worked_) out.milliseconds = op.cookTime_;
  }
  for (const Op* input : op.inputs_) out.inputs.push_back(input ? input->name_ : "");
  try {
    std::vector<Op*> references;
    op.references(references);
    for (const Op* referred : references) {
      if (referred && referred->graph_ == this) out.references.push_back(referred->name_);
    }
  } catch (...) {  // the next plan makes an error of it
  }
  out.errors = op.errors_;
  out.warnings = op.warnings_;
  return out;
}

Explanation Graph::explain() const {
  Explanation out;
  out.frame = report_.frame;
  for (const auto& op : ops_) out.ops.push_back(explain(*op));
  return out;
}

}  // namespace topknot
