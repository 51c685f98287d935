// `topknot glsl`: what became of it, in words and as JSON.
#include "cli/glsl.h"

namespace topknot::cli {
namespace {

Json toJson(const Diagnostic& message) {
  Json includedFrom = Json::array();
  for (const SourcePlace& place : message.includedFrom) {
    includedFrom.push_back({{"file", place.file}, {"line", place.line}});
  }
  return {{"stage", stageName(message.stage)},
          {"severity", severityName(message.severity)},
          {"file", message.file},
          {"line", message.line},
          {"column", message.column},
          {"message", message.message},
          {"code", message.code},
          {"name", message.name},
          {"includedFrom", includedFrom},
          {"source", message.source}};
}

}  // namespace

Json toJson(const Job& job, const Outcome& outcome) {
  Json diagnostics = Json::array();
  for (const Diagnostic& message : outcome.diagnostics) diagnostics.push_back(toJson(message));
  return {{"shader", job.shader},
          {"ok", outcome.status() == Status::Done},
          {"compileResult", outcome.compileResult},
          {"diagnostics", diagnostics},
          {"out", outcome.files},
          {"width", outcome.width},
          {"height", outcome.height},
          {"depth", outcome.depth},
          {"format", outcome.format},
          {"frames", outcome.frames},
          {"cookTime", outcome.cookTime},
          {"warnings", outcome.warnings},
          {"errors", outcome.errors}};
}

std::string writtenLine(const Outcome& outcome) {
  const std::vector<std::string>& files = outcome.files;
  std::string line = "wrote " + files.front();
  if (files.size() > 1) {
    line += " to " + files.back() + " (" + std::to_string(files.size()) + " files)";
  }
  return line + ", " +
         describePicture(outcome.width, outcome.height, outcome.format, outcome.depth) + "\n";
}

Status tellTroubles(const Job& job, const Outcome& outcome) {
  for (const std::string& sentence : outcome.errors) complain(sentence);
  const Status status = outcome.status();
  if (status == Status::NotCompiled) {
    printError(outcome.compileResult);
    complain("the shader '" + job.shader + "' does not compile");
    return status;  // the operator's warning says the same
  }
  for (const std::string& sentence : outcome.warnings) complain("warning: " + sentence);
  return status;
}

}  // namespace topknot::cli
