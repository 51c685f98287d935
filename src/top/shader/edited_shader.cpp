// A user's shader as its operator holds it: texts, pages, and what became of them.
#include "top/shader/edited_shader.h"

#include <utility>

#include "top/cook/top_cook.h"
#include "top/shader/function_check.h"
#include "topknot/error.h"

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

const char* defaultShader(StageKind stage) {
  return stage == StageKind::Compute ? kDefaultCompute : kDefaultPixel;
}

void EditedShader::forgetTexts() {
  read.reset();
  stale = true;
  waitsSince.reset();
  whole.forget();
  function.forget();
}

void EditedShader::refreshFiles() {
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

bool EditedShader::filesSaved() {
  saved = saved || (!watched.empty() && watch.changed());
  return saved;
}

void EditedShader::rereadWatched() {
  if (!filesSaved()) return;
  saved = false;
  for (const auto& [stage, file] : watched) {
    try {
      texts.setFile(stage, file);
    } catch (const Error&) {
      continue;
    }
    forgetTexts();
  }
}

void EditedShader::readTexts(const std::string& opName, int inputs) {
  const bool given = texts.has(StageKind::Pixel);
  const Read wanted{page.mode(), opName, isFunction() && !given ? inputs : -1};
  if (read == wanted) return;
  read = wanted;
  ++readings;
  if (isFunction()) {
    constexpr auto kJoins = ShaderTextSet::Joins::Others;
    functionText = given ? texts.read(StageKind::Pixel, opName, kJoins)
                         : texts.read(StageKind::Pixel, opName,
                                      pixelSignature(inputs) + " { return vec4(1.0); }\n", kJoins);
    return uniforms.declared(glsl::declarationsOf(functionText));
  }
  const bool compute = page.mode() == ShaderPage::Mode::Compute;
  const StageKind main = compute ? StageKind::Compute : StageKind::Pixel;
  using Stage = StageTexts::Stage;
  stages = {};
  stages.main = Stage(texts.has(main) ? texts.read(main, opName)
                                      : texts.read(main, opName, defaultShader(main)));
  if (!compute && texts.has(StageKind::Vertex)) {
    stages.vertex = Stage(texts.read(StageKind::Vertex, opName));
  }
  uniforms.declared(declarationsOf(stages));
}

const SettingPtr& EditedShader::settingFor(const std::string& opName, const ShaderRun& run,
                                           const std::vector<ShaderInput>& inputs) {
  readTexts(opName, 0);
  SettingKey key{parameters.revision(), uniforms.constantRevision(),
                 buffers.revision(),    readings,
                 run.counts(inputs),    run.shape};
  if (setting && settingKey == key) return setting;
  ShaderSetting made = page.setting(run, key.inputs);
  made.constants = uniforms.constantsKey();
  buffers.read();
  made.attributes = buffers.specs([&](std::string_view name) { return stages.mention(name); });
  if (!setting || *setting != made) {
    setting = std::make_shared<const ShaderSetting>(std::move(made));
  }
  settingKey = std::move(key);
  return setting;
}

/// A result is there.
bool EditedShader::compiled() {
  stale = false;
  atOnce = false;
  waitsSince.reset();
  return true;
}

/// There is none yet.
bool EditedShader::waits() {
  if (!waitsSince) waitsSince = std::chrono::steady_clock::now();
  return false;
}

double EditedShader::waited() const {
  if (!waitsSince) return 0.0;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - *waitsSince).count();
}

bool EditedShader::compileWhole(TopCook& cook, const ShaderRun& run,
                                const std::vector<ShaderInput>& inputs) {
  if (whole.isMade(setting)) return true;
  stale = true;  // until all went well
  const std::vector<glsl::ConstantValue> constants = uniforms.constants();
  if (!threaded()) {
    whole.compile(stages, setting, constants);
  } else if (!whole.compileBeside(stages, setting, constants, run, inputs, cook.inputFilter())) {
    return waits();
  }
  return compiled();
}

bool EditedShader::compileFunction(const std::string& opName, int inputs, PixelFormat format,
                                   const FunctionShader::Shown& shown) {
  const FunctionShader::Wanted wanted{inputs,
                                      page.isolates() ? std::optional(format) : std::nullopt};
  readTexts(opName, inputs);
  if (function.isMade(wanted)) return true;
  stale = true;  // until all went well
  if (!threaded()) {
    function.compile(functionText, wanted);
  } else if (!function.compileBeside(functionText, wanted, shown)) {
    return waits();
  }
  return compiled();
}

const gl::Program* EditedShader::program() const {
  const auto shader = isFunction() ? nullptr : whole.latest();
  return shader ? &shader->program() : nullptr;
}

void EditedShader::forgetGl() {
  whole.forgetGl();
  function.forgetGl();
  uniforms.forgetGl();
  buffers.forgetGl();
  setting = nullptr;
  stale = true;
}

}  // namespace topknot
