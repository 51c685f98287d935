// Random trees of operators, described so that the same one can be built several times.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "ops/support/dice.h"

namespace topknot::test {

struct Setting {
  std::string parameter;
  Value value;
  int node = -1;  // the value is this node's name
};

struct Node {
  std::string type;
  std::vector<int> inputs;  // nodes ahead of this one
  std::vector<Setting> settings;
};

/// The last node is the root.
struct Tree {
  std::vector<Node> nodes;

  /// As C++, to be pasted.
  std::string listing() const {
    std::ostringstream text;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      text << "auto& n" << i << " = graph.add(\"" << node.type << "\", \"n" << i << "\");";
      for (std::size_t k = 0; k < node.inputs.size(); ++k) {
        text << " n" << i << ".inputConnectors()[" << k << "].connect(n" << node.inputs[k] << ");";
      }
      for (const Setting& setting : node.settings) {
        text << " n" << i << ".par(\"" << setting.parameter << "\") = \"";
        if (setting.node >= 0)
          text << 'n' << setting.node;
        else
          text << setting.value.text();
        text << "\";";
      }
      text << '\n';
    }
    return text.str();
  }
};

/// What a user's operator shows: something of its inputs, another pattern for each seed.
inline void giveShader(Op& op) {
  if (op.type().name != GlslTop::kTypeName) return;
  static_cast<GlslTop&>(op).pixelShader(
      "out vec4 c;\n"
      "void main() {\n"
      "  c = fract(vec4(vUV.st * 1.73, vUV.s * 3.07 + vUV.t * 0.97, 0.317 + vUV.s));\n"
      "  c.rgb *= c.a;\n"
      "#if TD_NUM_2D_INPUTS > 0\n"
      "  c = mix(c, texture(sTD2DInputs[0], vUV.ts), 0.75);\n"
      "#endif\n"
      "  c = TDOutputSwizzle(c);\n"
      "}\n");
}

class TreeMaker {
 public:
  TreeMaker(Graph& scratch, std::uint64_t seed) : scratch_(scratch), dice_(seed) {}

  Tree tree(int count) {
    tree_ = {};
    int leaves = count < 3 ? 1 : dice_.from(1, (count + 1) / 2);
    for (int i = 0; i < count; ++i) {
      const bool leaf = i < leaves;
      add(dice_.of(leaf ? leafTypes() : innerTypes()), leaf);
    }
    if (dice_.chance(0.4)) crop();
    return std::move(tree_);
  }

 private:
  static const std::vector<const OpType*>& leafTypes() {
    static const auto kTypes = typesThat([](const OpType& type) {
      return type.minInputs == 0 && type.name != "select" && type.name != "composite";
    });
    return kTypes;
  }
  static const std::vector<const OpType*>& innerTypes() {
    static const auto kTypes =
        typesThat([](const OpType& type) { return type.maxInputs != 0 || type.name == "select"; });
    return kTypes;
  }
  template <class Condition>
  static std::vector<const OpType*> typesThat(Condition condition) {
    std::vector<const OpType*> types;
    for (const OpType* type : Graph::types()) {
      if (!needsTheWorld(*type) && !givesSlices(*type) && condition(*type)) types.push_back(type);
    }
    return types;
  }

  void add(const OpType* type, bool leaf) {
    Node node;
    node.type = type->name;
    if (!leaf) wire(node, *type);
    Op& op = scratch_.add(*type);
    for (const auto& parameter : op.parameters().all()) {
      if (parameter->page() != "Common") own(node, *parameter, leaf);
    }
    common(node, leaf);
    op.destroy();
    tree_.nodes.push_back(std::move(node));
    used_.push_back(0);
  }

  /// A part of what was the root: ahead of it less is drawn.
  void crop() {
    const int root = static_cast<int>(tree_.nodes.size()) - 1;
    const double left = dice_.between(0.0, 0.7), bottom = dice_.between(0.0, 0.7);
    tree_.nodes.push_back({"crop",
                           {root},
                           {{"cropleft", left},
                            {"cropright", left + 0.3},
                            {"cropbottom", bottom},
                            {"croptop", bottom + 0.3}}});
  }

  void wire(Node& node, const OpType& type) {
    const int most = type.maxInputs < 0 ? 4 : type.maxInputs;
    const int least = std::min(std::max(type.minInputs, 1), most);
    const int wanted = most == 0 ? 0 : dice_.from(least, most);
    for (int i = 0; i < wanted; ++i) node.inputs.push_back(earlier());
  }

