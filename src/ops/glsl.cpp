// GLSL: a user's shaders as an operator.
#include <utility>

#include "top/cook/top_cook.h"
#include "top/parameters/named_tops.h"
#include "top/shader/compile_report.h"
#include "top/shader/edited_shader.h"
#include "topknot/glsl_top.h"
#include "topknot/graph.h"

namespace topknot {

struct GlslTop::Shader : EditedShader {
  using EditedShader::EditedShader;
};

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
  shader_->saved = false;
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
  static const std::string kDefault(defaultShader(StageKind::Pixel));
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

std::vector<UniformInfo> GlslTop::uniforms() {
  compileNow();
  return shader_->uniforms.infos(shader_->program());
}

std::vector<std::uint32_t> GlslTop::counted(std::string_view name) {
  graph().cook(*this);
  if (const std::string failed = failure(); !failed.empty()) throw Error(failed);
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

double GlslTop::compilingSeconds() const {
  return shader_->isBusy() ? shader_->waited() : 0.0;
}

/// Thousands of operators are asked in every frame, and what they hold does not fit into caches.
bool GlslTop::rests() const {
  return rest_.valid && rest_.parameters == parameters().revision() &&
         rest_.state == stateRevision();
}

bool GlslTop::isTimeDependent() const {
  if (rests()) return false;
  Shader& shader = *shader_;
  return shader.isBusy() || shader.filesSaved() || shader.uniforms.timeDependent();
}

bool GlslTop::isWatching() const {
  return !rests() && !shader_->watched.empty();
}

void GlslTop::forgetGl() {
  rest_.valid = false;
  shader_->forgetGl();
  Top::forgetGl();
}

/// Warnings are of one cook: those that stand have to be said again.
bool GlslTop::onlyDescribes() const {
  if (rests()) return true;
  return shader_->isFunction() && !shader_->stale && !shader_->warned && !isTimeDependent();
}

void GlslTop::references(std::vector<Op*>& ops) const {
  if (rests()) return;
  const NamedTops named = namedTops(*this, *shader_->page.tops);
  ops.insert(ops.end(), named.ops.begin(), named.ops.end());
}

void GlslTop::render(TopCook& cook) {
  rest_.valid = false;
  renderShader(cook);
  const bool alone = shader_->watched.empty() && shader_->page.tops->value().text().empty();
  rest_ = {alone && onlyDescribes(), parameters().revision(), stateRevision()};
}

void GlslTop::renderShader(TopCook& cook) {
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
  own.uniforms.set(
      shader->program(), [&](std::string_view name) { return shader->texts.mention(name); },
      warnings);
  own.buffers.set(shader->program());
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
    return own.uniforms.numbers([&](std::string_view name) { return function.text.mentions(name); },
                                warnings);
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
