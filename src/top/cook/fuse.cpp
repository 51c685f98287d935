// A tree of shader functions made into one program.
#include "top/cook/fuse.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "glsl/source/helper_library.h"
#include "glsl/source/shader_library.h"

namespace topknot {

namespace {

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool isMember(std::string_view text, std::size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at > 0 && text[at - 1] == '.';
}

/// True for what stands behind the dot of a vector or an array.
bool isBuiltInMember(std::string_view word) {
  if (word == "length") return true;
  if (word.size() > 4) return false;
  return word.find_first_not_of("xyzw") == std::string_view::npos ||
         word.find_first_not_of("rgba") == std::string_view::npos ||
         word.find_first_not_of("stpq") == std::string_view::npos;
}

/// Gives every identifier for which `ours` holds a suffix, so that the same names can stand in a
/// program several times. `renamesMember` tells of one behind a dot whether it is treated so too.
std::string renamed(std::string_view text, const std::function<bool(std::string_view)>& ours,
                    const std::function<bool(std::string_view)>& renamesMember,
                    const std::string& suffix) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (!isWord(text[i])) {
      out += text[i++];
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && isWord(text[end])) ++end;
    const std::string_view word = text.substr(i, end - i);
    out += word;
    if (ours(word) && (!isMember(text, i) || renamesMember(word))) out += suffix;
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
    case Channels::Rgba:
      return value;
    case Channels::Rgb:
      return "keepRgb(" + value + ")";
    case Channels::Mono:
      return "keepMono(" + value + ")";
    case Channels::Rg:
      return "keepRg(" + value + ")";
    case Channels::Alpha:
      return "keepAlpha(" + value + ")";
    case Channels::MonoAlpha:
      return "keepMonoAlpha(" + value + ")";
  }
  return value;
}

constexpr std::string_view kKeep =
    "vec4 keepRgb(vec4 c) { return vec4(c.rgb, 1.0); }\n"
    "vec4 keepMono(vec4 c) { return vec4(c.rrr, 1.0); }\n"
    "vec4 keepRg(vec4 c) { return vec4(c.rg, 0.0, 1.0); }\n"
    "vec4 keepAlpha(vec4 c) { return vec4(0.0, 0.0, 0.0, c.a); }\n"
    "vec4 keepMonoAlpha(vec4 c) { return c.rrra; }";

/// Channels outside the mask keep what the first operand has.
std::string masked(gl::ChannelMask mask, const std::string& value, const std::string& first) {
  if (mask.all()) return value;
  const auto pick = [](bool on) { return on ? std::string("true") : std::string("false"); };
  return "mix(" + first + ", " + value + ", bvec4(" + pick(mask.r) + ", " + pick(mask.g) + ", " +
         pick(mask.b) + ", " + pick(mask.a) + "))";
}

class Fuser {
 public:
  explicit Fuser(const FusedTree& tree) : tree_(tree) {}

  glsl::MappedSource text() {
    const Picture& root = *tree_.members.front();
    const std::string colour = compute();
    glsl::MappedSource shader;
    shader.addLibrary("#define TD_PIXEL_SHADER\n#define TD_OUTPUT_SWIZZLE " +
                      std::to_string(outputSwizzle(root.shape().format)));
    shader.addLibrary(glsl::libraryShader("prelude"));
    shader.addLibrary(kKeep);
    shader.addLibrary("in vec3 vUV;\nlayout(location = 0) out vec4 result;");
    for (int i = 0; i < textures_; ++i) {
      const std::string number = std::to_string(i);
      shader.addLibrary("layout(binding = " + number + ") uniform sampler2D t" + number + ";");
    }
    shader.addLibrary(structures_);
    if (!members_.empty()) {
      shader.addLibrary("layout(std140, binding = 1) uniform Numbers {\n" + members_ + "};");
    }
    shader.addLibrary(constants_);
    for (const std::string& name : used_) shader.addLibrary(glsl::libraryShader(name));
    shader.addLibrary(helpers());
    for (const Function& function : functions_) {
      if (!function.user) {
        shader.addLibrary(function.text);
        continue;
      }
      const std::vector<std::string>& globals = function.user->globals;
      shader.addFlat(function.user->text, [&](std::string_view line) {
        return renamed(
            line,
            [&](std::string_view word) {
              return std::binary_search(globals.begin(), globals.end(), word);
            },
            [](std::string_view word) { return !isBuiltInMember(word); }, function.text);
      });
    }
    shader.addLibrary("void main() {\n" + steps_ + "  result = TDOutputSwizzle(" + colour +
                      ");\n}");
    return shader;
  }

