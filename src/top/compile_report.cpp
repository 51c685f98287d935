// What compilers said, as text and as data.
#include "top/compile_report.h"

#include <algorithm>

namespace topknot {

namespace {

std::string lineOf(const gl::Diagnostic& message) {
  std::string line = message.isError() ? "ERROR: " : "WARNING: ";
  if (!message.file.empty()) line += message.file + ":";
  if (message.line > 0) line += std::to_string(message.line) + ":";
  return line + (line.ends_with(' ') ? "" : " ") + message.message + " \n";
}

std::string block(const char* stage, const std::vector<gl::Diagnostic>& messages) {
  std::string text = std::string(stage) + " Shader Compile Results:\n";
  for (const gl::Diagnostic& message : messages) text += lineOf(message);
  const auto errors = std::count_if(messages.begin(), messages.end(),
                                    [](const gl::Diagnostic& message) { return message.isError(); });
  if (errors == 0) return text + "\nCompiled Successfully\n";
  return text + "ERROR: " + std::to_string(errors) + " compilation errors.  No code generated.\n";
}

}  // namespace

std::string compileReport(const gl::Program::Log& log) {
  std::vector<gl::Diagnostic> pixel = log.pixel;
  // What a driver repeats or remarks when it links is of interest only if linking failed.
  if (log.failed) pixel.insert(pixel.end(), log.link.begin(), log.link.end());
  return block("Vertex", log.vertex) + "\n=============\n" + block("Pixel", pixel);
}

std::vector<Diagnostic> diagnosticsOf(const gl::Program::Log& log) {
  std::vector<Diagnostic> out;
  const auto add = [&](const std::vector<Diagnostic>& messages, Diagnostic::Stage stage) {
    for (const Diagnostic& message : messages) out.emplace_back(message).stage = stage;
  };
  add(log.vertex, Diagnostic::Stage::Vertex);
  add(log.pixel, Diagnostic::Stage::Pixel);
  if (log.failed) out.insert(out.end(), log.link.begin(), log.link.end());
  return out;
}

}  // namespace topknot
