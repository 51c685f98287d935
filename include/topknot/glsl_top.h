// The GLSL TOP: a user's shader as an operator.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/diagnostic.h"
#include "topknot/guard.h"
#include "topknot/top.h"
#include "topknot/uniform.h"

namespace topknot {

enum class StageKind;

/// Draws its picture with shaders of the user's, in the dialect of TouchDesigner's GLSL TOP. By the
/// parameter `mode`: a pixel shader, with a vertex shader if one is given; a compute shader; or a
/// pixel function.
///
/// Every shader finds declared: `sampler2D sTD2DInputs[TD_NUM_2D_INPUTS]`, `sTD3DInputs`,
/// `sTD2DArrayInputs`, `sTDCubeInputs` and with each `TDTexInfo uTD2DInfos[]` and so on (only if
/// something of that kind is connected: inputs are grouped by kind), `TDTexInfo uTDOutputInfo`,
/// `int uTDPass`, `sTDNoiseMap`, `sTDSineLookup`, the helper functions, `TDOutputSwizzle(vec4)`,
/// and the macros `TD_PIXEL_SHADER` (or VERTEX, COMPUTE), `TD_NUM_2D_INPUTS` (and 3D, 2D_ARRAY,
/// CUBE), `TD_NUM_COLOR_BUFFERS`. The `#version` line is the library's.
///
/// A pixel shader finds `vec3 vUV` (`.st` 0..1 over the picture, at pixel centres; `.p` where a 3D
/// texture or an array has the slice that is drawn), unless there is a vertex shader, and
/// `int uTDCurrentDepth`. It declares one `out vec4`, or with `numcolorbufs` several, with
/// locations. A vertex shader finds `P`, `uv[0]`, `TDSOPToProj()` and `TDPos()`, `TDTexCoord()`,
/// `TDWorldToProj()`, `TDDeform()`: 4 vertices of a quad that covers the picture.
/// A compute shader finds `TDImageStoreOutput(buffer, coordinate, colour)`, with `outputaccess` at
/// `readwrite` `TDImageLoadOutput(buffer, coordinate)`, and the images themselves as
/// `mTDComputeOutputs[]` and `sTDComputeOutputs[]`. Channels that the channel mask leaves out come
/// from the first input, as they do with a pixel shader.
///
/// With the parameter `mode` at `pixelfunction` the text is no whole shader but a function,
/// `vec4 pixel(vec4 a, vec4 b, vec2 uv)`, with one colour for each connected input: its own pixel
/// of each. Helpers, constants, macros, includes and uniforms of numbers may go with it; of what is
/// listed above it finds `vUV` and `TDSineLookup` declared. Neighbouring operators of the same size
/// are drawn together with it as one pass.
///
/// With `npasses` the result of a pass is the first input of the next one, if it is of the same
/// kind (2D, 3D, array); compute shaders keep their first input, and find their outputs as the pass
/// before left them.
///
/// A shader that does not compile is a warning of the operator, not a failure; its picture is then
/// what `errorbehavior` says until the text is mended, and what `compilebehavior` says while a
/// worker compiles: `compiles()` tells before one reads it. Inputs: any number. Without an input:
/// 256 × 256, rgba8fixed.
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
  /// The other stages, in the same ways. `preprocessDirectives` go right behind `#version`:
  /// the place for `#extension` and `#define`.
  GlslTop& vertexShader(std::string text, std::string name = {});
  GlslTop& vertexShaderFile(const std::filesystem::path& file);
  GlslTop& removeVertexShader();
  GlslTop& computeShader(std::string text, std::string name = {});
  GlslTop& computeShaderFile(const std::filesystem::path& file);
  GlslTop& preprocessDirectives(std::string text, std::string name = {});
  GlslTop& preprocessDirectivesFile(const std::filesystem::path& file);

  /// Takes a file (`.vert`: the vertex shader, `.comp`: the compute shader, else the pixel shader)
  /// and watches it and what it includes, by inotify: what is saved is compiled in the next frame,
  /// and while it does not compile the operator draws with the shader before. With the parameter
  /// `compilebehavior` at `threadedprevious` the cooking thread does not wait for the compiler.
  /// Where nothing was saved, nothing cooks. Throws Error if the file cannot be read or watched.
  GlslTop& watch(const std::filesystem::path& file);
  void stopWatching();

  /// Gives a text that shaders can `#include` by this name.
  GlslTop& includeText(std::string name, std::string text);
  /// Adds a folder in which `#include` looks, after the named texts and the folder of the including
  /// file; folders are searched in the order of these calls. Nothing outside of them is read, also
  /// not by a link in them; the folder itself may be a link.
  GlslTop& includeFolder(const std::filesystem::path& folder);

