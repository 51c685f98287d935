// GLSL: a user's pixel shader as an operator.
#include <cstring>
#include <utility>

#include "gl/lookup_textures.h"
#include "gl/shader_library.h"
#include "gl/shader_source.h"
#include "io/text_file.h"
#include "top/compile_report.h"
#include "top/include_finder.h"
#include "top/menus.h"
#include "top/pixel_function.h"
#include "top/rehearsal.h"
#include "top/top_cook.h"
#include "top/uniform_pages.h"
#include "topknot/glsl_top.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

constexpr std::uint64_t kMaxShaderBytes = 1 << 20;

constexpr std::string_view kDefaultShader =
    "out vec4 fragColor;\n"
    "void main() {\n"
    "  fragColor = TDOutputSwizzle(vec4(1.0));\n"
    "}\n";

/// `TDTexInfo` of the prelude, as std140 lays it out.
struct TexInfo {
  float res[4];
  float depth[4];
};

TexInfo infoOf(const gl::TextureShape& shape) {
  const auto w = static_cast<float>(shape.width);
  const auto h = static_cast<float>(shape.height);
  return {{1.0f / w, 1.0f / h, w, h}, {1.0f, 1.0f, 0.0f, 0.0f}};
}

}  // namespace

struct GlslTop::Shader {
  // What the user gave.
  gl::ShaderSource source{"", std::string(kDefaultShader)};
  bool given = false;
  IncludeFinder includes;
  std::unique_ptr<UniformPages> pages;
  Parameter *extend = nullptr, *mode = nullptr, *behavior = nullptr;

  // What became of it.
  struct Target {  // what the program was made for
    bool function = false;
    int inputs = -1, swizzle = -1, glsl = 0;
    friend bool operator==(const Target&, const Target&) = default;
  };
  bool stale = true;
  Target made;
  gl::FlatShader user;  // the user's text, includes expanded
  gl::Program program;
  std::shared_ptr<const UserFunction> pixel;  // in the place of a program
  std::string report;
  bool ok = false;
  bool warned = false;  // by the latest cook
  std::string madeConstants;
  bool usesNoise = false, usesSine = false;
  gl::UniformBlock block;

  // A new text that a worker compiles, while the picture is made with the one before.
  bool atOnce = false;  // somebody waits for the result
  std::shared_ptr<const UserFunction> next;
  std::shared_ptr<Rehearsal> rehearsal;
  std::shared_ptr<Rehearsal> rehearsed;  // the latest: its programs are needed until they are drawn

  bool isFunction() const { return mode->menuIndex() == 1; }
  gl::Extend extendMode() const { return static_cast<gl::Extend>(extend->menuIndex()); }
  void compile(const std::string& opName, int inputCount, int outputSwizzleNumber);
  gl::FlatShader readText(const std::string& opName);
  gl::FlatShader assembled();
  void build(gl::Program::Log& log);
  std::vector<gl::Input> bind(TopCook& cook) const;
  void writeBlock(TopCook& cook, int pass);
};

gl::FlatShader GlslTop::Shader::readText(const std::string& opName) {
  gl::ShaderSource text = source;
  if (text.name.empty()) text.name = opName + "_pixel";
  if (made.function && !given) text.text = pixelSignature(made.inputs) + " { return vec4(1.0); }\n";
  gl::FlatShader read;
  read.addUser(text, includes.resolver());
  return read;
}

