// A graph that is changed at random, by any call that changes one, with good and senseless
// arguments.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ops/support/nonsense.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot::test {

class RandomGraph {
 public:
  /// `plain`: all pictures are of 32-bit floats, so that little is lost to rounding.
  RandomGraph(std::uint64_t seed, const Folder& folder, std::string shared)
      : dice_(seed), folder_(folder), shared_(std::move(shared)), plain_(dice_.chance(0.5)) {}

 protected:
  static constexpr int kFewest = 3, kMost = 9;
  static constexpr int kSide = 24;  // pixels at most, but for what multiplies sizes

  // Choices.

  std::vector<Op*> ops() const { return graph_->ops(); }
  Op& any() { return *dice_.of(ops()); }
  Top& anyTop() { return any().as<Top>(); }
  GlslTop& anyGlsl() {
    std::vector<GlslTop*> found;
    for (Op* op : ops()) {
      if (op->type().name == GlslTop::kTypeName) found.push_back(&op->as<GlslTop>());
    }
    if (found.empty()) return graph_->add<GlslTop>();
    return *dice_.of(found);
  }
  std::string anyFile() {
    static const std::vector<std::string> kFiles = {
        "good.png", "damaged.png", "missing.png", "seq.#.png",   "text.txt",
        "",         "shader.frag", ".",           "good.png/no", "half.exr"};
    const std::string& name = dice_.of(kFiles);
    return name.empty() ? name : (folder_ / name).string();
  }
  std::string sharedName() { return shared_ + std::to_string(dice_.below(2)); }

  // Operators and wires.

  void add() {
    if (graph_->size() >= kMost) return remove();
    if (dice_.chance(0.05)) graph_->add(dice_.chance(0.5) ? "nonsense" : "", "x");
    Op& op = graph_->add(dice_.of(Graph::types())->name,
                         dice_.chance(0.2) ? anyName(dice_) : std::string());
    op.par("resolution") = glm::vec2(dice_.from(1, kSide), dice_.from(1, kSide));
    if (plain_) op.par("format") = "rgba32float";
    if (op.parameters().contains("file")) op.par("file") = anyFile();
    if (op.type().name.starts_with("sharedmem")) op.par("name") = sharedName();
    Op& source = any();
    if (op.inputConnectors().size() > 0 && &source != &op) source >> op;
  }

  void forget(const Op& op) {
    std::erase_if(rings_, [&](const auto& ring) { return ring.first == &op; });
    shaders_.erase(&op);
  }

  void remove() {
    if (graph_->size() <= kFewest) return add();
    Op& op = any();
    forget(op);
    dice_.chance(0.5) ? op.destroy() : graph_->remove(op);
  }

  void rename() { any().rename(anyName(dice_)); }

  void wire() {
    Op &from = any(), &to = any();
    switch (dice_.below(4)) {
      case 0:
        from >> to;
        break;
      case 1:
        from.outputConnectors()[dice_.below(20) == 0 ? 1 : 0].connect(to);
        break;
      default:
        to.inputConnectors()[dice_.from(dice_.below(20) == 0 ? -1 : 0, 3)].connect(from);
        break;
    }
  }

  void unwire() {
    Op& op = any();
    if (dice_.chance(0.3)) return op.outputConnectors()[0].disconnect();
    op.inputConnectors()[dice_.below(3)].disconnect();
  }

  void flags() {
    Op& op = any();
    switch (dice_.below(3)) {
      case 0:
        return op.bypass(!op.bypass());
      case 1:
        return op.lock(!op.lock() && dice_.chance(0.5));
      default:
        return op.pin(!op.pinned());
    }
  }

  // Parameters.

  /// Names that reach outside, and what makes work without end.
  static bool isOutside(const Parameter& parameter) {
    static const std::set<std::string> kNames = {"memtype", "isolate", "infolayout", "type0"};
    return kNames.contains(parameter.name());
  }

  void set() {
    Op& op = any();
    Parameter& parameter = *dice_.of(op.parameters().all());
    if (isOutside(parameter)) return;
    const Par whole(parameter, -1);
    if (dice_.chance(0.03)) return whole.reset();
    if (dice_.chance(0.04)) return whole.pulse();
    if (dice_.chance(0.05)) return bind(whole);
    if (const auto number = modest(parameter, dice_, kSide)) {
      whole = *number;
    } else if (parameter.style() == ParStyle::File || parameter.name().ends_with("dat")) {
      whole = anyFile();
    } else if (op.type().name.starts_with("sharedmem") && parameter.name() == "name") {
      whole = sharedName();
    } else if (parameter.name() == "format" && plain_) {
      whole = "rgba32float";
    } else if (parameter.style() == ParStyle::OpName || parameter.name() == "tops") {
      whole = dice_.chance(0.8) ? any().name() : anyName(dice_);
    } else if (dice_.chance(0.15)) {
      Par(parameter, dice_.from(-2, 4)) = nonsense(dice_);
    } else if (const auto value = likely(parameter)) {
      whole = *value;
    }
    op.par(anyName(dice_));  // hardly ever there
  }

  std::optional<Value> likely(const Parameter& parameter) {
    if (parameter.style() == ParStyle::Menu) return Value(dice_.of(parameter.menu()).name);
    if (parameter.name().ends_with("name")) return Value(anyUniformName(dice_));
    return randomValue(parameter, dice_);
  }

  void bind(const Par& par) {
    if (modest(par.definition(), dice_, kSide)) return;
    if (par.definition().style() == ParStyle::File) return;
    switch (dice_.below(4)) {
      case 0:
        return par.bind([](const Frame& frame) { return Value(double(frame.index % 3)); });
      case 1:
        return par.bind([](const Frame&) -> Value { throw std::runtime_error("no value"); });
      case 2:
        return par.bind([](const Frame&) { return Value("nonsense"); });
      default:
        return par.bind(nullptr);
    }
  }

