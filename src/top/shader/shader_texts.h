// The texts that a user gave for the stages of a shader.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "glsl/source/shader_source.h"
#include "top/shader/include_finder.h"

namespace topknot {

enum class StageKind { Directives, Vertex, Pixel, Compute };
inline constexpr std::size_t kStageKinds = 4;

/// One text for each stage, and where their `#include`s look.
class ShaderTextSet {
 public:
  /// Whether a text becomes a program by itself, or stands in one with texts of others, where the
  /// directives may not go ahead of everything.
  enum class Joins { Nothing, Others };

  void set(StageKind stage, std::string text, std::string name);
  /// The same with a file's content, read now. Throws Error if that cannot be done.
  void setFile(StageKind stage, const std::filesystem::path& file);
  void remove(StageKind stage);

  bool has(StageKind stage) const { return of(stage).given; }
  const std::string& text(StageKind stage) const { return of(stage).source.text; }
  /// A text behind the directives, with its includes expanded; nameless ones are called
  /// `<op>_pixel` and the like.
  glsl::MappedSource read(StageKind stage, const std::string& opName, Joins joins = Joins::Nothing);
  /// The same for a text that stands in for one that was not given.
  glsl::MappedSource read(StageKind stage, const std::string& opName, std::string text,
                          Joins joins = Joins::Nothing);

  IncludeFinder& includes() { return includes_; }

 private:
  struct Text {
    glsl::ShaderSource source;
    bool given = false;
  };
  glsl::MappedSource withDirectives(const std::string& opName, Joins joins);
  Text& of(StageKind stage) { return texts_[static_cast<std::size_t>(stage)]; }
  const Text& of(StageKind stage) const { return texts_[static_cast<std::size_t>(stage)]; }

  std::array<Text, kStageKinds> texts_;
  IncludeFinder includes_;
};

}  // namespace topknot
