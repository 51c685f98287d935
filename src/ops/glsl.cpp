// GLSL: a user's shaders as an operator.
#include <deque>
#include <map>
#include <utility>

#include "gl/program.h"
#include "io/file_watch.h"
#include "top/compile_report.h"
#include "top/named_tops.h"
#include "top/pending_shader.h"
#include "top/pixel_function.h"
#include "top/rehearsal.h"
#include "top/shader_page.h"
#include "top/shader_run.h"
#include "top/shader_texts.h"
#include "top/top_cook.h"
#include "top/uniform_pages.h"
#include "top/user_shader.h"
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

// Programs of texts and settings that were left may be wanted again soon.
constexpr std::size_t kRecent = 8;

}  // namespace

struct GlslTop::Shader {
  explicit Shader(ParameterSet& set) : page(set), uniforms(set) {}

  // What the user gave.
  ShaderTextSet texts;
  std::array<std::string, kStageKinds> filesRead;  // of the parameters
  ShaderPage page;
  UniformPages uniforms;

  // What became of it.
  bool stale = true;
  std::string report;
  std::vector<Diagnostic> diagnostics;
  bool ok = false;
  bool warned = false;  // by the latest cook

  // As whole shaders.
  std::shared_ptr<const UserShader> whole, previous;
  std::deque<std::shared_ptr<const UserShader>> recent;
  std::shared_ptr<PendingShader> pending;  // compiled by a worker

  // Files that are watched.
  std::map<StageKind, std::filesystem::path> watched;
  io::FileWatch watch;
  bool saved = false;  // since they were read

  // As a pixel function.
  struct Target {  // what it was made for
    int inputs = -1, glsl = 0;
    friend bool operator==(const Target&, const Target&) = default;
  };
  Target made;
  gl::FlatShader user;  // the user's text, includes expanded
  std::shared_ptr<const UserFunction> pixel;

  // A new text that a worker compiles, while the picture is made with the one before.
  bool atOnce = false;  // somebody waits for the result
  std::shared_ptr<const UserFunction> next;
  std::shared_ptr<Rehearsal> rehearsal;
  std::shared_ptr<Rehearsal> rehearsed;  // the latest: its programs are needed until they are drawn

  const gl::Program* program() const;  // null for pixel functions, and if it does not compile
  void refreshFiles();
  /// What the texts declare becomes parameters.
  void declareUniforms(const std::string& opName);
  gl::FlatShader functionText(const std::string& opName, int inputs);
  void compileFunction(const std::string& opName, int inputs);
  bool compileWhole(const std::string& opName, const ShaderSetting& setting, const ShaderRun& run,
                    const std::vector<ShaderInput>& inputs, gl::Filter filter);
  void take(std::shared_ptr<const UserShader> shader);
  std::shared_ptr<const UserShader> toDraw(const ShaderSetting& setting, bool waits) const;
  bool filesSaved();
  void rereadWatched();
  StageTexts stageTexts(const std::string& opName, bool compute);
};

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
    stale = true;
  }
}

void GlslTop::Shader::declareUniforms(const std::string& opName) {
  if (page.isFunction()) {
    if (texts.has(StageKind::Pixel)) uniforms.declared(gl::declarationsOf(functionText(opName, 1)));
  } else {
    uniforms.declared(declarationsOf(stageTexts(opName, page.mode() == ShaderPage::Mode::Compute)));
  }
}

gl::FlatShader GlslTop::Shader::functionText(const std::string& opName, int inputs) {
  constexpr auto kJoins = ShaderTextSet::Joins::Others;
  if (texts.has(StageKind::Pixel)) return texts.read(StageKind::Pixel, opName, kJoins);
  return texts.read(StageKind::Pixel, opName, pixelSignature(inputs) + " { return vec4(1.0); }\n",
                    kJoins);
}

void GlslTop::Shader::compileFunction(const std::string& opName, int inputs) {
  const Target wanted{inputs, gl::current()->info.glsl};
  if (!stale && made == wanted && !whole) return;
  stale = true;  // until all went well
  made = wanted;
  pixel = nullptr;
  whole = nullptr;
  user = functionText(opName, inputs);
  uniforms.declared(gl::declarationsOf(user));
  gl::Program::Log log;
  pixel = pixelFunction(user, inputs, log);
  ok = !log.failed;
  report = compileReport(log);
  diagnostics = diagnosticsOf(log);
  stale = false;
  atOnce = false;
}