  // The graph.

  void ofGraph() {
    switch (dice_.below(8)) {
      case 0:
        return graph_->fusion(!graph_->fusion());
      case 1: {
        static const std::vector<double> kFactors = {0.5, 1.0, 1.0, 2.0, 0.0, -1.0, 1e-9};
        return graph_->resolutionMultiplier(dice_.of(kFactors));
      }
      case 2:
        return graph_->rate(dice_.chance(0.8) ? dice_.between(0.1, 240.0) : -1.0);
      case 3:
      case 4:
        return graph_->profiling(!graph_->profiling());
      case 5:
        graph_->op(anyName(dice_));
        break;
      case 6:
        graph_->find(anyName(dice_));
        break;
      default:
        if (any().pinned()) any().pin();
        break;
    }
  }

  void cook() {
    switch (dice_.below(8)) {
      case 0:
        any().cook(dice_.chance(0.5));
        break;
      case 1: {
        static const std::vector<Frame> kFrames = {{0, 0.0, 0.0},
                                                   {5, 1e6, -1.0},
                                                   {-7, -3.5, 1.0},
                                                   {1 << 30, 1e9, 1e-9},
                                                   {3, NAN, INFINITY}};
        graph_->cook(dice_.of(kFrames));
        break;
      }
      default:
        graph_->cook();
        break;
    }
  }

  void tell() {
    const Explanation explanation = graph_->explain();
    switch (dice_.below(5)) {
      case 0:
        explanation.text();
        break;
      case 1:
        explanation.json();
        break;
      case 2:
        explanation.dot();
        break;
      case 3:
        graph_->profile().chromeTrace();
        break;
      default:
        graph_->profile().text();
        if (dice_.chance(0.3)) graph_->profile().clear();
        break;
    }
  }

  // Shaders.

  /// Does it, and again in a twin.
  void give(GlslTop& top, std::function<void(GlslTop&)> act) {
    act(top);
    std::function<void(GlslTop&)>& all = shaders_[&top];
    if (!all) {
      all = std::move(act);
    } else {
      all = [before = all, act](GlslTop& twin) {
        before(twin);
        act(twin);
      };
    }
  }

  void shader() {
    GlslTop& top = anyGlsl();
    switch (dice_.below(12)) {
      case 0:
        return give(top, [text = anyVertexShader(dice_)](GlslTop& t) { t.vertexShader(text); });
      case 1:
        return give(top, [](GlslTop& t) { t.removeVertexShader(); });
      case 2:
        top.par("mode") = "compute";
        return give(top, [text = anyComputeShader(dice_)](GlslTop& t) { t.computeShader(text); });
      case 3:
      case 4:
        top.par("mode") = "pixelfunction";
        return give(top, [text = anyFunction(dice_)](GlslTop& t) { t.pixelShader(text); });
      case 5:
        return give(top,
                    [](GlslTop& t) { t.includeText("part", "vec4 part() { return vec4(0.5); }"); });
      case 6:
        top.watch(folder_ / "shader.frag");
        if (dice_.chance(0.7)) top.stopWatching();
        forget(top);
        return give(top, [this](GlslTop& t) { t.pixelShaderFile(folder_ / "shader.frag"); });
      case 7:
        return give(top, [](GlslTop& t) { t.preprocessDirectives("#define EXTRA 1"); });
      case 8:
        top.includeFolder(folder_.path());
        return;
      case 9: {
        const std::string file = anyFile();
        top.pixelShaderFile(file);
        return give(top, [file](GlslTop& t) { t.pixelShaderFile(file); });
      }
      default:
        top.par("mode") = "vertexpixel";
        return give(top, [text = anyPixelShader(dice_)](GlslTop& t) { t.pixelShader(text); });
    }
  }

  void uniform() {
    GlslTop& top = anyGlsl();
    const std::string name = anyUniformName(dice_);
    const UniformValue value = anyUniformValue(dice_);
    switch (dice_.below(8)) {
      case 0:
        return give(top, [name](GlslTop& t) { t.removeUniform(name); });
      case 1:
        return give(top, [name](GlslTop& t) { t.counter(name, {1, 2}); });
      case 2:
        return give(top,
                    [name, value](GlslTop& t) { t.constant(name, value.text().empty() ? 2 : 3); });
      case 3:
        return give(top, [name, value, size = dice_.from(0, 2)](GlslTop& t) {
          t.buffer(name, value, size);
        });
      case 4:
        return give(top, [name](GlslTop& t) {
          t.uniform(name, [](const Frame& frame) { return Value(double(frame.index % 5)); });
        });
      default:
        return give(top, [name, value](GlslTop& t) { t.uniform(name, value); });
    }
  }

  void askShader() {
    GlslTop& top = anyGlsl();
    switch (dice_.below(5)) {
      case 0:
        top.compileResult();
        break;
      case 1:
        top.diagnostics();
        break;
      case 2:
        top.compiles();
        break;
      case 3:
        top.uniforms();
        break;
      default:
        top.counted(anyUniformName(dice_));
        break;
    }
  }

  Dice dice_;
  const Folder& folder_;
  const std::string shared_;  // what names of shared memory begin with
  const bool plain_;
  std::unique_ptr<Graph> graph_ = std::make_unique<Graph>();
  std::vector<std::pair<const Op*, Readback>> rings_;
  std::map<const Op*, std::function<void(GlslTop&)>> shaders_;  // what each was given
};

}  // namespace topknot::test
