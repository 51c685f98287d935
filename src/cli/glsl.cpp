// `topknot glsl`: one shader file as a GLSL TOP, checked or rendered into pictures.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/output.h"
#include "topknot/topknot.h"

namespace topknot::cli {
namespace {

/// The command line's words.
struct GlslOptions {
  std::string shader;
  std::vector<std::string> inputs, uniforms, includes, defines;
  std::optional<std::string> size, format, out;
  std::string frames = "1";
  bool json = false;
};

/// What they mean.
struct Job {
  std::string shader;
  std::vector<std::string> inputs, includes;
  std::string defines;  // as directives, a line each
  std::vector<UniformArgument> uniforms;
  std::optional<PictureSize> size;
  std::optional<PixelFormat> format;
  std::optional<std::string> out;
  std::int64_t frames = 1;
};

/// What became of it.
struct Outcome {
  bool compiled = false;
  std::string compileResult;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> files, warnings, errors;
  int width = 0, height = 0;  // pixels
  std::string format;
  std::int64_t frames = 0;  // that were cooked
  double cookTime = 0.0;    // milliseconds, of the last one

  Status status() const {
    if (!errors.empty()) return Status::Failed;
    return compiled ? Status::Done : Status::NotCompiled;
  }
};

Job jobOf(const GlslOptions& options) {
  Job job{options.shader, options.inputs, options.includes, {}, {}, {}, {}, options.out, 1};
  if (job.inputs.size() > 3) {
    throw UsageError("--input: expected at most 3 pictures, found " +
                     std::to_string(job.inputs.size()));
  }
  if (options.size) job.size = parseSize(*options.size);
  if (options.format) job.format = parseFormat(*options.format);
  for (const std::string& text : options.defines) job.defines += parseDefine(text);
  for (const std::string& text : options.uniforms) job.uniforms.push_back(parseUniform(text));
  job.frames = parseFrameCount(options.frames);
  if (job.out) checkSuffix(*job.out);
  return job;
}

void setUniform(GlslTop& glsl, const UniformArgument& uniform) {
  switch (uniform.source) {
    case UniformArgument::Source::Numbers:
      glsl.uniform(uniform.name, uniform.numbers);
      break;
    case UniformArgument::Source::Seconds:
      glsl.uniform(uniform.name, [](const Frame& frame) { return Value(frame.seconds); });
      break;
    case UniformArgument::Source::Frame:
      glsl.uniform(uniform.name, [](const Frame& frame) { return Value(frame.index); });
      break;
  }
}

GlslTop& build(Graph& graph, const Job& job) {
  auto& glsl = graph.add<GlslTop>("shader");
  for (const std::string& folder : job.includes) {
    if (!std::filesystem::is_directory(folder)) {
      throw Error("the include folder '" + folder + "' does not exist or is no folder");
    }
    glsl.includeFolder(folder);
  }
  if (!job.defines.empty()) glsl.preprocessDirectives(job.defines, "--define");
  glsl.pixelShaderFile(job.shader);
  for (const std::string& file : job.inputs) {
    Op& picture = graph.add("moviefilein");
    picture.par("file") = file;
    picture >> glsl;
  }
  if (job.size) {
    glsl.par("outputresolution") = "custom";
    glsl.par("resolutionw") = job.size->width;
    glsl.par("resolutionh") = job.size->height;
  }
  if (job.format) glsl.par("format") = pixelFormatInfo(*job.format).name;
  for (const UniformArgument& uniform : job.uniforms) setUniform(glsl, uniform);
  glsl.pin();
  return glsl;
}

void addOnce(std::vector<std::string>& list, const std::string& sentence) {
  if (std::find(list.begin(), list.end(), sentence) == list.end()) list.push_back(sentence);
}

void addCompileWarnings(Outcome& outcome) {
  for (const Diagnostic& message : outcome.diagnostics) {
    if (message.isError()) continue;
    std::string place = message.file;
    if (message.line > 0) place += ":" + std::to_string(message.line);
    addOnce(outcome.warnings, place + ": " + message.message);
  }
}

/// False if there is nothing to go on with.
bool cookFrame(Graph& graph, GlslTop& glsl, Outcome& outcome) {
  graph.cook();
  outcome.compiled = glsl.compiles();
  outcome.compileResult = glsl.compileResult();
  outcome.diagnostics = glsl.diagnostics();
  for (const Op* op : graph.ops()) {
    for (const std::string& sentence : op->errors()) addOnce(outcome.errors, sentence);
    for (const std::string& sentence : op->warnings()) addOnce(outcome.warnings, sentence);
  }
  if (outcome.status() != Status::Done) return false;
  addCompileWarnings(outcome);
  ++outcome.frames;
  outcome.width = glsl.width();
  outcome.height = glsl.height();
  outcome.format = glsl.pixelFormatName();
  outcome.cookTime = glsl.cookTime();
  return true;
}

void render(const Job& job, Outcome& outcome) {
  const Context context = Context::headless();
  Graph graph;
  GlslTop& glsl = build(graph, job);
  const bool everyFrame = job.out && isNumbered(*job.out);
  for (std::int64_t frame = 0; frame < job.frames; ++frame) {
    if (!cookFrame(graph, glsl, outcome)) return;
    if (!job.out || (!everyFrame && frame + 1 < job.frames)) continue;
    const std::string file = numberedPath(*job.out, frame);
    glsl.save(file);
    outcome.files.push_back(file);
  }
}

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
  return line + ", " + describePicture(outcome.width, outcome.height, outcome.format) + "\n";
}

void tellTroubles(const Job& job, const Outcome& outcome) {
  for (const std::string& sentence : outcome.errors) complain(sentence);
  if (outcome.status() == Status::NotCompiled) {
    printError(outcome.compileResult);
    complain("the shader '" + job.shader + "' does not compile");
    return;  // the operator's warning says the same
  }
  for (const std::string& sentence : outcome.warnings) complain("warning: " + sentence);
}

Status run(const GlslOptions& options) {
  const Job job = jobOf(options);
  Outcome outcome;
  try {
    render(job, outcome);
  } catch (const std::exception& error) {
    outcome.errors.push_back(error.what());
  }
  tellTroubles(job, outcome);
  if (options.json) {
    print(toJson(job, outcome));
  } else if (outcome.status() == Status::Done && !outcome.files.empty()) {
    print(writtenLine(outcome));
  }
  return outcome.status();
}

void addRepeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                 const std::string& help, const std::string& type) {
  // One value each time, or the shader's name would be taken for the next one.
  command.add_option(name, values, help)->allow_extra_args(false)->type_name(type);
}

}  // namespace

