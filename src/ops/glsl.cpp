// GLSL: a user's shaders as an operator.
#include <deque>
#include <map>
#include <utility>

#include "gl/program.h"
#include "io/file_watch.h"
#include "top/compile_report.h"
#include "top/menus.h"
#include "top/named_tops.h"
#include "top/pending_shader.h"
#include "top/pixel_function.h"
#include "top/rehearsal.h"
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

enum class Mode { Shaders, Compute, Function };

}  // namespace

struct GlslTop::Shader {
  // What the user gave.
  ShaderTextSet texts;
  std::array<std::string, kStageKinds> filesRead;  // of the parameters
  std::unique_ptr<UniformPages> pages;
  std::array<Parameter*, kStageKinds> files{};
  Parameter *version = nullptr, *mode = nullptr, *compileBehavior = nullptr,
            *errorBehavior = nullptr;
  Parameter *dispatchSize = nullptr, *autoDispatch = nullptr, *access = nullptr;
  Parameter *type = nullptr, *depth = nullptr, *customDepth = nullptr;
  Parameter *clears = nullptr, *clearValue = nullptr;
  Parameter *mapping = nullptr, *perSlice = nullptr;
  Parameter *extend = nullptr, *extendDepth = nullptr, *buffers = nullptr, *tops = nullptr,
            *simplex = nullptr, *isolate = nullptr;

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

  void declare(ParameterSet& set);
  void declareCompute(ParameterSet& set);
  Mode kind() const { return static_cast<Mode>(mode->menuIndex()); }
  bool isFunction() const { return kind() == Mode::Function; }
  gl::Extend extendMode() const { return static_cast<gl::Extend>(extend->menuIndex()); }
  int glslVersion() const;

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
  void rereadWatched();
  StageTexts stageTexts(const std::string& opName, bool compute);
  ShaderRun runFor(TopCook& cook, const std::vector<ShaderInput>& inputs) const;
  ShaderSetting settingFor(const ShaderRun& run, const std::vector<ShaderInput>& inputs) const;
};

/// The context's, or an older one that the user asks for. The library's own declarations want 4.30.
int GlslTop::Shader::glslVersion() const {
  static constexpr int kVersions[] = {120, 330, 400, 410, 420, 430, 440, 450, 460};
  const int context = gl::current()->info.glsl;
  const int wanted = kVersions[version->menuIndex()];
  return wanted < 430 ? context : std::min(wanted, context);
}

