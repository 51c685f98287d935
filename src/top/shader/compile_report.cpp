// What compilers said, as text and as data.
#include "top/shader/compile_report.h"

#include <algorithm>

namespace topknot {

namespace {

std::string lineOf(const Diagnostic& message) {
  std::string line = message.isError() ? "ERROR: " : "WARNING: ";
  if (!message.file.empty()) line += message.file + ":";
  if (message.line > 0) line += std::to_string(message.line) + ":";
  return line + (line.ends_with(' ') ? "" : " ") + message.message + " \n";
}

std::string block(const char* stage, const std::vector<Diagnostic>& messages) {
  std::string text = std::string(stage) + " Shader Compile Results:\n";
  for (const Diagnostic& message : messages) text += lineOf(message);
  const auto errors = std::count_if(messages.begin(), messages.end(),
                                    [](const Diagnostic& message) { return message.isError(); });
  if (errors == 0) return text + "\nCompiled Successfully\n";
  return text + "ERROR: " + std::to_string(errors) + " compilation errors.  No code generated.\n";
}

}  // namespace

std::string compileReport(const gl::Program::Log& log) {
  std::vector<Diagnostic> last = log.isCompute ? log.compute : log.pixel;
  // What a driver repeats or remarks when it links is of interest only if linking failed.
  if (log.failed) last.insert(last.end(), log.link.begin(), log.link.end());
  const std::string rule = "\n=============\n";
  if (log.isCompute) return rule + block("Compute", last) + "\n==========\n\n";
  return block("Vertex", log.vertex) + rule + block("Pixel", last);
}

std::vector<Diagnostic> diagnosticsOf(const gl::Program::Log& log) {
  std::vector<Diagnostic> out;
  const auto add = [&](const std::vector<Diagnostic>& messages, Diagnostic::Stage stage) {
    for (const Diagnostic& message : messages) out.emplace_back(message).stage = stage;
  };
  add(log.vertex, Diagnostic::Stage::Vertex);
  add(log.pixel, Diagnostic::Stage::Pixel);
  add(log.compute, Diagnostic::Stage::Compute);
  if (log.failed) out.insert(out.end(), log.link.begin(), log.link.end());
  return out;
}

}  // namespace topknot