/// Our declarations, then the user's text.
gl::FlatShader GlslTop::Shader::assembled() {
  usesNoise = user.mentions("sTDNoiseMap");
  usesSine = user.mentions("sTDSineLookup");
  const int inputs = made.inputs;
  gl::FlatShader flat;
  flat.addLibrary(
      "#define TD_PIXEL_SHADER\n#define TD_NUM_COLOR_BUFFERS 1\n#define TD_NUM_2D_INPUTS " +
      std::to_string(inputs) +
      "\n#define TD_NUM_3D_INPUTS 0\n#define TD_NUM_2D_ARRAY_INPUTS 0\n"
      "#define TD_NUM_CUBE_INPUTS 0\n#define TD_OUTPUT_SWIZZLE " +
      std::to_string(made.swizzle));
  flat.addLibrary(gl::libraryShader("prelude"));
  flat.addLibrary("in vec3 vUV;");
  flat.addLibrary(
      "layout(std140, binding = 0) uniform TDPassBlock {\n  TDTexInfo uTDOutputInfo;\n"
      "  int uTDPass;\n  int uTDCurrentDepth;");
  if (inputs > 0) flat.addLibrary("  TDTexInfo uTD2DInfos[TD_NUM_2D_INPUTS];");
  flat.addLibrary("};");
  if (inputs > 0) {
    flat.addLibrary("layout(binding = 0) uniform sampler2D sTD2DInputs[TD_NUM_2D_INPUTS];");
  }
  int unit = inputs;
  if (usesNoise) {
    flat.addLibrary("layout(binding = " + std::to_string(unit++) +
                    ") uniform sampler2D sTDNoiseMap;");
  }
  if (usesSine) {
    flat.addLibrary("layout(binding = " + std::to_string(unit) +
                    ") uniform sampler1D sTDSineLookup;");
  }
  flat.addFlat(gl::rewritten(user, pages->declarations(), pages->constants()),
               [](std::string_view line) { return std::string(line); });
  return flat;
}

void GlslTop::Shader::build(gl::Program::Log& log) {
  log.pixel = user.problems();
  log.failed = !log.pixel.empty();
  if (log.failed) return;
  const gl::FlatShader flat = assembled();
  program = gl::Program::build(gl::passVertexShader(made.glsl), flat.text(made.glsl), log);
  flat.place(log.pixel);
  flat.place(log.link);
  program.separateSamplers("sTD", made.inputs + 2);
}

void GlslTop::Shader::compile(const std::string& opName, int inputCount, int outputSwizzleNumber) {
  const int version = gl::current()->info.glsl;
  const Target wanted{isFunction(), inputCount, isFunction() ? 0 : outputSwizzleNumber, version};
  if (!stale && made == wanted && madeConstants == pages->constantsKey()) return;
  stale = true;  // until all went well
  made = wanted;
  program = gl::Program();
  pixel = nullptr;
  user = readText(opName);
  pages->declared(gl::declarationsOf(user));
  madeConstants = pages->constantsKey();
  gl::Program::Log log;
  if (made.function) {
    pixel = pixelFunction(user, made.inputs, log);
  } else {
    build(log);
  }
  ok = !log.failed;
  report = compileReport(log);
  stale = false;
  atOnce = false;
}

std::vector<gl::Input> GlslTop::Shader::bind(TopCook& cook) const {
  std::vector<gl::Input> bound;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (cook.connected(i)) bound.push_back(cook.sampled(i, extendMode()));
  }
  if (usesNoise) {
    bound.push_back({nullptr, gl::noiseMap(), gl::Filter::Linear, gl::Extend::Repeat});
  }
  if (usesSine) {
    bound.push_back({nullptr, gl::sineLookup(), gl::Filter::Linear, gl::Extend::Hold});
  }
  return bound;
}

void GlslTop::Shader::writeBlock(TopCook& cook, int pass) {
  struct Head {
    TexInfo output;
    std::int32_t pass, depth, padding[2];
  };
  static_assert(sizeof(Head) == 48);
  const Head head{infoOf(cook.shape()), pass, 0, {}};
  const auto count = static_cast<std::size_t>(made.inputs);
  std::vector<std::byte> bytes(sizeof(Head) + sizeof(TexInfo) * count);
  std::memcpy(bytes.data(), &head, sizeof(head));
  std::size_t at = sizeof(Head);
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (!cook.connected(i)) continue;
    const TexInfo info =
        infoOf(pass > 0 && at == sizeof(Head) ? cook.shape() : cook.input(i).shape());
    std::memcpy(bytes.data() + at, &info, sizeof(info));
    at += sizeof(info);
  }
  block.write(bytes);
  block.bind(0);
}

