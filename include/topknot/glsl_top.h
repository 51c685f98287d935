// The GLSL TOP: a user's shader as an operator.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "topknot/top.h"
#include "topknot/uniform.h"

namespace topknot {

/// Draws its picture with a pixel shader of the user's, in the dialect of TouchDesigner's GLSL TOP.
///
/// The shader finds declared: `vec3 vUV` (`.st` 0..1 over the picture, at pixel centres),
/// `sampler2D sTD2DInputs[TD_NUM_2D_INPUTS]` and `TDTexInfo uTD2DInfos[]` (only if something is
/// connected), `TDTexInfo uTDOutputInfo`, `int uTDPass`, `int uTDCurrentDepth`, `sTDNoiseMap`,
/// `sTDSineLookup`, `TDSineLookup(float)`, `TDOutputSwizzle(vec4)`, and the macros `TD_PIXEL_SHADER`,
/// `TD_NUM_2D_INPUTS` (and 3D, 2D_ARRAY, CUBE), `TD_NUM_COLOR_BUFFERS`. It declares one
/// `out vec4`. The `#version` line is the library's: that of the context.
///
/// With the parameter `mode` at `pixelfunction` the text is no whole shader but a function,
/// `vec4 pixel(vec4 a, vec4 b, vec2 uv)`, with one colour for each connected input: its own pixel of
/// each. Helpers, constants, macros, includes and uniforms of numbers may go with it; of what is
/// listed above it finds `vUV` and `TDSineLookup` declared. Neighbouring operators of the same size
/// are drawn together with it as one pass.
///
/// A shader that does not compile is a warning of the operator; its picture is then a red and blue
/// checkerboard until the text is mended. Inputs: up to 3. Without an input: 256 × 256, rgba8fixed.
class GlslTop : public Top {
 public:
  static constexpr std::string_view kTypeName = "glsl";

  GlslTop();
  ~GlslTop() override;

  /// Sets the pixel shader's text. `name` is what messages call it; `<operator>_pixel` if empty.
  /// Compiled when the operator cooks next.
  GlslTop& pixelShader(std::string text, std::string name = {});
  /// The same with a file's content; messages name the path as it is given here. Throws Error if it
  /// cannot be read.
  GlslTop& pixelShaderFile(const std::filesystem::path& file);
  const std::string& pixelShader() const;

  /// Gives a text that shaders can `#include` by this name.
  GlslTop& includeText(std::string name, std::string text);
  /// Adds a folder in which `#include` looks, after the named texts and the folder of the including
  /// file; folders are searched in the order of these calls.
  GlslTop& includeFolder(const std::filesystem::path& folder);

  /// Gives a uniform its value: one to four numbers, for `float`, `vec`, `int`, `ivec`, `uint`,
  /// `uvec`, `bool` and `bvec` uniforms. Stays through recompiling. A name that the shader does not
  /// have is a warning of the operator. Uniforms without a value are 0.
  GlslTop& uniform(std::string_view name, const UniformValue& value);
  /// The same, computed anew each frame in which the operator is wanted.
  template <class Function>
  requires std::is_invocable_r_v<UniformValue, Function&, const Frame&>
  GlslTop& uniform(std::string_view name, Function value) {
    return computedUniform(name, std::move(value));
  }
  /// The value goes; the uniform is 0 again.
  GlslTop& removeUniform(std::string_view name);
  GlslTop& constant(std::string_view name, const Value& value);
  GlslTop& counter(std::string_view name, std::vector<std::uint32_t> values);
  std::vector<UniformInfo> uniforms();
  std::vector<std::uint32_t> counted(std::string_view name);

  /// What the latest compilation said, stage by stage, in TouchDesigner's words. Errors have the
  /// form `ERROR: warp.frag:12: …`, with the user's own lines. Compiles first if the text changed.
  std::string compileResult();
  /// True if the latest compilation succeeded. Compiles first if the text changed.
  bool compiles();

 protected:
  void render(TopCook& cook) override;
  void forgetGl() override;
  bool isTimeDependent() const override;
  bool onlyDescribes() const override;

 private:
  GlslTop& computedUniform(std::string_view name, std::function<UniformValue(const Frame&)> value);
  void renderShader(TopCook& cook, int connected);
  void renderFunction(TopCook& cook);

  void compileNow();
  bool rehearses(int connected);
  bool startRehearsal();
  struct Shader;
  std::unique_ptr<Shader> shader_;
};

}  // namespace topknot
