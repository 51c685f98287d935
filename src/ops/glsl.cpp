// GLSL: a user's shaders as an operator.
#include <map>
#include <utility>

#include "io/file_watch.h"
#include "top/buffer_page.h"
#include "top/compile_report.h"
#include "top/function_check.h"
#include "top/function_shader.h"
#include "top/named_tops.h"
#include "top/shader_page.h"
#include "top/shader_run.h"
#include "top/shader_texts.h"
#include "top/top_cook.h"
#include "top/uniform_pages.h"
#include "top/whole_shader.h"
#include "topknot/glsl_top.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

constexpr const char* kDefaultPixel =
    "out vec4 fragColor;\n"
    "void main() {\n"
    "  fragColor = TDOutputSwizzle(vec4(1.0));\n"
    "}\n";

constexpr const char* kDefaultCompute =
    "layout(local_size_x = 8, local_size_y = 8) in;\n"
    "void main() {\n"
    "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(1.0));\n"
    "}\n";

}  // namespace

struct GlslTop::Shader {
  Shader(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours)
      : page(set), uniforms(set, std::move(colours)), buffers(set), parameters(set) {}

  // What the user gave.
  ShaderTextSet texts;
  std::array<std::string, kStageKinds> filesRead;  // of the parameters
  ShaderPage page;
  UniformPages uniforms;
  BufferPage buffers;
  const ParameterSet& parameters;

  // The texts of the present mode, read once.
  struct Read {
    ShaderPage::Mode mode;
    std::string opName;
    int inputs;  // that the text of a function depends on; −1: it was given
    friend bool operator==(const Read&, const Read&) = default;
  };
  std::optional<Read> read;
  StageTexts stages;
  gl::FlatShader functionText;
  std::uint64_t readings = 0;

  // What the program is made for, and what that was made from.
  struct SettingKey {
    std::uint64_t parameters, constants, buffers, readings;
    std::array<int, gl::kDimensions> inputs;
    gl::TextureShape shape;
    friend bool operator==(const SettingKey&, const SettingKey&) = default;
  };
  std::optional<SettingKey> settingKey;
  SettingPtr setting;

  // What became of it.
  WholeShader whole;
  FunctionShader function;
  bool stale = true;    // nothing was made from the present texts
  bool atOnce = false;  // somebody waits for the result
  bool warned = false;  // by the latest cook

  // Files that are watched.
  std::map<StageKind, std::filesystem::path> watched;
  io::FileWatch watch;

  bool isFunction() const { return page.isFunction(); }
  const gl::Program::Log& log() const { return isFunction() ? function.log() : whole.log(); }
  bool ok() const { return isFunction() ? function.function() != nullptr : whole.latest() != nullptr; }
  bool isBusy() const { return function.isBusy() || whole.isBusy(); }
  bool threaded() const { return page.whileCompiling() != ShaderPage::Meanwhile::Stall && !atOnce; }
  bool keepsPrevious() const {
    return page.onError() == ShaderPage::Meanwhile::Previous || !watched.empty();
  }
  const gl::Program* program() const;  // null for pixel functions, and if it does not compile
  void forgetTexts();
  void refreshFiles();
  void rereadWatched();
  void readTexts(const std::string& opName, int inputs);
  const SettingPtr& settingFor(const std::string& opName, const ShaderRun& run,
                               const std::vector<ShaderInput>& inputs);
  bool compileWhole(TopCook& cook, const ShaderRun& run, const std::vector<ShaderInput>& inputs);
  bool compileFunction(const std::string& opName, int inputs, PixelFormat format,
                       const FunctionShader::Shown& shown);
  bool compiled();
};

void GlslTop::Shader::forgetTexts() {
  read.reset();
  stale = true;
  whole.forget();
  function.forget();
}