  /// Mostly the latest one that nobody reads.
  int earlier() {
    const int count = static_cast<int>(tree_.nodes.size());
    int chosen = dice_.below(count);
    for (int i = count - 1; i >= 0 && dice_.chance(0.85); --i) {
      if (used_[static_cast<std::size_t>(i)] > 0) continue;
      chosen = i;
      break;
    }
    ++used_[static_cast<std::size_t>(chosen)];
    return chosen;
  }

  void own(Node& node, const Parameter& parameter, bool leaf) {
    if (parameter.style() == ParStyle::OpName) {
      const bool needed = node.type == "select";
      if (!leaf && !tree_.nodes.empty() && (needed || dice_.chance(0.15))) {
        node.settings.push_back({parameter.name(), {}, earlier()});
      }
      return;
    }
    // Another item is another program.
    const bool number = parameter.style() == ParStyle::Float || parameter.style() == ParStyle::Int;
    if (!dice_.chance(number ? 0.35 : 0.12)) return;
    if (const auto value = randomValue(parameter, dice_)) {
      node.settings.push_back({parameter.name(), *value});
    }
  }

  void common(Node& node, bool leaf) {
    const auto set = [&](const char* name, const Value& value) {
      node.settings.push_back({name, value});
    };
    if (leaf || dice_.chance(0.12)) {
      static const std::vector<glm::vec2> kSizes = {{9, 7}, {9, 7}, {9, 7}, {5, 11}, {16, 3}};
      set("outputresolution", "custom");
      set("resolution", dice_.of(kSizes));
    } else if (dice_.chance(0.06)) {
      set("outputresolution", "half");
    }
    if (dice_.chance(leaf ? 0.8 : 0.4)) {
      set("format", std::string(dice_.of(pixelFormats()).name));
    }
    if (dice_.chance(0.12)) set("chanmask", letters(dice_));
    if (dice_.chance(0.06)) set("npasses", dice_.from(2, 3));
    if (dice_.chance(0.15)) set("inputfiltertype", dice_.chance(0.5) ? "nearest" : "mipmap");
  }

  Graph& scratch_;
  Dice dice_;
  Tree tree_;
  std::vector<int> used_;  // how many read each node
};

/// The tree in a graph; returns its operators.
inline std::vector<Top*> build(const Tree& tree, Graph& graph) {
  std::vector<Top*> tops;
  for (const Node& node : tree.nodes) {
    Top& top = graph.add(node.type, "n" + std::to_string(tops.size())).as<Top>();
    giveShader(top);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      top.inputConnectors()[static_cast<int>(i)].connect(
          *tops[static_cast<std::size_t>(node.inputs[i])]);
    }
    for (const Setting& setting : node.settings) {
      if (setting.node >= 0)
        top.par(setting.parameter) = "n" + std::to_string(setting.node);
      else
        top.par(setting.parameter) = setting.value;
    }
    tops.push_back(&top);
  }
  return tops;
}

/// How far apart a picture and the same one stored once in the format may be: `fixed` anywhere, and
/// `share` of the value.
struct Grain {
  glm::vec4 fixed{0.0f}, share{0.0f};

  static Grain of(PixelFormat format) {
    const PixelFormatInfo& info = pixelFormatInfo(format);
    // One step of sRGB is steeper the brighter it is.
    if (info.srgb) return {{4e-4f, 4e-4f, 4e-4f, 1 / 255.0f}, {9e-3f, 9e-3f, 9e-3f, 0}};
    switch (info.component) {
      case Component::Fixed8:
        return {glm::vec4(1 / 255.0f), {}};
      case Component::Fixed16:
        return {glm::vec4(1 / 65535.0f), {}};
      case Component::Packed1010102:
        return {glm::vec4(glm::vec3(1 / 1023.0f), 1 / 3.0f), {}};
      case Component::Float16:
        return {glm::vec4(1e-7f), glm::vec4(0x1p-10f)};
      case Component::Packed111110:
        return {glm::vec4(1e-6f), glm::vec4(0x1p-5f)};
      case Component::Float32:
        break;
    }
    return {glm::vec4(2e-7f), glm::vec4(1e-6f)};
  }
  /// The coarser of two.
  friend Grain max(const Grain& a, const Grain& b) {
    return {glm::max(a.fixed, b.fixed), glm::max(a.share, b.share)};
  }
  glm::vec4 at(glm::vec4 value) const { return fixed + share * glm::abs(value); }
};