GlslTop::GlslTop() : shader_(std::make_unique<Shader>()) {
  ParameterSet& set = declare();
  set.page("GLSL");
  shader_->mode =
      &set.add("mode", "Mode", ParStyle::Menu, "vertexpixel")
           .menu({{"vertexpixel", "Vertex/Pixel"}, {"pixelfunction", "Pixel Function"}})
           .help(
               "What the text is: a whole pixel shader, or a function vec4 pixel(vec4 a, "
               "vec2 uv) of each input's own pixel, which is drawn in one pass with its "
               "neighbours.");
  shader_->behavior =
      &set.add("compilebehavior", "Compile Behavior", ParStyle::Menu, "stalluntildone")
           .menu({{"stalluntildone", "Stall Until Done"},
                  {"threadedprevious", "Threaded, Show Previous"}})
           .help(
               "Whether a new text is compiled at once, or by another thread while the picture is "
               "made with the text before. The latter for Pixel Functions.");
  shader_->extend = &set.add("inputextenduv", "Input Extend Mode UV", ParStyle::Menu, "zero")
                         .menu(extendMenu())
                         .help("What the shader sees beyond the edges of its inputs.");
  shader_->pages = std::make_unique<UniformPages>(set);
}

GlslTop::~GlslTop() = default;

GlslTop& GlslTop::pixelShader(std::string text, std::string name) {
  shader_->source = {std::move(name), std::move(text)};
  shader_->given = true;
  shader_->stale = true;
  shader_->rehearsal = nullptr;
  shader_->pages->declared(gl::declarationsOf(shader_->readText({})));
  markDirty();
  return *this;
}

GlslTop& GlslTop::pixelShaderFile(const std::filesystem::path& file) {
  std::string text = io::readTextFile(file, kMaxShaderBytes);
  shader_->includes.addFile(file);
  return pixelShader(std::move(text), file.string());
}

const std::string& GlslTop::pixelShader() const {
  return shader_->source.text;
}

GlslTop& GlslTop::includeText(std::string name, std::string text) {
  shader_->includes.addText(std::move(name), std::move(text));
  shader_->stale = true;
  markDirty();
  return *this;
}

GlslTop& GlslTop::includeFolder(const std::filesystem::path& folder) {
  shader_->includes.addFolder(folder);
  shader_->stale = true;
  markDirty();
  return *this;
}

GlslTop& GlslTop::uniform(std::string_view name, const UniformValue& value) {
  if (value.isText()) {
    throw Error(describe() + ": uniform '" + std::string(name) +
                "': expected one to four numbers, found '" + value.text() + "'");
  }
  if (shader_->pages->user().set(name, value)) markDirty();
  return *this;
}

GlslTop& GlslTop::computedUniform(std::string_view name,
                                  std::function<UniformValue(const Frame&)> value) {
  shader_->pages->user().set(name, std::move(value));
  markDirty();
  return *this;
}

GlslTop& GlslTop::removeUniform(std::string_view name) {
  if (shader_->pages->user().remove(name)) markDirty();
  return *this;
}

GlslTop& GlslTop::counter(std::string_view name, std::vector<std::uint32_t> values) {
  if (shader_->pages->counter(name, std::move(values))) markDirty();
  return *this;
}

GlslTop& GlslTop::constant(std::string_view name, const Value& value) {
  if (shader_->pages->constant(name, value)) markDirty();
  return *this;
}

std::vector<UniformInfo> GlslTop::uniforms() {
  compileNow();
  const gl::Use use(state().context);
  return shader_->pages->infos(shader_->program ? &shader_->program : nullptr);
}

std::vector<std::uint32_t> GlslTop::counted(std::string_view name) {
  graph().cook(*this);
  const gl::Use use(state().context);
  return shader_->pages->counted(shader_->program, name);
}

/// Does not leave it to a worker.
void GlslTop::compileNow() {
  if (shader_->stale) shader_->atOnce = true;
  if (shader_->rehearsal) {
    shader_->rehearsal = nullptr;
    markDirty();
  }
  graph().cook(*this);
}

std::string GlslTop::compileResult() {
  compileNow();
  return shader_->report;
}

bool GlslTop::compiles() {
  compileNow();
  return shader_->ok;
}

bool GlslTop::isTimeDependent() const {
  return shader_->rehearsal != nullptr || shader_->pages->timeDependent();
}

void GlslTop::forgetGl() {
  shader_->program = gl::Program();
  shader_->pixel = nullptr;
  shader_->rehearsal = nullptr;
  shader_->rehearsed = nullptr;
  shader_->block = gl::UniformBlock();
  shader_->pages->forgetGl();
  shader_->stale = true;
  Top::forgetGl();
}