/// Reads the files that parameters name, once.
void GlslTop::Shader::refreshFiles() {
  for (std::size_t i = 0; i < kStageKinds; ++i) {
    const std::string file = page.files[i]->value().text();
    if (file == filesRead[i]) continue;
    const auto stage = static_cast<StageKind>(i);
    if (file.empty()) {
      texts.remove(stage);
    } else {
      texts.setFile(stage, file);
    }
    filesRead[i] = file;
    forgetTexts();
  }
}

/// Files that were saved are read again; one that cannot be read now is left for later.
void GlslTop::Shader::rereadWatched() {
  if (watched.empty() || !watch.changed()) return;
  for (const auto& [stage, file] : watched) {
    try {
      texts.setFile(stage, file);
    } catch (const Error&) {
      continue;
    }
    forgetTexts();
  }
}

/// What they declare becomes parameters.
void GlslTop::Shader::readTexts(const std::string& opName, int inputs) {
  const bool given = texts.has(StageKind::Pixel);
  const Read wanted{page.mode(), opName, isFunction() && !given ? inputs : -1};
  if (read == wanted) return;
  read = wanted;
  ++readings;
  if (isFunction()) {
    constexpr auto kJoins = ShaderTextSet::Joins::Others;
    functionText =
        given ? texts.read(StageKind::Pixel, opName, kJoins)
              : texts.read(StageKind::Pixel, opName,
                           pixelSignature(inputs) + " { return vec4(1.0); }\n", kJoins);
    return uniforms.declared(gl::declarationsOf(functionText));
  }
  const bool compute = page.mode() == ShaderPage::Mode::Compute;
  const StageKind main = compute ? StageKind::Compute : StageKind::Pixel;
  const char* const standIn = compute ? kDefaultCompute : kDefaultPixel;
  using Stage = StageTexts::Stage;
  stages = {};
  stages.main = Stage(texts.has(main) ? texts.read(main, opName) : texts.read(main, opName, standIn));
  if (!compute && texts.has(StageKind::Vertex)) {
    stages.vertex = Stage(texts.read(StageKind::Vertex, opName));
  }
  uniforms.declared(declarationsOf(stages));
}

/// The same object as before if nothing changed.
const SettingPtr& GlslTop::Shader::settingFor(const std::string& opName, const ShaderRun& run,
                                              const std::vector<ShaderInput>& inputs) {
  readTexts(opName, 0);
  SettingKey key{parameters.revision(), uniforms.constantRevision(), buffers.revision(),
                 readings, run.counts(inputs), run.shape};
  if (setting && settingKey == key) return setting;
  ShaderSetting made = page.setting(run, key.inputs);
  made.constants = uniforms.constantsKey();
  buffers.read();
  made.attributes = buffers.specs([&](std::string_view name) { return stages.mention(name); });
  if (!setting || *setting != made) setting = std::make_shared<const ShaderSetting>(std::move(made));
  settingKey = std::move(key);
  return setting;
}

/// A result is there.
bool GlslTop::Shader::compiled() {
  stale = false;
  atOnce = false;
  return true;
}

/// False while a worker compiles.
bool GlslTop::Shader::compileWhole(TopCook& cook, const ShaderRun& run,
                                   const std::vector<ShaderInput>& inputs) {
  if (whole.isMade(setting)) return true;
  stale = true;  // until all went well
  const std::vector<gl::ConstantValue> constants = uniforms.constants();
  if (!threaded()) {
    whole.compile(stages, setting, constants);
  } else if (!whole.compileBeside(stages, setting, constants, run, inputs, cook.inputFilter())) {
    return false;
  }
  return compiled();
}

/// False while a worker compiles.
bool GlslTop::Shader::compileFunction(const std::string& opName, int inputs, PixelFormat format,
                                      const FunctionShader::Shown& shown) {
  const FunctionShader::Wanted wanted{
      inputs, page.isolates() ? std::optional(format) : std::nullopt};
  if (function.isMade(wanted)) return true;
  stale = true;  // until all went well
  readTexts(opName, inputs);
  if (!threaded()) {
    function.compile(functionText, wanted);
  } else if (!function.compileBeside(functionText, wanted, shown)) {
    return false;
  }
  return compiled();
}