 private:
  struct Function {
    std::string text;  // of a user's: the suffix for its names
    const UserFunction* user = nullptr;
  };

  /// Declares the function of the next picture and what it needs, and calls it; returns the
  /// variable that holds the result.
  std::string compute() {
    const std::size_t index = next_++;
    const Picture& picture = *tree_.members[index];
    const ShaderFunction& shaderFunction = *picture.shaderFunction();
    const std::string number = std::to_string(index);
    if (!shaderFunction.user && !shaderFunction.numbers.empty()) {
      structures_ += "struct Numbers" + number + " {\n" + members(shaderFunction) + "};\n";
      members_ += "  Numbers" + number + " n" + number + ";\n";
    }
    std::vector<std::string> arguments;
    std::string first = "vec4(0.0)";
    for (const Operand& operand : picture.operands()) {
      std::string value, argument;
      if (tree_.inlined[operand_++] == 0) {
        const std::string texture = "t" + std::to_string(textures_++);
        value = "texture(" + texture + ", vUV.st)";
        argument = shaderFunction.kind == FunctionKind::Sampling ? texture : value;
      } else {
        const PixelFormat format = operand.picture->shape().format;
        argument = value = stored(format, compute());
      }
      if (arguments.empty()) first = value;
      arguments.push_back(argument);
    }
    if (shaderFunction.kind == FunctionKind::Generator)
      arguments.insert(arguments.begin(), "vUV.st");
    if (shaderFunction.kind == FunctionKind::Sampling ||
        shaderFunction.kind == FunctionKind::User) {
      arguments.push_back("vUV.st");
    }
    std::string list;
    for (const std::string& argument : arguments) list += (list.empty() ? "" : ", ") + argument;
    declare(shaderFunction, index, number);
    const std::string value = shaderFunction.function + "_" + number + "(" + list + ")";
    const std::string colour = "c" + number;
    steps_ += "  vec4 " + colour + " = " + masked(shaderFunction.mask, value, first) + ";\n";
    return colour;
  }

  void declare(const ShaderFunction& shaderFunction, std::size_t index, const std::string& number) {
    if (shaderFunction.user) return functions_.push_back({"_" + number, shaderFunction.user.get()});
    const std::string source = withoutUses(glsl::libraryShader(shaderFunction.function));
    static const Frozen kNothing;
    const Frozen& frozen = tree_.frozen.empty() ? kNothing : tree_.frozen[index];
    const std::string text = resolved(shaderFunction, source, "n" + number, frozen, constants_);
    const std::string& stem = shaderFunction.function;
    functions_.push_back({renamed(
        text,
        [&](std::string_view word) {
          return word.starts_with(stem) && (word.size() == stem.size() || word[stem.size()] == '_');
        },
        [](std::string_view) { return false; }, "_" + number)});
  }

  /// What users' functions mention of the helper library and do not declare themselves.
  std::string helpers() const {
    return glsl::helperLibrary(
        [&](std::string_view name) {
          return std::any_of(functions_.begin(), functions_.end(), [&](const Function& each) {
            if (!each.user || !each.user->text.mentions(name)) return false;
            const std::vector<std::string>& own = each.user->globals;
            return !std::binary_search(own.begin(), own.end(), name);
          });
        },
        used_);
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

  const FusedTree& tree_;
  std::size_t next_ = 0, operand_ = 0;
  int textures_ = 0;
  std::string structures_, members_, constants_, steps_;
  std::vector<Function> functions_;
  std::vector<std::string> used_;  // shared shaders, in the order of their first use
};

/// The words of a text that stand outside braces and parentheses, each with what follows it.
class GlobalScan {
 public:
  explicit GlobalScan(const std::string& code) : code_(code) {}

