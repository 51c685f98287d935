// Random values, names and shaders for calls that a careful caller would not make.
#pragma once

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "ops/support/dice.h"

namespace topknot::test {

/// What no parameter, or hardly one, should be given.
inline Value nonsense(Dice& dice) {
  static const std::vector<Value> kValues = {std::numeric_limits<double>::quiet_NaN(),
                                             std::numeric_limits<double>::infinity(),
                                             1e300,
                                             -1e300,
                                             -1,
                                             0,
                                             2.5,
                                             4294967296.0,
                                             "",
                                             "nonsense",
                                             "1,2,3,4,5",
                                             "0x10",
                                             "../..",
                                             std::string(5000, 'x'),
                                             std::string("a\0b", 3),
                                             "\xff\xfe",
                                             glm::vec2(-1e30f, 1e30f),
                                             glm::vec3(std::numeric_limits<float>::quiet_NaN()),
                                             glm::vec4(1e30f)};
  return dice.of(kValues);
}

inline std::string anyName(Dice& dice) {
  static const std::vector<std::string> kNames = {"a", "b",  "c2",  "level1", "",  "1a",
                                                  "_", "/a", "a/b", "a b",    "ä", "null1"};
  return dice.chance(0.02) ? std::string(300, 'n') : dice.of(kNames);
}

/// Whole pixel shaders: some good, some that do not compile, one that takes its time.
inline std::string anyPixelShader(Dice& dice) {
  static const std::vector<std::string> kShaders = {
      "uniform vec4 uTint; uniform float uAmount; out vec4 c;\n"
      "void main() { c = vec4(vUV.st, uAmount, 1.0) + uTint; }",
      "uniform vec4 uTint; out vec4 c;\nvoid main() { c = uTint;\n#if TD_NUM_2D_INPUTS > 0\n"
      "  c += texture(sTD2DInputs[0], vUV.st);\n#endif\n}",
      "layout(location = 0) out vec4 a; layout(location = 1) out vec4 b;\n"
      "void main() { a = vec4(vUV.s); b = vec4(vUV.t); }",
      "uniform int uSteps; uniform vec3 uList[3]; out vec4 c;\n"
      "void main() { float s = 0.0; for (int i = 0; i < min(uSteps, 500); ++i) s += "
      "sin(float(i));\n"
      "  c = vec4(uList[1] * s, 1.0); }",
      "uniform mat4 uMatrix; uniform sampler2D uMine; out vec4 c;\n"
      "void main() { c = uMatrix * texture(uMine, vUV.st); }",
      "out vec4 c; void main() { c = vec4(vUV.p, uTDOutputInfo.depth.y, vUV.st);\n"
      "#if TD_NUM_3D_INPUTS > 0\n  c += texture(sTD3DInputs[0], vec3(vUV.st, 0.5));\n#endif\n}",
      "uniform atomic_uint uCount; out vec4 c;\n"
      "void main() { c = vec4(atomicCounterIncrement(uCount)); }",
      "#include \"part\"\nout vec4 c; void main() { c = part(); }",
      "out vec4 c; void main() { c = wrong(1) }",
      "layout(constant_id = 0) const int N = 2; out vec4 c; void main() { c = vec4(N); }",
      "",
      "}"};
  return dice.of(kShaders);
}

inline std::string anyFunction(Dice& dice) {
  static const std::vector<std::string> kTexts = {
      "uniform vec4 uTint; vec4 pixel(vec4 a) { return a * uTint; }",
      "vec4 pixel(vec2 uv) { return vec4(uv, 0.5, 1.0); }",
      "uniform float uAmount; vec4 pixel(vec4 a, vec4 b, vec2 uv) { return mix(a, b, uAmount); }",
      "vec4 pixel(vec4 a) { return b; }"};
  return dice.of(kTexts);
}

inline std::string anyComputeShader(Dice& dice) {
  static const std::vector<std::string> kTexts = {
      "layout(local_size_x = 4, local_size_y = 4) in;\n"
      "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(0.25)); }",
      "layout(local_size_x = 1) in; shared float s[4];\nvoid main() { s[0] = 1.0; barrier();\n"
      "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(s[0])); }",
      "void main() { }"};
  return dice.of(kTexts);
}

inline std::string anyVertexShader(Dice& dice) {
  static const std::vector<std::string> kTexts = {
      "void main() { gl_Position = TDWorldToProj(TDDeform(TDPos())); }",
      "out vec2 place; void main() { place = uv[0].st; gl_Position = vec4(P, 1.0); }", "broken"};
  return dice.of(kTexts);
}

inline UniformValue anyUniformValue(Dice& dice) {
  static const std::vector<UniformValue> kValues = {0.5,
                                                    3,
                                                    1e300,
                                                    std::numeric_limits<double>::quiet_NaN(),
                                                    glm::vec2(1, 2),
                                                    glm::vec3(0.1f, 0.2f, 0.3f),
                                                    glm::vec4(0.4f),
                                                    glm::mat4(1.0f),
                                                    glm::mat2(1.0f),
                                                    std::vector<float>{1, 2, 3, 4, 5},
                                                    std::vector<glm::vec3>{{1, 2, 3}, {4, 5, 6}},
                                                    std::vector<glm::vec4>(),
                                                    std::vector<glm::mat3>(2)};
  return dice.of(kValues);
}

inline std::string anyUniformName(Dice& dice) {
  static const std::vector<std::string> kNames = {"uTint",   "uAmount",    "uSteps", "uList",
                                                  "uMatrix", "uMine",      "uCount", "uGone",
                                                  "",        "sTDNoiseMap"};
  return dice.of(kNames);
}

/// A number for a parameter that decides how much work there is, small; nothing for others.
inline std::optional<int> modest(const Parameter& parameter, Dice& dice, int side) {
  static const std::set<std::string> kSides = {"resolution"};
  static const std::set<std::string> kCounts = {
      "npasses",      "cachesize", "customdepth", "dispatchsize",  "array",    "color",
      "vec",          "matrix",    "ac",          "const",         "buffer",   "attr",
      "numcolorbufs", "nval",      "harmon",      "maxdecodecpus", "samples",  "prereadframes",
      "slots",        "locktime",  "size",        "frametimeout",  "selector", "preshrink"};
  if (kSides.contains(parameter.name())) return dice.from(1, side);
  if (kCounts.contains(parameter.name())) return dice.from(1, 4);
  return std::nullopt;
}

}  // namespace topknot::test
