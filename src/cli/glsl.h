// The parts of `topknot glsl`: what it is asked to do, doing it, and telling what became of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/output.h"
#include "glsl/check/shader_declarations.h"
#include "topknot/context.h"
#include "topknot/diagnostic.h"

namespace topknot::cli {

/// The command line's words.
struct GlslOptions {
  std::string shader;
  std::vector<std::string> inputs, arrays, volumes, cubes, uniforms, constants, includes, defines;
  std::optional<std::string> vertex, size, format, type, depth, out;
  std::string buffers = "1", passes = "1", frames = "1";
  bool compute = false, watch = false, json = false;
};

/// What they mean.
struct Job {
  std::string shader;
  bool compute = false;
  std::optional<std::string> vertex;
  std::vector<std::string> inputs, arrays, volumes, cubes, includes;
  std::string defines;  // as directives, a line each
  std::vector<UniformArgument> uniforms;
  std::vector<ConstantArgument> constants;
  std::optional<PictureSize> size;
  std::optional<PixelFormat> format;
  std::string type = "texture2d";
  std::optional<int> depth;
  std::optional<std::string> out;
  int buffers = 1, passes = 1;
  std::int64_t frames = 1;

  bool hasSlices() const { return type != "texture2d"; }
  /// True if each frame has files of its own.
  bool numbersFrames() const;
  /// Where that picture goes.
  std::string path(std::int64_t frame, int buffer, int slice) const;
};

/// What became of it.
struct Outcome {
  bool compiled = false;
  std::string compileResult;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> files, warnings, errors;
  int width = 0, height = 0, depth = 0;  // pixels, slices
  std::string format;
  std::int64_t frames = 0;  // that were cooked
  double cookTime = 0.0;    // milliseconds, of the last one

  Status status() const {
    if (!errors.empty()) return Status::Failed;
    return compiled ? Status::Done : Status::NotCompiled;
  }
};

/// Throws UsageError.
Job jobOf(const GlslOptions& options);

/// Cooks the frames and writes the files. What goes wrong is in the outcome. Makes the context if
/// there is none yet.
Outcome render(const Job& job, std::optional<Context>& context);

/// Complaints go to stderr. Returns the outcome's status.
Status tellTroubles(const Job& job, const Outcome& outcome);
/// `wrote out.png, 640x480, rgba8fixed`
std::string writtenLine(const Outcome& outcome);
Json toJson(const Job& job, const Outcome& outcome);

/// What the shader's own texts tell.
struct ShaderFiles {
  std::vector<std::filesystem::path> files;  ///< they, and those that they include
  std::vector<glsl::UniformDeclaration> uniforms;
  bool readsOutputs = false;  ///< as compute shaders can
};
/// As far as the files can be read.
ShaderFiles shaderFiles(const Job& job);

/// Renders anew whenever one of the shader's files is saved, until SIGINT or SIGTERM. With `json`
/// each outcome is a line.
Status watch(const Job& job, bool json);

}  // namespace topknot::cli