/// Reads the files that parameters name, once.
void GlslTop::Shader::refreshFiles() {
  for (std::size_t i = 0; i < kStageKinds; ++i) {
    const std::string file = files[i]->value().text();
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
  if (isFunction()) {
    if (texts.has(StageKind::Pixel)) pages->declared(gl::declarationsOf(functionText(opName, 1)));
  } else {
    pages->declared(declarationsOf(stageTexts(opName, kind() == Mode::Compute)));
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
  pages->declared(gl::declarationsOf(user));
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
  pages->declared(declarationsOf(stages));
  if (compileBehavior->menuIndex() != 0 && !atOnce) {
    pending = PendingShader::start(stages, setting, pages->constants(), run, inputs, filter);
    if (pending) return false;
  }
  take(compiled(std::move(stages), setting, pages->constants()));
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
  if (waits) return current && compileBehavior->menuIndex() == 3 ? whole : nullptr;
  if (current) return whole;
  const bool showsPrevious = errorBehavior->menuIndex() == 2 || !watched.empty();
  return showsPrevious && previous && previous->setting == setting ? previous : nullptr;
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
    stale = true;
    pending = nullptr;
    rehearsal = nullptr;
  }
}

ShaderRun GlslTop::Shader::runFor(TopCook& cook, const std::vector<ShaderInput>& inputs) const {
  static constexpr gl::Dimension kTypes[] = {gl::Dimension::Flat, gl::Dimension::Array,
                                             gl::Dimension::Volume};
  ShaderRun run;
  run.shape = cook.shape();
  run.shape.dimension = kTypes[type->menuIndex()];
  if (!run.shape.isFlat()) {
    const bool custom = depth->menuIndex() == 1;
    run.shape.depth = custom ? static_cast<int>(customDepth->number())
                             : inputs.empty() ? 1 : inputs.front().shape.depth;
  }
  run.perSlice = mapping->menuIndex() == 1 ? static_cast<int>(perSlice->number()) : 0;
  run.extend = extendMode();
  run.extendDepth = static_cast<gl::Extend>(extendDepth->menuIndex());
  run.automatic = autoDispatch->on();
  run.groups = glm::ivec3(glm::vec3(dispatchSize->value()));
  run.clears = clears->on();
  run.clearValue = glm::vec4(clearValue->value());
  return run;
}

ShaderSetting GlslTop::Shader::settingFor(const ShaderRun& run,
                                          const std::vector<ShaderInput>& inputs) const {
  ShaderSetting setting;
  setting.compute = kind() == Mode::Compute;
  setting.inputs = run.counts(inputs);
  setting.output = run.shape.dimension;
  setting.buffers = static_cast<int>(buffers->number());
  setting.reads = setting.compute && access->menuIndex() == 1;
  setting.format(run.shape.format);
  setting.fineNoise = simplex->menuIndex() == 1;
  setting.glsl = glslVersion();
  setting.constants = pages->constantsKey();
  if (isolate->on()) setting.isolated = run.shape.format;
  return setting;
}

void GlslTop::Shader::declare(ParameterSet& set) {
  set.page("GLSL");
  const auto menu = [&set](const char* name, const char* label, const char* first,
                           std::vector<MenuItem> items, const char* help) {
    return &set.add(name, label, ParStyle::Menu, first).menu(std::move(items)).help(help);
  };
  std::vector<MenuItem> versions;
  for (const char* number : {"1.20", "3.30", "4.00", "4.10", "4.20", "4.30", "4.40", "4.50", "4.60"}) {
    const std::string text = number;
    versions.push_back({"glsl" + text.substr(0, 1) + text.substr(2), text});
  }
  version = menu("glslversion", "GLSL Version", "glsl460", versions,
                 "The language's version; at most the context's. Below 4.30 it is the context's, "
                 "since the declarations that every shader finds want that.");
  mode = menu("mode", "Mode", "vertexpixel",
              {{"vertexpixel", "Vertex/Pixel"}, {"compute", "Compute"},
               {"pixelfunction", "Pixel Function"}},
              "What runs: a vertex and a pixel shader, a compute shader, or a function vec4 "
              "pixel(vec4 a, vec2 uv) of each input's own pixel, which is drawn in one pass with "
              "its neighbours.");
  static constexpr const char* kFiles[kStageKinds][3] = {
      {"predat", "Preprocess Directives", "A file with lines that stand ahead of everything else, "
                                          "for #extension and #define."},
      {"vertexdat", "Vertex Shader", "A file with the vertex shader. Without one the library's "
                                     "covers the picture and gives vUV."},
      {"pixeldat", "Pixel Shader", "A file with the pixel shader."},
      {"computedat", "Compute Shader", "A file with the compute shader."}};
  for (std::size_t i = 0; i < kStageKinds; ++i) {
    files[i] = &set.add(kFiles[i][0], kFiles[i][1], ParStyle::File, "").help(kFiles[i][2]);
  }
  compileBehavior = menu("compilebehavior", "Compile Behavior", "stalluntildone",
                         {{"stalluntildone", "Stall Until Done"},
                          {"threadedcheckerboard", "Threaded, Show Checkerboard"},
                          {"threadedblack", "Threaded, Show Black"},
                          {"threadedprevious", "Threaded, Show Previous"}},
                         "Whether a new text is compiled at once, or by another thread, while "
                         "the picture is red and blue squares, transparent black, or made with "
                         "the text before. Pixel Functions show the text before in any case.");
  isolate = &set.add("isolate", "Isolate", ParStyle::Toggle, false)
                 .help("A shader that was not seen before is compiled and drawn first in a process "
                       "of its own, since some crash or hang the driver. Not for Pixel Functions.");
  errorBehavior = menu("errorbehavior", "Error Behavior", "showcheckerboard",
                       {{"showcheckerboard", "Show Checkerboard"}, {"showblack", "Show Black"},
                        {"showprevious", "Show Previous"}},
                       "What the picture is while the shader does not compile: red and blue "
                       "squares, transparent black, or what the last shader that did draws.");
  declareCompute(set);
  mapping = menu("inputmapping", "Input Mapping", "all",
                 {{"all", "All Inputs to All Slices"}, {"ninputs", "N Inputs per Slice"}},
                 "Which inputs each slice of a 3D or array picture sees.");
  perSlice = &set.add("nval", "N Value", ParStyle::Int, 1).limits(1, 1000).help(
      "So many inputs for each slice: slice k sees those from k · N on, round and round.");
  extend = menu("inputextenduv", "Input Extend Mode UV", "zero", extendMenu(),
                "What the shader sees beyond the edges of its inputs.");
  extendDepth = menu("inputextendw", "Input Extend Mode W", "zero", extendMenu(),
                     "The same before the first and behind the last slice of 3D inputs.");
  buffers = &set.add("numcolorbufs", "# of Color Buffers", ParStyle::Int, 1).limits(1, 8).help(
      "Pictures that the shader draws at once. The operator shows the first; Render Select shows "
      "the others.");
  tops = &set.add("tops", "TOPs", ParStyle::Str, "").help(
      "Names of further operators, with blanks between, as inputs behind those that are wired.");
  simplex = menu("simplexnoise", "Simplex Noise", "performance",
                 {{"performance", "Performance"}, {"quality", "Quality"}},
                 "How TDSimplexNoise() is computed.");
  pages = std::make_unique<UniformPages>(set);
}

void GlslTop::Shader::declareCompute(ParameterSet& set) {
  autoDispatch = &set.add("autodispatchsize", "Auto Dispatch Size", ParStyle::Toggle, true)
                      .help("A compute shader runs once for each pixel of the output.");
  dispatchSize = &set.add("dispatchsize", "Dispatch Size", ParStyle::Int, glm::vec3(1.0f))
                      .suffixes("xyz")
                      .limits(0, 1 << 30)
                      .help("Otherwise: numbers of work groups.");
  access = &set.add("outputaccess", "Output Access", ParStyle::Menu, "writeonly")
                .menu({{"writeonly", "Write Only"}, {"readwrite", "Read-Write"}})
                .help("Whether a compute shader can read its outputs, TDImageLoadOutput().");
  type = &set.add("type", "Output Type", ParStyle::Menu, "texture2d")
              .menu({{"texture2d", "2D Texture"}, {"texture2darray", "2D Texture Array"},
                     {"texture3d", "3D Texture"}})
              .help("A pixel shader runs once for each slice, a compute shader once for all.");
  depth = &set.add("depth", "Output Depth", ParStyle::Menu, "input")
               .menu({{"input", "Use Input"}, {"custom", "Custom Depth"}})
               .help("How many slices: as many as the first input, or the number below.");
  customDepth = &set.add("customdepth", "Custom Depth", ParStyle::Int, 1)
                     .limits(1, 16384)
                     .help("Slices of a 3D or array picture.");
  clears = &set.add("clearoutputs", "Clear Outputs", ParStyle::Toggle, true)
                .help("Whether a compute shader finds its outputs cleared, or as it left them in "
                      "the previous frame.");
  clearValue = &set.add("clearvalue", "Clear Value", ParStyle::Float, glm::vec4(0.0f))
                    .suffixes("rgba")
                    .help("With what they are cleared.");
}

GlslTop::GlslTop() : shader_(std::make_unique<Shader>()) { shader_->declare(Op::declare()); }

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

const gl::Program* GlslTop::Shader::program() const {
  return whole && whole->ok ? &whole->program() : nullptr;
}

std::vector<UniformInfo> GlslTop::uniforms() {
  compileNow();
  return shader_->pages->infos(shader_->program());
}

std::vector<std::uint32_t> GlslTop::counted(std::string_view name) {
  graph().cook(*this);
  if (shader_->program() == nullptr) {
    throw Error(describe() + ": counter '" + std::string(name) + "': the shader does not compile");
  }
  const gl::Use use(state().context);
  return shader_->pages->counted(*shader_->program(), name);
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
  const Shader& shader = *shader_;
  return shader.rehearsal || shader.pending || !shader.watched.empty() ||
         shader.pages->timeDependent();
}

void GlslTop::forgetGl() {
  Shader& shader = *shader_;
  shader.whole = shader.previous = nullptr;
  shader.recent.clear();
  shader.pending = nullptr;
  shader.pixel = nullptr;
  shader.rehearsal = nullptr;
  shader.rehearsed = nullptr;
  shader.pages->forgetGl();
  shader.stale = true;
  Top::forgetGl();
}

/// Warnings are of one cook: those that stand have to be said again.
bool GlslTop::onlyDescribes() const {
  return shader_->isFunction() && !shader_->stale && !shader_->warned && !isTimeDependent();
}

void GlslTop::references(std::vector<Op*>& ops) const {
  const NamedTops named = namedTops(*this, *shader_->tops);
  ops.insert(ops.end(), named.ops.begin(), named.ops.end());
}

void GlslTop::render(TopCook& cook) {
  const auto readAt = std::filesystem::file_time_type::clock::now();
  shader_->refreshFiles();
  shader_->rereadWatched();
  const bool rereads = shader_->stale && !shader_->watched.empty();
  NamedTops named = namedTops(*this, *shader_->tops);
  for (std::string& warning : named.warnings) addWarning(std::move(warning));
  for (Op* op : named.ops) cook.addInput(*op);
  const bool drawn = shader_->isFunction() ? renderFunction(cook) : renderWhole(cook);
  if (rereads) watchFiles(readAt);  // it may include others now
  shader_->warned = !shader_->ok || !warnings().empty();
  if (shader_->pending) {
    if (drawn) return;
    if (shader_->compileBehavior->menuIndex() != 1) return cook.showNothing();
    return cook.fill("glsl");
  }
  if (shader_->ok) return;
  addWarning("The GLSL Shader has compile errors (Use compileResult to see details).");
  if (drawn) return;
  if (shader_->errorBehavior->menuIndex() == 1) return cook.showNothing();
  cook.fill("glsl");
}

/// True while a worker compiles the new text, and the one before is to be used.
bool GlslTop::rehearses(int connected) {
  Shader& shader = *shader_;
  const bool possible = shader.stale && !shader.atOnce && shader.compileBehavior->menuIndex() != 0 &&
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
  const Values numbers = shader.pages->numbers(
      [&](std::string_view name) { return text.mentions(name); }, warnings);
  auto recipe = std::make_shared<Recipe>("pixel", FunctionKind::User, numbers, own->recipe()->mask,
                                         shader.next);
  shader.rehearsal = Rehearsal::start(root, *own, std::move(recipe));
  return shader.rehearsal != nullptr;
}

/// False if there is no shader to draw with.
bool GlslTop::renderWhole(TopCook& cook) {
  const std::vector<ShaderInput> inputs = shaderInputs(cook);
  const ShaderRun run = shader_->runFor(cook, inputs);
  const ShaderSetting setting = shader_->settingFor(run, inputs);
  const bool waits = !shader_->compileWhole(name(), setting, run, inputs, cook.inputFilter());
  const std::shared_ptr<const UserShader> shader = shader_->toDraw(setting, waits);
  if (!shader) return false;
  shader_->pages->evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  std::vector<std::string> warnings;
  shader_->pages->give(
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
  shader_->pages->evaluate(cook.frame);
  const gl::Use use(state().context);  // a function may have put another one in its place
  std::vector<std::string> warnings;
  const Values numbers = shader_->pages->numbers(
      [&](std::string_view name) { return shader_->user.mentions(name); }, warnings);
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
