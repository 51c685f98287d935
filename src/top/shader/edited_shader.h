// A user's shader as its operator holds it: texts, pages, and what became of them.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/files/file_watch.h"
#include "top/shader/function_shader.h"
#include "top/shader/shader_page.h"
#include "top/shader/shader_run.h"
#include "top/shader/shader_texts.h"
#include "top/shader/whole_shader.h"
#include "top/uniforms/buffer_page.h"
#include "top/uniforms/uniform_pages.h"

namespace topknot {

/// What stands in for a text that was not given: white.
const char* defaultShader(StageKind stage);

/// Thread: that of the graph.
struct EditedShader {
  EditedShader(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours)
      : page(set), uniforms(set, std::move(colours)), buffers(set), parameters(set) {}

  // What the user gave.
  ShaderTextSet texts;
  std::array<std::string, kStageKinds> filesRead;  // of the parameters
  ShaderPage page;
  UniformPages uniforms;
  BufferPage buffers;
  const ParameterSet& parameters;

  // The texts of the present mode, read once.
  struct Read {
    ShaderPage::Mode mode;
    std::string opName;
    int inputs;  // that the text of a function depends on; −1: it was given
    friend bool operator==(const Read&, const Read&) = default;
  };
  std::optional<Read> read;
  StageTexts stages;
  glsl::MappedSource functionText;
  std::uint64_t readings = 0;

  // What the program is made for, and what that was made from.
  struct SettingKey {
    std::uint64_t parameters, constants, buffers, readings;
    std::array<int, glsl::kDimensions> inputs;
    gl::TextureShape shape;
    friend bool operator==(const SettingKey&, const SettingKey&) = default;
  };
  std::optional<SettingKey> settingKey;
  SettingPtr setting;

  // What became of it.
  WholeShader whole;
  FunctionShader function;
  bool stale = true;    // nothing was made from the present texts
  bool atOnce = false;  // somebody waits for the result
  bool warned = false;  // by the latest cook
  std::optional<std::chrono::steady_clock::time_point> waitsSince;  // for a worker

  // Files that are watched.
  std::map<StageKind, std::filesystem::path> watched;
  io::FileWatch watch;
  bool saved = false;  // since they were read

  bool isFunction() const { return page.isFunction(); }
  const gl::Program::Log& log() const { return isFunction() ? function.log() : whole.log(); }
  bool ok() const {
    return isFunction() ? function.function() != nullptr : whole.latest() != nullptr;
  }
  double waited() const;  // seconds
  bool isBusy() const { return function.isBusy() || whole.isBusy(); }
  bool threaded() const { return page.whileCompiling() != ShaderPage::Meanwhile::Stall && !atOnce; }
  bool keepsPrevious() const {
    return page.onError() == ShaderPage::Meanwhile::Previous || !watched.empty();
  }
  const gl::Program* program() const;  // null for pixel functions, and if it does not compile

  /// They are others now.
  void forgetTexts();
  /// Reads the files that parameters name, once.
  void refreshFiles();
  /// Whether one of them was saved since they were read.
  bool filesSaved();
  /// Files that were saved are read again; one that cannot be read now is left for later.
  void rereadWatched();
  /// Reads the texts of the mode, unless that was done; what they declare becomes parameters.
  void readTexts(const std::string& opName, int inputs);
  /// The same object as before if nothing changed.
  const SettingPtr& settingFor(const std::string& opName, const ShaderRun& run,
                               const std::vector<ShaderInput>& inputs);
  /// False while a worker compiles.
  bool compileWhole(TopCook& cook, const ShaderRun& run, const std::vector<ShaderInput>& inputs);
  bool compileFunction(const std::string& opName, int inputs, PixelFormat format,
                       const FunctionShader::Shown& shown);
  /// Lets go of what lives in the context.
  void forgetGl();

 private:
  bool compiled();
  bool waits();
};

}  // namespace topknot
