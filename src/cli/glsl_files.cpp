// `topknot glsl`: the files that a shader consists of.
#include "cli/glsl.h"
#include "top/shader/shader_texts.h"
#include "topknot/error.h"

namespace topknot::cli {
namespace {

constexpr const char* kReaders[] = {"TDImageLoadOutput", "imageLoad"};

void read(ShaderTextSet& texts, StageKind stage, const std::string& file, ShaderFiles& found) {
  try {
    texts.setFile(stage, file);
    const glsl::MappedSource text = texts.read(stage, "shader");
    for (const char* name : kReaders) found.readsOutputs |= text.mentions(name);
    for (auto& uniform : glsl::declarationsOf(text).uniforms) found.uniforms.push_back(uniform);
  } catch (const Error&) {
    // Whoever compiles it says what is wrong.
  }
}

}  // namespace

ShaderFiles shaderFiles(const Job& job) {
  ShaderFiles found;
  ShaderTextSet texts;
  for (const std::string& folder : job.includes) texts.includes().addFolder(folder);
  texts.set(StageKind::Directives, job.defines, {});
  read(texts, job.compute ? StageKind::Compute : StageKind::Pixel, job.shader, found);
  if (job.vertex) read(texts, StageKind::Vertex, *job.vertex, found);
  found.files = {job.shader};
  if (job.vertex) found.files.emplace_back(*job.vertex);
  for (const std::string& file : texts.includes().files()) found.files.emplace_back(file);
  return found;
}

}  // namespace topknot::cli
