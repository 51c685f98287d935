// What a user's shader declares at its outermost level, read from its text.
#include "glsl/check/shader_declarations.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "glsl/check/shader_annotation.h"
#include "glsl/check/shader_constants.h"
#include "glsl/tokens/line_conditions.h"
#include "glsl/tokens/text_edits.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

constexpr std::size_t kMaxKnown = 16;  // numbers of a constant that sizes may be made of
constexpr int kCounterBytes = 4;

bool isQualifier(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "const",   "uniform",  "in",        "out",           "inout",    "buffer", "shared",
      "flat",    "smooth",   "centroid",  "noperspective", "sample",   "patch",  "invariant",
      "precise", "coherent", "volatile",  "restrict",      "readonly", "highp",  "mediump",
      "lowp",    "varying",  "attribute", "writeonly"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

/// `binding = 2` of `layout(binding = 2)`.
struct LayoutItem {
  std::string_view key;
  std::span<const CodeToken> value;
  std::size_t first, last;  // its tokens
};

/// What a declaration begins with, up to its names.
struct Head {
  std::vector<std::string_view> qualifiers;
  std::vector<LayoutItem> layout;
  std::size_t layoutFirst = 0, layoutLast = 0;  // tokens of the last `layout(…)`, both in
  std::size_t first = 0;                        // its first token
  std::size_t constant = 0;                     // the `const`
  std::string_view type;
  int typeArray = 0;

  bool has(std::string_view qualifier) const {
    return std::find(qualifiers.begin(), qualifiers.end(), qualifier) != qualifiers.end();
  }
  const LayoutItem* item(std::string_view key) const {
    const auto found =
        std::find_if(layout.begin(), layout.end(), [&](const auto& i) { return i.key == key; });
    return found == layout.end() ? nullptr : &*found;
  }
};

class DeclarationReader : TokenReader {
 public:
  explicit DeclarationReader(const MappedSource& user)
      : TokenReader(user.userCode()),
        user_(user),
        edits_(user.userCode(), tokens_),
        conditions_(user.userCode()) {}

  Declarations read() {
    edits_.dropAttributes();
    while (at_ < tokens_.size()) {
      const std::size_t before = at_;
      statement();
      if (at_ == before) ++at_;
    }
    out_.usesFragColor = out_.outputs.empty() && user_.mentions("gl_FragColor");
    out_.edits = edits_.take();
    return std::move(out_);
  }

 private:
  void statement() {
    if (take(";")) return;
    if (here() == "precision") return skipStatement();
    Head head;
    head.first = at_;
    qualifiers(head);
    if (here() == ";") return layoutOfAll(head);
    if (here() == "struct") {
      head.type = text(at_ + 1);
      at_ = find(at_, {"{", ";"});
      if (here() == "{") skipBrackets();
      if (take(";")) return;
    } else {
      if (here().empty() || !isWord(here()) || base::isDigit(here().front()))
        return skipStatement();
      head.type = tokens_[at_++].text;
    }
    if (here() == "{") return skipStatement();  // a block
    if (here() == "[") head.typeArray = arraySize();
    names(head);
  }

  void qualifiers(Head& head) {
    for (;; ++at_) {
      if (here() == "layout" && text(at_ + 1) == "(") {
        layout(head);
      } else if (here() == "subroutine" && text(at_ + 1) == "(") {
        ++at_;
        skipBrackets();
        --at_;
      } else if (isQualifier(here())) {
        if (here() == "const") head.constant = at_;
        head.qualifiers.push_back(here());
      } else {
        return;
      }
    }
  }

  /// `layout(a, b = 2)`; leaves the place at its last token.
  void layout(Head& head) {
    head.layoutFirst = at_;
    ++at_;
    while (at_ < tokens_.size() && here() != ")") {
      const std::size_t first = ++at_;
      const std::size_t end = find(first, {",", ")"});
      const bool valued = text(first + 1) == "=";
      if (end > first) {
        const std::size_t value = valued ? std::min(first + 2, end) : end;
        head.layout.push_back({text(first), tokens(value, end), first, end - 1});
        if (text(first) == "set") edits_.dropItem(first, end);
      }
      at_ = end;
    }
    head.layoutLast = std::min(at_, tokens_.size() - 1);
  }

  /// `layout(local_size_x = 8) in;`
  void layoutOfAll(const Head& head) {
    if (!head.has("in")) return;
    for (int i = 0; i < 3; ++i) {
      const std::string key = std::string("local_size_") + "xyz"[i];
      const LayoutItem* item = head.item(key);
      if (item == nullptr) continue;
      // Where one is told, the others are 1.
      for (int& size : out_.localSize) size = std::max(size, 1);
      out_.localSizeLine = line(item->first);
    }
    for (int i = 0; i < 3; ++i) {
      const LayoutItem* item = head.item(std::string("local_size_") + "xyz"[i]);
      if (item != nullptr) out_.localSize[i] = evaluateInt(item->value, known_).value_or(0);
    }
  }

  /// `[4][2]` → 8.
  int arraySize() {
    std::int64_t size = 1;
    while (here() == "[") {
      const std::size_t first = at_ + 1;
      skipBrackets();
      const int count = evaluateInt(tokens(first, std::max(first, at_ - 1)), known_).value_or(-1);
      size = size < 0 || count <= 0 ? -1 : std::min<std::int64_t>(size * count, 1 << 30);
    }
    return static_cast<int>(size);
  }

  void names(const Head& head) {
    keptName_ = false;
    for (std::size_t comma = 0;; comma = at_++) {
      if (here().empty() || !isWord(here())) return skipStatement();
      const std::size_t name = at_++;
      if (here() == "(") return function(name);
      int size = here() == "[" ? arraySize() : 0;
      if (head.typeArray != 0) size = size == 0 ? head.typeArray : -1;
      std::span<const CodeToken> value;
      if (take("=")) {
        const std::size_t first = at_;
        at_ = find(at_, {",", ";"});
        value = tokens(first, at_);
      }
      declare(head, name, size, value, comma);
      if (here() != ",") break;
    }
    take(";");
  }

  void function(std::size_t name) {
    FunctionDeclaration declared;
    declared.name = text(name);
    for (std::size_t i = at_; i < tokens_.size() && text(i) != ")" && text(i) != ";";) {
      while (isQualifier(text(++i))) {
      }
      if (text(i) == ")") break;
      if (!declared.parameters.empty()) declared.parameters += ", ";
      declared.parameters += text(i);
      i = find(i, {",", ")"});
    }
    // Of a name that a macro writes there may be none: it may stand for the function elsewhere.
    if (!tokens_[name].made) out_.functions.push_back(std::move(declared));
    skipBrackets();
    if (here() != "{") return skipStatement();
    if (text(name) == "main") out_.hasMain = true;
    skipBrackets();
  }

  void declare(const Head& head, std::size_t name, int size, std::span<const CodeToken> value,
               std::size_t comma) {
    if (head.has("uniform") && isRepeated(head, name, size)) {
      drop(head, name, comma);
      return;
    }
    keptName_ = true;
    if (head.has("uniform")) {
      declareUniform(head, name, size, value);
      if (head.type == "atomic_uint") declareCounter(head, comma);
    } else if (head.has("const")) {
      declareConstant(head, name, value);
    } else if (head.has("out")) {
      OutputDeclaration output;
      output.type = head.type;
      output.name = text(name);
      output.location = layoutNumber(head, "location", -1);
      output.index = layoutNumber(head, "index", 0);
      output.component = layoutNumber(head, "component", 0);
      output.arraySize = size;
      output.line = line(name);
      out_.outputs.push_back(std::move(output));
    }
  }

  /// True for a uniform that is declared as that already, by the user or by the library.
  bool isRepeated(const Head& head, std::size_t name, int size) const {
    if (text(name) == "uTDPass" || text(name) == "uTDCurrentDepth") return head.type == "int";
    if (head.type == "TDTexInfo" && text(name).starts_with("uTD")) return true;
    if (componentsOf(head.type) == 0 || size < 0) return false;
    const auto [first, last] = uniforms_.equal_range(text(name));
    return std::any_of(first, last, [&](const auto& entry) {
      const UniformDeclaration& known = out_.uniforms[entry.second];
      return known.type == head.type && known.arraySize == size &&
             conditions_.implies(line(name), known.line);
    });
  }

  /// Takes out a name and its value, behind which we are; with the last name all of it.
  void drop(const Head& head, std::size_t name, std::size_t comma) {
    if (keptName_) return edits_.replace(comma, at_ - 1, "");
    edits_.replace(here() == "," ? name : head.first, at_, "");
  }

  int layoutNumber(const Head& head, std::string_view key, int missing) const {
    const LayoutItem* item = head.item(key);
    return item == nullptr ? missing : evaluateInt(item->value, known_).value_or(missing);
  }

  void declareUniform(const Head& head, std::size_t name, int size,
                      std::span<const CodeToken> value) {
    UniformDeclaration uniform;
    uniform.type = head.type;
    uniform.name = text(name);
    uniform.arraySize = size;
    uniform.line = line(name);
    for (const LayoutItem& item : head.layout) {
      if (!uniform.layout.empty()) uniform.layout += ", ";
      uniform.layout += item.key;
      if (!item.value.empty()) uniform.layout += " = ";
      for (const CodeToken& token : item.value) uniform.layout += token.text;
    }
    std::string_view comment = user_.commentOf(uniform.line);
    if (comment.empty()) comment = user_.commentOf(lineOfEnd(name));
    Annotation said = annotationOf(comment);
    uniform.min = said.min;
    uniform.max = said.max;
    uniform.label = std::move(said.label);
    uniform.defaults = defaultsOf(head.type, value, std::move(said.defaults));
    const auto components = static_cast<std::size_t>(componentsOf(head.type));
    if (uniform.arraySize == -1 && !value.empty() && components > 0) {
      uniform.arraySize = static_cast<int>(uniform.defaults.size() / components);
      if (uniform.arraySize == 0) uniform.arraySize = -1;
    }
    uniforms_.emplace(text(name), out_.uniforms.size());
    out_.uniforms.push_back(std::move(uniform));
  }

  /// Where the declaration of that name ends. They are asked for in order.
  int lineOfEnd(std::size_t name) {
    end_ = std::max(end_, name);
    while (end_ < tokens_.size() && text(end_) != ";") ++end_;
    return tokens_[std::min(end_, tokens_.size() - 1)].line;
  }

  std::vector<double> defaultsOf(std::string_view type, std::span<const CodeToken> value,
                                 std::vector<double> said) const {
    const auto components = static_cast<std::size_t>(componentsOf(type));
    if (components == 0) return {};
    if (!value.empty()) {
      const std::optional<Numbers> numbers = evaluate(value, known_);
      return numbers ? numbers->values : std::vector<double>();
    }
    const bool matrix = type.find("mat") != std::string_view::npos;
    if (said.size() == 1 && !matrix) said.resize(components, said[0]);
    if (said.size() % components != 0) said.clear();
    return said;
  }

  /// Each counter gets a declaration of its own, with its place in the one buffer for all.
  void declareCounter(const Head& head, std::size_t comma) {
    UniformDeclaration& counter = out_.uniforms.back();
    std::string place = "layout(binding = 0";
    if (nextCounter_ >= 0) {
      counter.counterOffset = nextCounter_;
      place += ", offset = " + std::to_string(nextCounter_);
    }
    place += ") ";
    const int count = counter.arraySize == 0 ? 1 : counter.arraySize;
    const bool known = nextCounter_ >= 0 && count > 0 && count < (1 << 20);
    nextCounter_ = known ? nextCounter_ + count * kCounterBytes : -1;
    if (comma != 0) return edits_.replace(comma, comma, "; " + place + "uniform atomic_uint ");
    if (!head.layout.empty()) return edits_.replace(head.layoutFirst, head.layoutLast, place);
    edits_.insert(head.first, place);
  }

  void declareConstant(const Head& head, std::size_t name, std::span<const CodeToken> value) {
    const std::optional<Numbers> numbers = evaluate(value, known_);
    if (numbers && numbers->values.size() <= kMaxKnown) {
      known_.insert_or_assign(text(name), *numbers);
    }
    const LayoutItem* id = head.item("constant_id");
    if (id == nullptr && variesByUse(value)) {
      edits_.replace(head.constant, head.constant, "");
      varying_.insert(text(name));
    }
    if (id == nullptr || value.empty()) return;
    edits_.replace(head.layoutFirst, head.layoutLast, "");
    ConstantDeclaration constant;
    constant.id = evaluateInt(id->value, known_).value_or(-1);
    constant.type = head.type;
    constant.name = text(name);
    constant.line = line(name);
    constant.value = value.front().text;
    if (!value.front().made && !value.back().made) {
      constant.valueAt = edits_.offsetOf(value.front());
      constant.valueLength =
          edits_.offsetOf(value.back()) + value.back().text.size() - constant.valueAt;
      constant.value = user_.userCode().substr(constant.valueAt, constant.valueLength);
    }
    out_.constants.push_back(std::move(constant));
  }

  /// True for an initializer of uniforms, inputs or functions: OpenGL takes it for a variable only.
  bool variesByUse(std::span<const CodeToken> value) const {
    for (const CodeToken& token : value) {
      const std::string_view word = token.text;
      const auto isNamed = [word](const auto& each) { return each.name == word; };
      const auto isAny = [&](const auto& all) {
        return std::any_of(all.begin(), all.end(), isNamed);
      };
      const bool helper = word.starts_with("TD") && !word.starts_with("TD_");
      if (helper || word.starts_with("uTD") || word.starts_with("sTD")) return true;
      if (varying_.contains(word) || uniforms_.contains(word) || isAny(out_.functions)) return true;
    }
    return false;
  }

  const MappedSource& user_;
  TextEdits edits_;
  LineConditions conditions_;
  bool keptName_ = false;  // of the declaration that is read
  std::set<std::string_view> varying_;
  std::multimap<std::string_view, std::size_t> uniforms_;  // by name, where in out_
  KnownNumbers known_;
  int nextCounter_ = 0;
  std::size_t end_ = 0;
  Declarations out_;
};

}  // namespace

Declarations declarationsOf(const MappedSource& user) {
  return DeclarationReader(user).read();
}

}  // namespace topknot::glsl
