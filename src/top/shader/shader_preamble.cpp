// The lines ahead of a user's text, which declare what the dialect offers.
#include "top/shader/shader_preamble.h"

#include <iterator>
#include <string_view>

#include "glsl/source/helper_library.h"
#include "glsl/source/newer_functions.h"
#include "glsl/source/shader_library.h"

namespace topknot {

namespace {

using Stage = glsl::ShaderLimits::Stage;

struct Kind {
  const char *count, *sampler, *samplers, *infos;
};

// In the order of glsl::Dimension.
constexpr Kind kKinds[] = {
    {"TD_NUM_2D_INPUTS", "sampler2D", "sTD2DInputs", "uTD2DInfos"},
    {"TD_NUM_3D_INPUTS", "sampler3D", "sTD3DInputs", "uTD3DInfos"},
    {"TD_NUM_2D_ARRAY_INPUTS", "sampler2DArray", "sTD2DArrayInputs", "uTD2DArrayInfos"},
    {"TD_NUM_CUBE_INPUTS", "samplerCube", "sTDCubeInputs", "uTDCubeInfos"},
};
static_assert(std::size(kKinds) == glsl::kDimensions);

constexpr const char* kImages[] = {"image2D", "image3D", "image2DArray", "imageCube"};

std::string define(std::string_view name, int value) {
  return "#define " + std::string(name) + " " + std::to_string(value) + "\n";
}

std::string layoutOf(int binding) {
  return "layout(binding = " + std::to_string(binding) + ") ";
}

/// The lines ahead of a user's text.
class Preamble {
 public:
  Preamble(const ShaderSetting& setting, const StageTexts& texts, Stage stage)
      : setting_(setting), texts_(texts), stage_(stage) {}

  void addTo(glsl::MappedSource& flat, const glsl::MappedSource& user) const {
    flat.addLibrary(glsl::newerFunctions(user, setting_.glsl));
    flat.addLibrary(macros());
    flat.addLibrary(glsl::libraryShader("prelude"));
    flat.addLibrary(glsl::helperLibrary(user));
    flat.addLibrary(passBlock(setting_));
    flat.addLibrary(samplers());
    if (stage_ == Stage::Vertex) flat.addLibrary(glsl::libraryShader("td_vertex"));
    if (stage_ == Stage::Pixel && !texts_.vertex) flat.addLibrary("in vec3 vUV;\n");
    if (stage_ == Stage::Compute) flat.addLibrary(outputs());
  }

 private:
  std::string macros() const {
    static constexpr const char* kStages[] = {"VERTEX", "PIXEL", "COMPUTE"};
    std::string text = "#define TD_" + std::string(kStages[static_cast<std::size_t>(stage_)]) +
                       "_SHADER\n" + define("TD_NUM_COLOR_BUFFERS", setting_.buffers) +
                       define("TD_OUTPUT_SWIZZLE", setting_.swizzle) +
                       define("TD_OUTPUT_BITS", setting_.bits) +
                       define("TD_SIMPLEX_QUALITY", setting_.fineNoise ? 1 : 0);
    return text + inputCounts(setting_);
  }

  std::string samplers() const {
    std::string text;
    int unit = 0;
    for (std::size_t i = 0; i < glsl::kDimensions; ++i) {
      const Kind& kind = kKinds[i];
      if (setting_.inputs[i] == 0) continue;
      text += layoutOf(unit) + "uniform " + kind.sampler + " " + kind.samplers + "[" + kind.count +
              "];\n";
      unit += setting_.inputs[i];
    }
    if (texts_.mention("sTDNoiseMap")) {
      text += layoutOf(unit++) + "uniform sampler2D sTDNoiseMap;\n";
    }
    if (texts_.mention("sTDSineLookup")) {
      text += layoutOf(unit++) + "uniform sampler1D sTDSineLookup;\n";
    }
    for (const BufferSpec& buffer : setting_.attributes) text += bufferText(buffer, unit++);
    return text;
  }

  std::string outputs() const {
    const auto dimension = static_cast<std::size_t>(setting_.output);
    const std::string access = setting_.reads
                                   ? "layout(" + setting_.image + ", binding = 0) uniform "
                                   : "layout(binding = 0) writeonly uniform ";
    std::string text = access + kImages[dimension] + " mTDComputeOutputs[TD_NUM_COLOR_BUFFERS];\n" +
                       "#define sTDComputeOutputs mTDComputeOutputs\n";
    text += define("TD_OUTPUT_SRGB", setting_.srgb ? 1 : 0);
    text += define("TD_OUTPUT_FLAT", setting_.output == glsl::Dimension::Flat ? 1 : 0);
    text += define("TD_OUTPUT_READS", setting_.reads ? 1 : 0);
    // An array of images takes no index that differs between invocations.
    text += "#define TD_EACH_BUFFER(f)";
    for (int i = 0; i < setting_.buffers; ++i) text += " f(" + std::to_string(i) + ")";
    return text + "\n" + std::string(glsl::libraryShader("td_compute"));
  }

  const ShaderSetting& setting_;
  const StageTexts& texts_;
  Stage stage_;
};

}  // namespace

std::string inputCounts(const ShaderSetting& setting) {
  std::string text;
  for (std::size_t i = 0; i < glsl::kDimensions; ++i) {
    text += define(kKinds[i].count, setting.inputs[i]);
  }
  return text;
}

std::string passBlock(const ShaderSetting& setting) {
  std::string text = "layout(std140, binding = " + std::to_string(UserShader::kBlockBinding) +
                     ") uniform TDPassBlock {\n  TDTexInfo uTDOutputInfo;\n  int uTDPass;\n"
                     "  int uTDCurrentDepth;\n  float tdSlice;\n";
  for (std::size_t i = 0; i < glsl::kDimensions; ++i) {
    if (setting.inputs[i] == 0) continue;
    text += "  TDTexInfo " + std::string(kKinds[i].infos) + "[" + kKinds[i].count + "];\n";
  }
  return text + "};\n";
}

void addPreamble(glsl::MappedSource& flat, const ShaderSetting& setting, const StageTexts& texts,
                 Stage stage, const glsl::MappedSource& user) {
  Preamble(setting, texts, stage).addTo(flat, user);
}

}  // namespace topknot
