// The texts that a user gave for the stages of a shader.
#include "top/shader/shader_texts.h"

#include <utility>

#include "io/files/text_file.h"

namespace topknot {

namespace {

constexpr std::uint64_t kMaxShaderBytes = 1 << 20;
constexpr const char* kSuffixes[] = {"_predat", "_vertex", "_pixel", "_compute"};
static_assert(std::size(kSuffixes) == kStageKinds);

}  // namespace

void ShaderTextSet::set(StageKind stage, std::string text, std::string name) {
  of(stage) = {{std::move(name), std::move(text)}, true};
}

void ShaderTextSet::setFile(StageKind stage, const std::filesystem::path& file) {
  std::string text = io::readTextFile(file, kMaxShaderBytes);
  includes_.addFile(file);
  set(stage, std::move(text), file.string());
}

void ShaderTextSet::remove(StageKind stage) {
  of(stage) = {};
}

glsl::MappedSource ShaderTextSet::read(StageKind stage, const std::string& opName, Joins joins) {
  glsl::ShaderSource source = of(stage).source;
  if (source.name.empty()) source.name = opName + kSuffixes[static_cast<std::size_t>(stage)];
  glsl::MappedSource flat = withDirectives(opName, joins);
  flat.addUser(source, includes_.resolver());
  return flat;
}

glsl::MappedSource ShaderTextSet::withDirectives(const std::string& opName, Joins joins) {
  glsl::MappedSource flat;
  glsl::ShaderSource source = of(StageKind::Directives).source;
  if (source.text.find_first_not_of(" \t\r\n") == std::string::npos) return flat;
  if (source.name.empty()) source.name = opName + kSuffixes[0];
  if (joins == Joins::Others) {
    flat.addUser(source, includes_.resolver());
  } else {
    flat.addHead(source, includes_.resolver());
  }
  return flat;
}

glsl::MappedSource ShaderTextSet::read(StageKind stage, const std::string& opName, std::string text,
                                       Joins joins) {
  glsl::MappedSource flat = withDirectives(opName, joins);
  flat.addUser({opName + kSuffixes[static_cast<std::size_t>(stage)], std::move(text)},
               includes_.resolver());
  return flat;
}

}  // namespace topknot