/// An operator behind each one of a tree that moves its pixels a grain up, down, or not at all: the
/// coarser grain of its own format and those of its readers, which store what they made of it.
class Shaken {
 public:
  Shaken(const Tree& tree, Graph& graph) : tops_(build(tree, graph)) {
    std::vector<Grain> grains;
    for (Top* top : tops_) grains.push_back(Grain::of(pixelFormatFromName(top->pixelFormatName())));
    // What places layers stores them once more, as finely as the layers' own formats.
    for (std::size_t i = 0; i < tops_.size(); ++i) {
      if (tops_[i]->parameters().contains("prefit")) addLayers(grains, tree.nodes[i], i);
    }
    grain_ = grains.back();
    for (std::size_t i = 0; i < tops_.size(); ++i) {
      for (const int input : tree.nodes[i].inputs) coarsen(grains, input, i);
      for (const Setting& setting : tree.nodes[i].settings) coarsen(grains, setting.node, i);
    }
    for (std::size_t i = 0; i + 1 < tops_.size(); ++i)
      shakers_.push_back(&add(graph, i, grains[i]));
    for (std::size_t i = 0; i < tops_.size(); ++i) rewire(tree.nodes[i], *tops_[i]);
  }

  /// Of the root.
  const Grain& grain() const { return grain_; }

  Image picture(int round) {
    for (std::size_t i = 0; i < shakers_.size(); ++i) {
      shakers_[i]->uniform("uSeed", 1 + round * 32 + static_cast<int>(i));
      shakers_[i]->uniform("uTogether", round % 2);
    }
    return tops_.back()->numpyArray();
  }

 private:
  static void coarsen(std::vector<Grain>& grains, int node, std::size_t reader) {
    if (node < 0) return;
    Grain& grain = grains[static_cast<std::size_t>(node)];
    grain = max(grain, grains[reader]);
  }

  static void addLayers(std::vector<Grain>& grains, const Node& node, std::size_t index) {
    for (const int input : node.inputs) {
      grains[index] = max(grains[index], grains[static_cast<std::size_t>(input)]);
    }
    for (const Setting& setting : node.settings) {
      if (setting.node >= 0) {
        grains[index] = max(grains[index], grains[static_cast<std::size_t>(setting.node)]);
      }
    }
  }

  GlslTop& add(Graph& graph, std::size_t index, const Grain& grain) {
    auto& shaker = graph.add<GlslTop>("s" + std::to_string(index));
    shaker.pixelShader(
        "uniform vec4 uFixed, uShare;\nuniform int uSeed, uTogether;\nout vec4 c;\n"
        "uint mixed(uint x) { x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu;\n"
        "  return x ^ (x >> 16); }\n"
        "void main() {\n"
        "  ivec2 at = ivec2(gl_FragCoord.xy);\n"
        "  vec4 v = texelFetch(sTD2DInputs[0], at, 0);\n"
        "  uvec2 place = uTogether == 1 ? uvec2(0u) : uvec2(at);\n"
        "  uint h = mixed(mixed(mixed(uint(uSeed)) + place.x) + place.y);\n"
        "  vec4 way = vec4(uvec4(h, h >> 8, h >> 16, h >> 24) % 3u) - 1.0;\n"
        "  c = TDOutputSwizzle(v + way * (uFixed + uShare * abs(v)));\n"
        "}\n");
    shaker.uniform("uFixed", grain.fixed);
    shaker.uniform("uShare", grain.share);
    shaker.inputConnectors()[0].connect(*tops_[index]);
    return shaker;
  }

  void rewire(const Node& node, Top& top) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      top.inputConnectors()[static_cast<int>(i)].connect(
          *shakers_[static_cast<std::size_t>(node.inputs[i])]);
    }
    for (const Setting& setting : node.settings) {
      if (setting.node >= 0) top.par(setting.parameter) = "s" + std::to_string(setting.node);
    }
  }

  std::vector<Top*> tops_;
  std::vector<GlslTop*> shakers_;
  Grain grain_;
};

}  // namespace topknot::test
