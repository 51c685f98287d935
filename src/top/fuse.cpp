// A tree of shader functions made into one program.
#include "top/fuse.h"

#include <algorithm>

#include "gl/shader_library.h"
#include "gl/shader_source.h"

namespace topknot {

namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Gives every identifier that is `stem`, or begins with `stem_`, a suffix, so that the same shader
/// can stand in a program several times. Members of structures keep their names.
std::string renamed(const std::string& text, std::string_view stem, const std::string& suffix) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (!isWord(text[i])) {
      out += text[i++];
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && isWord(text[end])) ++end;
    const std::string_view word(text.data() + i, end - i);
    out += word;
    const bool member = i > 0 && text[i - 1] == '.';
    const bool ours = !member && word.starts_with(stem) &&
                      (word.size() == stem.size() || word[stem.size()] == '_');
    if (ours) out += suffix;
    i = end;
  }
  return out;
}

/// What a picture of that format would give back of a colour stored in it.
std::string stored(PixelFormat format, const std::string& colour) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  std::string value = colour;
  if (info.fixed) value = "clamp(" + value + ", 0.0, 1.0)";
  if (info.component == Component::Packed111110) value = "max(" + value + ", 0.0)";
  switch (info.channels) {
    case Channels::Rgba: return value;
    case Channels::Rgb: return "keepRgb(" + value + ")";
    case Channels::Mono: return "keepMono(" + value + ")";
    case Channels::Rg: return "keepRg(" + value + ")";
    case Channels::Alpha: return "keepAlpha(" + value + ")";
    case Channels::MonoAlpha: return "keepMonoAlpha(" + value + ")";
  }
  return value;
}

constexpr std::string_view kKeep =
    "vec4 keepRgb(vec4 c) { return vec4(c.rgb, 1.0); }\n"
    "vec4 keepMono(vec4 c) { return vec4(c.rrr, 1.0); }\n"
    "vec4 keepRg(vec4 c) { return vec4(c.rg, 0.0, 1.0); }\n"
    "vec4 keepAlpha(vec4 c) { return vec4(0.0, 0.0, 0.0, c.a); }\n"
    "vec4 keepMonoAlpha(vec4 c) { return c.rrra; }";

/// Walks the tree once for the key and the data, and once more for the text if the key is new.
class Fuser {
 public:
  explicit Fuser(const Expression& root) : root_(root) {
    collect(root);
    key_ += "|" + std::to_string(outputSwizzle(root.shape.format));
  }

  FusedPass pass() {
    FusedPass out;
    out.program = gl::cachedProgram(key_, [this] { return text(); });
    out.inputs = std::move(inputs_);
    out.block = std::move(block_);
    return out;
  }

 private:
  void collect(const Expression& node) {
    key_ += std::string(node.function) + maskText(node.mask) + "{" + node.values.key() + "}(";
    if (!node.values.bytes().empty()) {
      block_.resize((block_.size() + 15) / 16 * 16);
      block_.insert(block_.end(), node.values.bytes().begin(), node.values.bytes().end());
      block_.resize((block_.size() + 15) / 16 * 16);
    }
    for (const Operand& operand : node.operands) {
      if (operand.picture.texture) {
        inputs_.push_back({operand.picture.texture.get(), 0, operand.filter, operand.extend});
        key_ += "t,";
      } else {
        key_ += std::to_string(static_cast<int>(operand.picture.shape.format)) + ":";
        collect(*operand.picture.expression);
      }
    }
    key_ += ")";
  }

  static std::string maskText(gl::ChannelMask mask) {
    std::string text;
    if (!mask.r) text += "-r";
    if (!mask.g) text += "-g";
    if (!mask.b) text += "-b";
    if (!mask.a) text += "-a";
    return text;
  }