/// Warnings are of one cook: those that stand have to be said again.
bool GlslTop::onlyDescribes() const {
  return shader_->isFunction() && !shader_->stale && !shader_->warned && !isTimeDependent();
}

void GlslTop::render(TopCook& cook) {
  int connected = 0;
  for (int i = 0; i < cook.inputCount(); ++i) connected += cook.connected(i) ? 1 : 0;
  if (!rehearses(connected)) {
    shader_->compile(name(), connected, outputSwizzle(cook.formatWanted()));
  }
  shader_->warned = !shader_->ok;
  if (!shader_->ok) {
    addWarning("The GLSL Shader has compile errors (Use compileResult to see details).");
    return cook.fill("glsl");
  }
  shader_->pages->evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  if (shader_->made.function) return renderFunction(cook);
  renderShader(cook, connected);
}

/// True while a worker compiles the new text, and the one before is to be used.
bool GlslTop::rehearses(int connected) {
  Shader& shader = *shader_;
  const bool possible = shader.stale && !shader.atOnce && shader.behavior->menuIndex() == 1 &&
                        shader.isFunction() && shader.pixel && shader.made.inputs == connected;
  if (!possible) {
    shader.rehearsal = nullptr;
    return false;
  }
  if (!shader.rehearsal) return startRehearsal();
  if (!shader.rehearsal->ready()) return true;
  shader.rehearsed = std::exchange(shader.rehearsal, nullptr);
  if (shader.rehearsed->failed()) return false;  // compiled here once more, for its messages
  shader.rehearsed->install();
  compiled(*shader.next);
  shader.pixel = std::exchange(shader.next, nullptr);
  shader.user = shader.pixel->text;
  shader.ok = true;
  shader.report = compileReport({});
  shader.stale = false;
  return true;
}

bool GlslTop::startRehearsal() {
  Shader& shader = *shader_;
  const PicturePtr root = state().rootPicture.lock();
  const PicturePtr& own = state().picture;
  if (!root || !root->described() || !own || state().passedOn || !own->described()) return false;
  gl::FlatShader text = shader.readText(name());
  gl::Program::Log log;
  shader.next = uncompiledPixelFunction(text, shader.made.inputs, log);
  if (!shader.next) return false;
  std::vector<std::string> warnings;
  const Values numbers = shader.pages->numbers(
      [&](std::string_view name) { return text.mentions(name); }, warnings);
  auto recipe = std::make_shared<Recipe>("pixel", FunctionKind::User, numbers,
                                         own->recipe()->mask, shader.next);
  shader.rehearsal = Rehearsal::start(root, *own, std::move(recipe));
  return shader.rehearsal != nullptr;
}

void GlslTop::renderShader(TopCook& cook, int connected) {
  std::vector<std::string> warnings;
  shader_->pages->give(
      shader_->program, [&](std::string_view name) { return shader_->user.mentions(name); },
      warnings);
  for (std::string& warning : warnings) addWarning(std::move(warning));
  if (shader_->user.mentions("discard")) cook.clearFirst();
  cook.drawPasses(shader_->program, shader_->bind(cook), connected > 0,
                  [&](int pass) { shader_->writeBlock(cook, pass); });
}

void GlslTop::renderFunction(TopCook& cook) {
  std::vector<std::string> warnings;
  const Values numbers = shader_->pages->numbers(
      [&](std::string_view name) { return shader_->user.mentions(name); }, warnings);
  shader_->warned = !warnings.empty();
  for (std::string& warning : warnings) addWarning(std::move(warning));
  std::vector<Operand> operands;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (cook.connected(i)) operands.push_back(cook.operand(i, shader_->extendMode()));
  }
  const auto apply = [&] {
    return cook.make("pixel", FunctionKind::User, numbers, operands, cook.shape(),
                     cook.channelMask(), shader_->pixel);
  };
  PicturePtr made = apply();
  for (int pass = 1; pass < cook.passCount() && !operands.empty(); ++pass) {
    operands[0].picture = std::move(made);
    made = apply();
  }
  cook.show(std::move(made));
}

namespace ops {

extern const OpType glslType;
const OpType glslType = {
    "glsl", "GLSL", "Draws its picture with a shader of the user's.",
    0,      3,      []() -> std::unique_ptr<Op> { return std::make_unique<GlslTop>(); }};

}  // namespace ops

}  // namespace topknot