GlslTop::GlslTop()
    : shader_(std::make_unique<Shader>(
          declare(), [this](glm::dvec3 colour) { return state().page.colour(colour); })) {}

GlslTop::~GlslTop() = default;

void GlslTop::textChanged() {
  shader_->forgetTexts();
  shader_->readTexts(name(), 1);
  markDirty();
}

GlslTop& GlslTop::give(StageKind stage, std::string text, std::string name) {
  shader_->texts.set(stage, std::move(text), std::move(name));
  textChanged();
  return *this;
}

GlslTop& GlslTop::giveFile(StageKind stage, const std::filesystem::path& file) {
  shader_->texts.setFile(stage, file);
  textChanged();
  return *this;
}

GlslTop& GlslTop::pixelShader(std::string text, std::string name) {
  return give(StageKind::Pixel, std::move(text), std::move(name));
}

GlslTop& GlslTop::vertexShader(std::string text, std::string name) {
  return give(StageKind::Vertex, std::move(text), std::move(name));
}

GlslTop& GlslTop::computeShader(std::string text, std::string name) {
  return give(StageKind::Compute, std::move(text), std::move(name));
}

GlslTop& GlslTop::preprocessDirectives(std::string text, std::string name) {
  return give(StageKind::Directives, std::move(text), std::move(name));
}

GlslTop& GlslTop::pixelShaderFile(const std::filesystem::path& file) {
  return giveFile(StageKind::Pixel, file);
}

GlslTop& GlslTop::vertexShaderFile(const std::filesystem::path& file) {
  return giveFile(StageKind::Vertex, file);
}

GlslTop& GlslTop::computeShaderFile(const std::filesystem::path& file) {
  return giveFile(StageKind::Compute, file);
}

GlslTop& GlslTop::preprocessDirectivesFile(const std::filesystem::path& file) {
  return giveFile(StageKind::Directives, file);
}

GlslTop& GlslTop::watch(const std::filesystem::path& file) {
  const std::string suffix = file.extension().string();
  const StageKind stage = suffix == ".vert" || suffix == ".vs" ? StageKind::Vertex
                          : suffix == ".comp"                  ? StageKind::Compute
                                                               : StageKind::Pixel;
  const auto readAt = std::filesystem::file_time_type::clock::now();
  giveFile(stage, file);
  shader_->watched[stage] = file;
  watchFiles(readAt);
  return *this;
}

void GlslTop::stopWatching() {
  shader_->watched.clear();
  shader_->watch.set({});
}

/// The files and what they include.
void GlslTop::watchFiles(std::filesystem::file_time_type readAt) {
  io::FileWatch::Paths files;
  for (const std::string& file : shader_->texts.includes().files()) files.emplace_back(file);
  shader_->watch.set(std::move(files), readAt);
}

GlslTop& GlslTop::removeVertexShader() {
  shader_->texts.remove(StageKind::Vertex);
  textChanged();
  return *this;
}

const std::string& GlslTop::pixelShader() const {
  static const std::string kDefault(kDefaultPixel);
  return shader_->texts.has(StageKind::Pixel) ? shader_->texts.text(StageKind::Pixel) : kDefault;
}

GlslTop& GlslTop::includeText(std::string name, std::string text) {
  shader_->texts.includes().addText(std::move(name), std::move(text));
  textChanged();
  return *this;
}

GlslTop& GlslTop::includeFolder(const std::filesystem::path& folder) {
  shader_->texts.includes().addFolder(folder);
  textChanged();
  return *this;
}