StageTexts GlslTop::Shader::stageTexts(const std::string& opName, bool compute) {
  StageTexts stages;
  if (!compute && texts.has(StageKind::Vertex)) stages.vertex = texts.read(StageKind::Vertex, opName);
  const StageKind main = compute ? StageKind::Compute : StageKind::Pixel;
  stages.main = texts.has(main)
                    ? texts.read(main, opName)
                    : texts.read(main, opName, compute ? kDefaultCompute : kDefaultPixel);
  return stages;
}

/// False while a worker compiles.
bool GlslTop::Shader::compileWhole(const std::string& opName, const ShaderSetting& setting,
                                   const ShaderRun& run, const std::vector<ShaderInput>& inputs,
                                   gl::Filter filter) {
  if (!stale && whole && whole->setting == setting) return true;
  pixel = nullptr;
  if (pending && pending->setting() == setting && !atOnce) {
    if (!pending->ready()) return false;
    take(std::exchange(pending, nullptr)->take());
    return true;
  }
  stale = true;  // until all went well
  pending = nullptr;
  StageTexts stages = stageTexts(opName, setting.compute);
  uniforms.declared(declarationsOf(stages));
  if (page.compileBehavior->menuIndex() != 0 && !atOnce) {
    pending = PendingShader::start(stages, setting, uniforms.constants(), run, inputs, filter);
    if (pending) return false;
  }
  take(compiled(std::move(stages), setting, uniforms.constants()));
  return true;
}

void GlslTop::Shader::take(std::shared_ptr<const UserShader> shader) {
  if (whole && whole->ok) previous = whole;
  whole = std::move(shader);
  ok = whole->ok;
  report = compileReport(whole->log);
  diagnostics = diagnosticsOf(whole->log);
  if (ok) recent.push_front(whole);
  if (recent.size() > kRecent) recent.pop_back();
  stale = false;
  atOnce = false;
}

/// What the picture is made with; null where there is nothing of the kind.
std::shared_ptr<const UserShader> GlslTop::Shader::toDraw(const ShaderSetting& setting,
                                                          bool waits) const {
  const bool current = whole && whole->ok && whole->setting == setting;
  if (waits) return current && page.compileBehavior->menuIndex() == 3 ? whole : nullptr;
  if (current) return whole;
  const bool showsPrevious = page.errorBehavior->menuIndex() == 2 || !watched.empty();
  return showsPrevious && previous && previous->setting == setting ? previous : nullptr;
}

bool GlslTop::Shader::filesSaved() {
  saved = saved || (!watched.empty() && watch.changed());
  return saved;
}

/// Files that were saved are read again; one that cannot be read now is left for later.
void GlslTop::Shader::rereadWatched() {
  if (!filesSaved()) return;
  saved = false;
  for (const auto& [stage, file] : watched) {
    try {
      texts.setFile(stage, file);
    } catch (const Error&) {
      continue;
    }
    stale = true;
    pending = nullptr;
    rehearsal = nullptr;
  }
}

GlslTop::GlslTop() : shader_(std::make_unique<Shader>(declare())) {}

GlslTop::~GlslTop() = default;