  /// Gives a uniform its value, of any GLSL type: numbers, vectors, matrices, arrays of them. Stays
  /// through recompiling. A name that the shader does not have, and a value of another type than
  /// the shader declares, are warnings of the operator: numbers too many are left out, missing ones
  /// are 0. A list may be shorter than the array. So is a sampler of the user's own that nothing
  /// feeds.
  ///
  /// Without a value here, a uniform takes that of an entry of its name on the pages Vectors,
  /// Colors, Arrays or Matrices, else of the parameter that it became: each uniform of numbers that
  /// the texts declare is a parameter of its own name on the page Uniforms, with default, range and
  /// label from a comment such as `uniform float uAmount; // 0.5 [0, 1] how far`.
  GlslTop& uniform(std::string_view name, const UniformValue& value);
  /// The same, computed anew each frame in which the operator is wanted.
  template <class F>
  requires std::is_invocable_r_v<UniformValue, F&, const Frame&> GlslTop& uniform(
      std::string_view name, F value) {
    return computedUniform(name, std::function<UniformValue(const Frame&)>(std::move(value)));
  }
  /// Gives a list of attributes that the shader reads as `TDBuffer_<name>(element)`, where those of
  /// an entry of that name on the page Buffers count no more: a float for each number of the list,
  /// a vec2, vec3 or vec4 for each vector, zeros beyond its ends. The shader finds
  /// `TDBufferLength_<name>()` and `cTDBufferArraySize_<name>` as well; with an `arraySize` above 1
  /// each element has so many values, which lie one after the other, and
  /// `TDBuffer_<name>(element, index)` reads them. Another kind of value or `arraySize` makes the
  /// program anew; other numbers do not. Not for pixel functions. Throws Error for what is no array
  /// of numbers or vectors, for a name that is no identifier, and if `arraySize` does not divide
  /// the number of values.
  GlslTop& buffer(std::string_view name, const UniformValue& elements, int arraySize = 1);
  /// The value goes.
  GlslTop& removeUniform(std::string_view name);
  /// A value for `layout(constant_id = N) const …`, in the place of its default. The program is
  /// made anew.
  GlslTop& constant(std::string_view name, const Value& value);
  /// What each cook begins to count with: one value for all of an array, or one for each.
  GlslTop& counter(std::string_view name, std::vector<std::uint32_t> values);
  /// What a counter stands at after the latest cook, or each of an array. Waits for the GPU. Throws
  /// Error if that cook failed, or one that its picture is made from.
  std::vector<std::uint32_t> counted(std::string_view name);
  /// What the shader declares with `uniform`. Compiles first if the text changed.
  std::vector<UniformInfo> uniforms();

  /// What the latest compilation said, stage by stage, in TouchDesigner's words. Errors have the
  /// form `ERROR: warp.frag:12: …`, with the user's own lines. Compiles first if the text changed.
  std::string compileResult();
  /// The same as data: errors and warnings with their places. Compiles first if the text changed.
  std::vector<Diagnostic> diagnostics();
  /// True if the latest compilation succeeded. Compiles first if the text changed.
  bool compiles();
  /// Seconds for which the present text has been compiling beside the frames, by `compilebehavior`;
  /// 0 while nothing is. Asks for nothing, so that a host can show it in every frame.
  double compilingSeconds() const;

 protected:
  void render(TopCook& cook) override;
  void forgetGl() override;
  bool isTimeDependent() const override;
  bool isWatching() const override;
  bool onlyDescribes() const override;
  void references(std::vector<Op*>& ops) const override;

 private:
  GlslTop& computedUniform(std::string_view name, std::function<UniformValue(const Frame&)> value);
  void textChanged();
  GlslTop& give(StageKind stage, std::string text, std::string name);
  GlslTop& giveFile(StageKind stage, const std::filesystem::path& file);
  void watchFiles(std::filesystem::file_time_type readAt);
  bool renderWhole(TopCook& cook);
  bool renderFunction(TopCook& cook);

  void compileNow();
  /// Since the latest cook at these revisions, nothing but the inputs' pictures decides the
  /// picture.
  struct Rest {
    bool valid = false;
    std::uint64_t parameters = 0, state = 0;
  };
  bool rests() const;
  void renderShader(TopCook& cook);
  Rest rest_;
  struct Shader;
  std::unique_ptr<Shader> shader_;
};

}  // namespace topknot