GlslTop& GlslTop::uniform(std::string_view name, const UniformValue& value) {
  if (value.isText()) {
    throw Error(describe() + ": uniform '" + std::string(name) + "': expected numbers, found '" +
                value.text() + "'");
  }
  if (shader_->uniforms.user().set(name, value)) markDirty();
  return *this;
}

GlslTop& GlslTop::computedUniform(std::string_view name,
                                  std::function<UniformValue(const Frame&)> value) {
  shader_->uniforms.user().set(name, std::move(value));
  markDirty();
  return *this;
}

GlslTop& GlslTop::removeUniform(std::string_view name) {
  if (shader_->uniforms.user().remove(name)) markDirty();
  return *this;
}

GlslTop& GlslTop::counter(std::string_view name, std::vector<std::uint32_t> values) {
  if (shader_->uniforms.counter(name, std::move(values))) markDirty();
  return *this;
}

GlslTop& GlslTop::buffer(std::string_view name, const UniformValue& elements, int arraySize) {
  try {
    if (shader_->buffers.set(name, elements, arraySize)) markDirty();
  } catch (const Error& error) {
    throw Error(describe() + ": " + error.what());
  }
  return *this;
}

GlslTop& GlslTop::constant(std::string_view name, const Value& value) {
  if (shader_->uniforms.constant(name, value)) markDirty();
  return *this;
}

const gl::Program* GlslTop::Shader::program() const {
  const auto shader = isFunction() ? nullptr : whole.latest();
  return shader ? &shader->program() : nullptr;
}

std::vector<UniformInfo> GlslTop::uniforms() {
  compileNow();
  return shader_->uniforms.infos(shader_->program());
}

std::vector<std::uint32_t> GlslTop::counted(std::string_view name) {
  graph().cook(*this);
  if (shader_->program() == nullptr) {
    throw Error(describe() + ": counter '" + std::string(name) + "': the shader does not compile");
  }
  const gl::Use use(state().context);
  return shader_->uniforms.counted(*shader_->program(), name);
}

/// Does not leave it to a worker.
void GlslTop::compileNow() {
  Shader& shader = *shader_;
  if (shader.stale) shader.atOnce = true;
  if (shader.isBusy()) {
    shader.function.stop();
    shader.whole.stop();
    markDirty();
  }
  graph().cook(*this);
}

std::string GlslTop::compileResult() {
  compileNow();
  return compileReport(shader_->log());
}

std::vector<Diagnostic> GlslTop::diagnostics() {
  compileNow();
  return diagnosticsOf(shader_->log());
}

bool GlslTop::compiles() {
  compileNow();
  return shader_->ok();
}

bool GlslTop::isTimeDependent() const {
  const Shader& shader = *shader_;
  return shader.isBusy() || !shader.watched.empty() || shader.uniforms.timeDependent();
}

void GlslTop::forgetGl() {
  Shader& shader = *shader_;
  shader.whole.forgetGl();
  shader.function.forgetGl();
  shader.uniforms.forgetGl();
  shader.buffers.forgetGl();
  shader.setting = nullptr;
  shader.stale = true;
  Top::forgetGl();
}

/// Warnings are of one cook: those that stand have to be said again.
bool GlslTop::onlyDescribes() const {
  return shader_->isFunction() && !shader_->stale && !shader_->warned && !isTimeDependent();
}

void GlslTop::references(std::vector<Op*>& ops) const {
  const NamedTops named = namedTops(*this, *shader_->page.tops);
  ops.insert(ops.end(), named.ops.begin(), named.ops.end());
}

