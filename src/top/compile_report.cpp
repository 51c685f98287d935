// The text of `compileResult`.
#include "top/compile_report.h"

#include <algorithm>

namespace topknot {

namespace {

std::string lineOf(const gl::Diagnostic& message) {
  std::string line = message.error ? "ERROR: " : "WARNING: ";
  if (!message.file.empty()) line += message.file + ":";
  if (message.line > 0) line += std::to_string(message.line) + ":";
  return line + (line.ends_with(' ') ? "" : " ") + message.message + " \n";
}

std::string block(const char* stage, const std::vector<gl::Diagnostic>& messages) {
  std::string text = std::string(stage) + " Shader Compile Results:\n";
  for (const gl::Diagnostic& message : messages) text += lineOf(message);
  const auto errors = std::count_if(messages.begin(), messages.end(),
                                    [](const gl::Diagnostic& message) { return message.error; });
  if (errors == 0) return text + "\nCompiled Successfully\n";
  return text + "ERROR: " + std::to_string(errors) + " compilation errors.  No code generated.\n";
}

}  // namespace

std::string compileReport(const gl::Program::Log& log) {
  if (log.isCompute) {
    std::vector<gl::Diagnostic> compute = log.compute;
    if (log.failed) compute.insert(compute.end(), log.link.begin(), log.link.end());
    return "\n=============\n" + block("Compute", compute) + "\n==========\n\n";
  }
  std::vector<gl::Diagnostic> pixel = log.pixel;
  // What a driver repeats or remarks when it links is of interest only if linking failed.
  if (log.failed) pixel.insert(pixel.end(), log.link.begin(), log.link.end());
  return block("Vertex", log.vertex) + "\n=============\n" + block("Pixel", pixel);
}

}  // namespace topknot