  std::vector<std::string> names() {
    while (at_ < code_.size()) step();
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    return names_;
  }

 private:
  void step() {
    const char c = code_[at_];
    if (c == '#' && lineBegins_) return directive();
    if (isWord(c)) return word();
    if (c == '{' || c == '(' || c == '[') ++depth_;
    if (c == '}' || c == ')' || c == ']') --depth_;
    if (!std::isspace(static_cast<unsigned char>(c))) {
      lineBegins_ = false;
      // Behind a comma goes another name of the same declaration.
      if (c != ',' && c != ']') afterType_ = false;
      if (c == ',') afterType_ = declares_;
      if (c == ';' || c == '}') declares_ = false;
    } else if (c == '\n') {
      lineBegins_ = true;
    }
    ++at_;
  }

  void directive() {
    const std::size_t end = std::min(code_.find('\n', at_), code_.size());
    const std::string line = code_.substr(at_, end - at_);
    const std::size_t define = line.find("define");
    const bool defines =
        define != std::string::npos && define + 6 < line.size() && !isWord(line[define + 6]);
    if (defines) {
      std::size_t from = define + 6;
      while (from < line.size() && !isWord(line[from])) ++from;
      std::size_t to = from;
      while (to < line.size() && isWord(line[to])) ++to;
      if (to > from) names_.push_back(line.substr(from, to - from));
    }
    at_ = end;
  }

  void word() {
    std::size_t end = at_;
    while (end < code_.size() && isWord(code_[end])) ++end;
    const std::string text = code_.substr(at_, end - at_);
    at_ = end;
    lineBegins_ = false;
    if (depth_ > 0) return;
    if (afterType_) {
      names_.push_back(text);
      declares_ = true;
      afterType_ = false;
      return;
    }
    static const char* const kQualifiers[] = {
        "uniform", "const",  "in",        "out",    "highp",  "mediump", "lowp",
        "precise", "shared", "invariant", "layout", "buffer", "flat",    "precision"};
    const bool qualifier = std::any_of(std::begin(kQualifiers), std::end(kQualifiers),
                                       [&](const char* each) { return text == each; });
    afterType_ = !qualifier;  // `struct` is followed by its name like a type
  }

  const std::string& code_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool lineBegins_ = true, afterType_ = false, declares_ = false;
  std::vector<std::string> names_;
};

}  // namespace

glsl::MappedSource fusedText(const FusedTree& tree) {
  return Fuser(tree).text();
}

std::vector<FusedProgram::UserNumber> userNumbers(const FusedTree& tree,
                                                  const gl::Program& program) {
  std::vector<FusedProgram::UserNumber> found;
  for (std::size_t member = 0; member < tree.members.size(); ++member) {
    const ShaderFunction& shaderFunction = *tree.members[member]->shaderFunction();
    if (!shaderFunction.user) continue;
    for (std::size_t i = 0; i < shaderFunction.numbers.size(); ++i) {
      const auto uniform =
          program.uniforms().find(shaderFunction.numbers[i].name + "_" + std::to_string(member));
      if (uniform != program.uniforms().end()) found.push_back({member, i, uniform->second});
    }
  }
  return found;
}

int outputSwizzle(PixelFormat format) {
  switch (pixelFormatInfo(format).channels) {
    case Channels::Alpha:
      return 1;
    case Channels::MonoAlpha:
      return 2;
    default:
      return 0;
  }
}

std::vector<std::string> globalNames(const std::string& code) {
  return GlobalScan(code).names();
}

}  // namespace topknot
