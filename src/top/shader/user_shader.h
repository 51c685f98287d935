// A user's whole shader: the texts of its stages, and the program made from them.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gl/context/texture.h"
#include "gl/program/program.h"
#include "glsl/check/shader_declarations.h"
#include "glsl/source/shader_source.h"
#include "top/uniforms/buffer_page.h"

namespace topknot {

/// What a program is made for, besides its texts: it is made anew when this changes.
struct ShaderSetting {
  bool compute = false;
  std::array<int, glsl::kDimensions> inputs{};  // of each kind
  glsl::Dimension output = glsl::Dimension::Flat;
  int buffers = 1;
  bool reads = false;  // a compute shader may read its outputs
  int swizzle = 0;     // of TDOutputSwizzle
  int bits = 8;        // of a channel of the outputs; 0: floats
  bool srgb = false;
  std::string image;  // GLSL's word for the outputs' format; for compute shaders
  bool fineNoise = false;
  int glsl = 450;
  std::string constants;                // values of specialization constants
  std::vector<BufferSpec> attributes;   // of the page Buffers, those that the texts make use of
  std::optional<PixelFormat> isolated;  // tried first in a process of its own, with such targets
  friend bool operator==(const ShaderSetting&, const ShaderSetting&) = default;

  /// Takes over what matters of the outputs' format.
  void format(PixelFormat format);
};

/// The texts of the stages as their author wrote them, each with the directives ahead of it,
/// includes expanded, and what they declare.
struct StageTexts {
  struct Stage {
    glsl::MappedSource text;
    glsl::Declarations declared;

    Stage() = default;
    explicit Stage(glsl::MappedSource flat)
        : text(std::move(flat)), declared(glsl::declarationsOf(text)) {}
  };
  std::optional<Stage> vertex;
  Stage main;  // the pixel or compute shader

  /// True if one of them mentions it outside comments.
  bool mention(std::string_view identifier) const;
};

/// A program made from a user's texts. Shared by operators of the same texts: its uniforms are
/// those of who gave them last.
struct UserShader {
  /// Texture units: inputs by kind, then these.
  static constexpr GLuint kBlockBinding = 7;
  /// Bytes of the block `TDPassBlock` with the infos of so many inputs.
  static constexpr std::size_t blockBytes(std::size_t inputs) { return 48 + 32 * inputs; }

  ShaderSetting setting;
  StageTexts texts;  // as OpenGL's GLSL knows them
  std::shared_ptr<const gl::UserBuild> build;
  gl::Program::Log log;  // with places in the user's own texts
  bool ok = false;
  bool usesNoise = false, usesSine = false;
  bool leavesPixels = false;                      // it may not cover the target
  std::array<unsigned, 3> localSize = {1, 1, 1};  // of a compute program

  int inputCount() const;
  /// The first texture unit that is not ours.
  int freeUnit() const;
  const gl::Program& program() const { return build->program; }
};

/// What all stages declare.
glsl::Declarations declarationsOf(const StageTexts& texts);

/// A shader on its way from texts to a program.
class ShaderDraft {
 public:
  ShaderDraft(StageTexts texts, const ShaderSetting& setting);

  std::shared_ptr<UserShader> shader;
  gl::ShaderTexts text;  // for the driver

  /// Checks the texts and writes the driver's, if nothing is wrong with them. A context is in use,
  /// its own or a worker's.
  void write(const std::vector<glsl::ConstantValue>& constants);
  /// Takes the program and moves the driver's messages to their places.
  void finish(std::shared_ptr<const gl::UserBuild> build);
  /// It has failed, for a reason that is not the driver's.
  void refuse(const std::string& why);

 private:
  void boundShared();
  void isolate(PixelFormat format);

  gl::Program::Log found_;            // before the driver saw it
  bool bounded_ = true;               // all indices of shared memory, where they need to be
  glsl::MappedSource vertex_, main_;  // with places
};

/// How the names of the library's samplers begin.
inline constexpr std::string_view kOurSamplers = "sTD";

/// Compiles and links. What is wrong with the texts is in `log`.
std::shared_ptr<const UserShader> compiled(StageTexts texts, const ShaderSetting& setting,
                                           const std::vector<glsl::ConstantValue>& constants);

}  // namespace topknot