void addGlsl(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "glsl",
      "Compiles a pixel shader as the GLSL TOP does and, with --out, renders it into a picture.");
  const auto options = std::make_shared<GlslOptions>();
  command->add_option("SHADER", options->shader, "The pixel shader's text")
      ->required()
      ->type_name("FILE");
  addRepeated(*command, "--input", options->inputs,
              "Picture for sTD2DInputs, in this order; up to 3 times\n"
              "(png, jpg, bmp, tga, hdr, exr, tif)",
              "IMAGE");
  command
      ->add_option("--size", options->size,
                   "Size of the result in pixels (default: that of the first input,\n"
                   "without inputs 256x256)")
      ->type_name("WxH");
  command
      ->add_option("--format", options->format,
                   "Pixel format of the result, e.g. rgba16float (default: that of the\n"
                   "first input, without inputs rgba8fixed)")
      ->type_name("NAME");
  addRepeated(*command, "--uniform", options->uniforms,
              "Value of a uniform: one to four numbers; or the frame clock:\n"
              "NAME=seconds (frame / 60) or NAME=frame (0, 1, ...). Others are 0",
              "NAME=V[,V...]");
  addRepeated(*command, "--include", options->includes,
              "Folder in which #include looks, after the shader's own", "DIR");
  addRepeated(*command, "--define", options->defines,
              "Macro that is defined before all else; 1 without a value", "NAME[=VALUE]");
  command->add_option("--frames", options->frames, "Frames to cook, at 60 a second (default 1)")
      ->type_name("N");
  command
      ->add_option("--out", options->out,
                   "File to write, .png or .exr: the last frame; or each frame, if the name\n"
                   "has a run of # for its number from 0 (out.####.png). Without --out the\n"
                   "shader is only compiled, and nothing is printed if all is well")
      ->type_name("FILE");
  command->add_flag("--json", options->json,
                    "Prints one JSON object: shader, ok, compileResult, diagnostics, out, width,\n"
                    "height, format, frames, cookTime (milliseconds), warnings, errors");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace topknot::cli
