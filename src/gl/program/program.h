// Compiled and linked shader programs.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gl/context/context_state.h"
#include "gl/program/uniform_cache.h"
#include "glsl/log/shader_log.h"

namespace topknot::gl {

/// A uniform that a linked program uses.
struct UniformInfo {
  GLint location = -1;
  GLenum type = 0;
  int arraySize = 1;
  bool isArray = false;
};

/// The texts of a program: a vertex and a pixel shader, or a compute shader alone.
struct ShaderTexts {
  std::string vertex, pixel, compute;
  /// The compute shader as its author wrote it, where `compute` is another, of the same lines: if
  /// that one is refused this one is made, since messages are about what a person wrote.
  std::string plainCompute = {};
};

/// Shaders, linked. Move-only.
class Program {
 public:
  /// What the driver said about each step; an empty list of errors means success.
  struct Log {
    std::vector<Diagnostic> vertex, pixel, compute, link;
    bool isCompute = false;
    bool failed = false;
  };

  Program() = default;
  /// `program` is empty if `log.failed`.
  static Program build(const ShaderTexts& texts, Log& log);
  static Program build(const std::string& vertex, const std::string& pixel, Log& log) {
    return build({vertex, pixel, {}}, log);
  }
  /// Hands it over to a context that shares objects with the current one and may be another
  /// thread's. Nobody draws with it meanwhile.
  void moveTo(StatePtr state) { program_.moveTo(std::move(state)); }
  /// For the library's own shaders: throws Error with the driver's log.
  static Program buildOwn(const std::string& vertex, const std::string& pixel);

  explicit operator bool() const { return static_cast<bool>(program_); }
  GLuint name() const { return program_.name(); }

  /// Active uniforms by name, without `[0]`.
  const std::unordered_map<std::string, UniformInfo>& uniforms() const { return uniforms_; }

  /// Gives each sampler that the user declared a texture unit of its own, from `unit` on: two kinds
  /// of samplers on one unit are refused when drawing. They see nothing: (0, 0, 0, 1).
  void separateSamplers(std::string_view ours, int unit) const;

  /// For uniform_setter.h.
  UniformCache& cache() const { return cache_; }

 private:
  void reflect();

  Object program_;
  std::unordered_map<std::string, UniformInfo> uniforms_;
  mutable UniformCache cache_;
};

using ProgramPtr = std::shared_ptr<const Program>;

/// The program that was made under this key in this context if somebody still holds it, else a new
/// one from `pixel` and the vertex shader of every pass. For the library's own shaders.
ProgramPtr cachedProgram(const std::string& key, const std::function<std::string()>& pixel);

/// Puts a program under a key, made otherwise.
void cacheProgram(const std::string& key, const ProgramPtr& program);

/// A program made from a user's texts, and what the driver said about them as they stand.
struct UserBuild {
  Program program;  // empty if it failed
  Program::Log log;
};

/// Builds it, unless somebody still holds one of the same texts in this context. Its uniforms are
/// whatever the latest user of it gave them; `ours` and `unit` are as for separateSamplers.
std::shared_ptr<const UserBuild> userBuild(const ShaderTexts& texts, std::string_view ours,
                                           int unit);

/// The same for one that was built elsewhere, a worker's for instance: it becomes the one of these
/// texts.
void keepUserBuild(const ShaderTexts& texts, const std::shared_ptr<const UserBuild>& build);

/// The vertex shader of every pass: one triangle that covers the target; gives `vUV`.
std::string passVertexShader(int glslVersion);
/// Its declarations and main, with an expression for `vUV.p`.
std::string passVertexMain(std::string_view slice);

}  // namespace topknot::gl