void GlslTop::render(TopCook& cook) {
  using Meanwhile = ShaderPage::Meanwhile;
  Shader& shader = *shader_;
  const auto readAt = std::filesystem::file_time_type::clock::now();
  shader.refreshFiles();
  shader.rereadWatched();
  const bool rereads = shader.stale && !shader.watched.empty();
  NamedTops named = namedTops(*this, *shader.page.tops);
  for (std::string& warning : named.warnings) addWarning(std::move(warning));
  for (Op* op : named.ops) cook.addInput(*op);
  const bool drawn = shader.isFunction() ? renderFunction(cook) : renderWhole(cook);
  if (rereads) watchFiles(readAt);  // it may include others now
  Meanwhile shows = shader.page.whileCompiling();
  if (!shader.stale) {
    shader.warned = !shader.ok() || !warnings().empty();
    if (shader.ok()) return;
    addWarning("The GLSL Shader has compile errors (Use compileResult to see details).");
    shows = shader.page.onError();
  }
  if (drawn) return;
  if (shows != Meanwhile::Checkerboard) return cook.showNothing();
  cook.fill("glsl");
}

/// False if there is no shader to draw with.
bool GlslTop::renderWhole(TopCook& cook) {
  Shader& own = *shader_;
  const std::vector<ShaderInput> inputs = shaderInputs(cook);
  const ShaderRun run = own.page.run(cook, inputs);
  const ShaderSetting& setting = *own.settingFor(name(), run, inputs);
  for (const std::string& warning : own.buffers.warnings()) addWarning(warning);
  const bool waits = !own.compileWhole(cook, run, inputs);
  std::shared_ptr<const UserShader> shader = waits ? nullptr : own.whole.latest();
  const bool previous = waits ? own.page.whileCompiling() == ShaderPage::Meanwhile::Previous
                              : !shader && own.keepsPrevious();
  if (previous) shader = own.whole.previous(setting);
  if (!shader) return false;
  own.uniforms.evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  std::vector<std::string> warnings;
  own.uniforms.give(
      shader->program(), [&](std::string_view name) { return shader->texts.mention(name); },
      warnings);
  own.buffers.give(shader->program());
  for (std::string& warning : warnings) addWarning(std::move(warning));
  runShader(cook, *shader, run, inputs);
  return true;
}

/// The same for a pixel function.
bool GlslTop::renderFunction(TopCook& cook) {
  Shader& own = *shader_;
  int connected = 0;
  for (int i = 0; i < cook.inputCount(); ++i) connected += cook.connected(i) ? 1 : 0;
  std::vector<std::string> warnings;
  const auto numbersOf = [&](const UserFunction& function) {
    warnings.clear();
    return own.uniforms.numbers(
        [&](std::string_view name) { return function.text.mentions(name); }, warnings);
  };
  const PicturePtr shown = state().passedOn ? nullptr : state().picture;
  const bool waits = !own.compileFunction(name(), connected, cook.formatWanted(),
                                          {state().rootPicture.lock(), shown, numbersOf});
  std::shared_ptr<const UserFunction> function = waits ? nullptr : own.function.function();
  const bool previous = waits ? own.page.whileCompiling() == ShaderPage::Meanwhile::Previous
                              : !function && own.keepsPrevious();
  if (previous) function = own.function.previous(connected);
  if (!function) return false;
  own.uniforms.evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  const Values numbers = numbersOf(*function);
  for (std::string& warning : warnings) addWarning(std::move(warning));
  std::vector<Operand> operands;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (cook.connected(i)) operands.push_back(cook.operand(i, own.page.extendMode()));
  }
  const auto apply = [&] {
    return cook.make("pixel", FunctionKind::User, numbers, operands, cook.shape(),
                     cook.channelMask(), function);
  };
  PicturePtr made = apply();
  for (int pass = 1; pass < cook.passCount() && !operands.empty(); ++pass) {
    operands[0].picture = std::move(made);
    made = apply();
  }
  cook.show(std::move(made));
  return true;
}

namespace ops {

extern const OpType glslType;
const OpType glslType = {
    "glsl", "GLSL", "Draws its picture with shaders of the user's.",
    0,      -1,     []() -> std::unique_ptr<Op> { return std::make_unique<GlslTop>(); },
    3};

}  // namespace ops

}  // namespace topknot