  std::string text() {
    const std::string colour = compute(root_);
    gl::FlatShader shader;
    shader.addLibrary("#define TD_OUTPUT_SWIZZLE " +
                      std::to_string(outputSwizzle(root_.shape.format)));
    shader.addLibrary(gl::libraryShader("prelude"));
    shader.addLibrary(kKeep);
    shader.addLibrary("in vec3 vUV;\nlayout(location = 0) out vec4 result;");
    if (textures_ > 0) {
      for (int i = 0; i < textures_; ++i) {
        shader.addLibrary("layout(binding = " + std::to_string(i) + ") uniform sampler2D t" +
                          std::to_string(i) + ";");
      }
    }
    shader.addLibrary(structures_);
    if (!members_.empty()) {
      shader.addLibrary("layout(std140, binding = 1) uniform Numbers {\n" + members_ + "};");
    }
    for (const std::string& name : used_) shader.addLibrary(gl::libraryShader(name));
    shader.addLibrary(functions_);
    shader.addLibrary("void main() {\n" + steps_ + "  result = TDOutputSwizzle(" + colour +
                      ");\n}");
    return shader.text(gl::current()->info.glsl);
  }

  /// Declares the function of a node and what it needs, and calls it; returns the variable that
  /// holds the result.
  std::string compute(const Expression& node) {
    const std::string number = std::to_string(count_++);
    if (!node.values.members().empty()) {
      structures_ += "struct Numbers" + number + " {\n" + node.values.members() + "};\n";
      members_ += "  Numbers" + number + " n" + number + ";\n";
    }
    std::vector<std::string> arguments;
    std::string first = "vec4(0.0)";
    for (const Operand& operand : node.operands) {
      if (operand.picture.texture) {
        const std::string texture = "t" + std::to_string(textures_++);
        const std::string own = "texture(" + texture + ", vUV.st)";
        if (arguments.empty()) first = own;
        arguments.push_back(node.kind == FunctionKind::Sampling ? texture : own);
      } else {
        const Expression& inner = *operand.picture.expression;
        const std::string value = stored(inner.shape.format, compute(inner));
        if (arguments.empty()) first = value;
        arguments.push_back(value);
      }
    }
    if (node.kind == FunctionKind::Generator) arguments.insert(arguments.begin(), "vUV.st");
    if (node.kind == FunctionKind::Sampling) arguments.push_back("vUV.st");
    std::string list;
    for (const std::string& argument : arguments) list += (list.empty() ? "" : ", ") + argument;
    declare(node, number);
    const std::string value = std::string(node.function) + "_" + number + "(" + list + ")";
    const std::string colour = "c" + number;
    steps_ += "  vec4 " + colour + " = " + masked(node.mask, value, first) + ";\n";
    return colour;
  }

  void declare(const Expression& node, const std::string& number) {
    const std::string source = withoutUses(gl::libraryShader(node.function));
    functions_ += renamed(node.values.resolve(source, "n" + number), node.function, "_" + number);
    functions_ += "\n";
  }

  /// Takes the lines `#use name` out of a shader's text. The shader `name` is shared: it stands in
  /// the program once, ahead of all functions.
  std::string withoutUses(std::string text) {
    constexpr std::string_view kUse = "#use ";
    for (std::size_t at = 0; (at = text.find(kUse, at)) != std::string::npos;) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string name = text.substr(at + kUse.size(), end - at - kUse.size());
      if (std::find(used_.begin(), used_.end(), name) == used_.end()) used_.push_back(name);
      text.erase(at, end - at);
    }
    return text;
  }

  /// Channels outside the mask keep what the first operand has.
  static std::string masked(gl::ChannelMask mask, const std::string& value,
                            const std::string& first) {
    if (mask.r && mask.g && mask.b && mask.a) return value;
    const auto pick = [](bool on) { return on ? std::string("true") : std::string("false"); };
    return "mix(" + first + ", " + value + ", bvec4(" + pick(mask.r) + ", " + pick(mask.g) + ", " +
           pick(mask.b) + ", " + pick(mask.a) + "))";
  }

  const Expression& root_;
  std::string key_;
  std::vector<gl::Input> inputs_;
  std::vector<std::byte> block_;
  int count_ = 0, textures_ = 0;
  std::string structures_, members_, functions_, steps_;
  std::vector<std::string> used_;  // shared shaders, in the order of their first use
};

}  // namespace

FusedPass fuse(const Expression& root) { return Fuser(root).pass(); }

int outputSwizzle(PixelFormat format) {
  switch (pixelFormatInfo(format).channels) {
    case Channels::Alpha: return 1;
    case Channels::MonoAlpha: return 2;
    default: return 0;
  }
}

}  // namespace topknot