void GlslTop::textChanged() {
  shader_->stale = true;
  shader_->declareUniforms(name());
  shader_->rehearsal = nullptr;
  shader_->pending = nullptr;
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

GlslTop& GlslTop::constant(std::string_view name, const Value& value) {
  if (shader_->uniforms.constant(name, value)) markDirty();
  return *this;
}

const gl::Program* GlslTop::Shader::program() const {
  return whole && whole->ok ? &whole->program() : nullptr;
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
  if (shader_->stale) shader_->atOnce = true;
  if (shader_->rehearsal || shader_->pending) {
    shader_->rehearsal = nullptr;
    shader_->pending = nullptr;
    markDirty();
  }
  graph().cook(*this);
}

std::string GlslTop::compileResult() {
  compileNow();
  return shader_->report;
}

std::vector<Diagnostic> GlslTop::diagnostics() {
  compileNow();
  return shader_->diagnostics;
}

bool GlslTop::compiles() {
  compileNow();
  return shader_->ok;
}

bool GlslTop::isTimeDependent() const {
  Shader& shader = *shader_;
  return shader.rehearsal || shader.pending || shader.filesSaved() ||
         shader.uniforms.timeDependent();
}

bool GlslTop::isWatching() const {
  return !shader_->watched.empty();
}

void GlslTop::forgetGl() {
  Shader& shader = *shader_;
  shader.whole = shader.previous = nullptr;
  shader.recent.clear();
  shader.pending = nullptr;
  shader.pixel = nullptr;
  shader.rehearsal = nullptr;
  shader.rehearsed = nullptr;
  shader.uniforms.forgetGl();
  shader.stale = true;
  Top::forgetGl();
}

/// Warnings are of one cook: those that stand have to be said again.
bool GlslTop::onlyDescribes() const {
  return shader_->page.isFunction() && !shader_->stale && !shader_->warned && !isTimeDependent();
}

void GlslTop::references(std::vector<Op*>& ops) const {
  const NamedTops named = namedTops(*this, *shader_->page.tops);
  ops.insert(ops.end(), named.ops.begin(), named.ops.end());
}

void GlslTop::render(TopCook& cook) {
  const auto readAt = std::filesystem::file_time_type::clock::now();
  shader_->refreshFiles();
  shader_->rereadWatched();
  const bool rereads = shader_->stale && !shader_->watched.empty();
  NamedTops named = namedTops(*this, *shader_->page.tops);
  for (std::string& warning : named.warnings) addWarning(std::move(warning));
  for (Op* op : named.ops) cook.addInput(*op);
  const bool drawn = shader_->page.isFunction() ? renderFunction(cook) : renderWhole(cook);
  if (rereads) watchFiles(readAt);  // it may include others now
  shader_->warned = !shader_->ok || !warnings().empty();
  if (shader_->pending) {
    if (drawn) return;
    if (shader_->page.compileBehavior->menuIndex() != 1) return cook.showNothing();
    return cook.fill("glsl");
  }
  if (shader_->ok) return;
  addWarning("The GLSL Shader has compile errors (Use compileResult to see details).");
  if (drawn) return;
  if (shader_->page.errorBehavior->menuIndex() == 1) return cook.showNothing();
  cook.fill("glsl");
}

/// True while a worker compiles the new text, and the one before is to be used.
bool GlslTop::rehearses(int connected) {
  Shader& shader = *shader_;
  const bool possible = shader.stale && !shader.atOnce && shader.page.compileBehavior->menuIndex() != 0 &&
                        shader.pixel && shader.made.inputs == connected;
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
  shader.diagnostics.clear();
  shader.stale = false;
  return true;
}

bool GlslTop::startRehearsal() {
  Shader& shader = *shader_;
  const PicturePtr root = state().rootPicture.lock();
  const PicturePtr& own = state().picture;
  if (!root || !root->described() || !own || state().passedOn || !own->described()) return false;
  gl::FlatShader text = shader.functionText(name(), shader.made.inputs);
  gl::Program::Log log;
  shader.next = uncompiledPixelFunction(text, shader.made.inputs, log);
  if (!shader.next) return false;
  std::vector<std::string> warnings;
  const Values numbers = shader.uniforms.numbers(
      [&](std::string_view name) { return text.mentions(name); }, warnings);
  auto recipe = std::make_shared<Recipe>("pixel", FunctionKind::User, numbers, own->recipe()->mask,
                                         shader.next);
  shader.rehearsal = Rehearsal::start(root, *own, std::move(recipe));
  return shader.rehearsal != nullptr;
}

/// False if there is no shader to draw with.
bool GlslTop::renderWhole(TopCook& cook) {
  const std::vector<ShaderInput> inputs = shaderInputs(cook);
  const ShaderRun run = shader_->page.run(cook, inputs);
  ShaderSetting setting = shader_->page.setting(run, inputs);
  setting.constants = shader_->uniforms.constantsKey();
  const bool waits = !shader_->compileWhole(name(), setting, run, inputs, cook.inputFilter());
  const std::shared_ptr<const UserShader> shader = shader_->toDraw(setting, waits);
  if (!shader) return false;
  shader_->uniforms.evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  std::vector<std::string> warnings;
  shader_->uniforms.give(
      shader->program(), [&](std::string_view name) { return shader->texts.mention(name); },
      warnings);
  for (std::string& warning : warnings) addWarning(std::move(warning));
  runShader(cook, *shader, run, inputs);
  return true;
}

bool GlslTop::renderFunction(TopCook& cook) {
  int connected = 0;
  for (int i = 0; i < cook.inputCount(); ++i) connected += cook.connected(i) ? 1 : 0;
  if (!rehearses(connected)) shader_->compileFunction(name(), connected);
  if (!shader_->ok) return false;
  shader_->uniforms.evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  std::vector<std::string> warnings;
  const Values numbers = shader_->uniforms.numbers(
      [&](std::string_view name) { return shader_->user.mentions(name); }, warnings);
  for (std::string& warning : warnings) addWarning(std::move(warning));
  std::vector<Operand> operands;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (cook.connected(i)) operands.push_back(cook.operand(i, shader_->page.extendMode()));
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
