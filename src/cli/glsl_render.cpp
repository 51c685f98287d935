// `topknot glsl`: the graph around the shader, its frames and its files.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "cli/glsl.h"
#include "cli/output.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "topknot/topknot.h"

namespace topknot::cli {
namespace {

namespace fs = std::filesystem;

// Of a 3D or array input that one picture fills.
constexpr int kSlices = 8;
constexpr int kSides = 6;  // of a cube map

// Each slice sees one of the pictures.
constexpr const char* kSlice =
    "out vec4 colour;\n"
    "void main() { colour = TDOutputSwizzle(texture(sTD2DInputs[0], vUV.st)); }\n";

UniformValue numbersOf(const UniformArgument& uniform, const ShaderFiles& shader) {
  for (const glsl::UniformDeclaration& declared : shader.uniforms) {
    if (declared.name == uniform.name) {
      return numbersFor(uniform, declared.type, declared.arraySize);
    }
  }
  return numbersFor(uniform, {}, 0);
}

void setUniform(GlslTop& glsl, const UniformArgument& uniform, const ShaderFiles& shader) {
  switch (uniform.source) {
    case UniformArgument::Source::Numbers:
      glsl.uniform(uniform.name, numbersOf(uniform, shader));
      break;
    case UniformArgument::Source::Seconds:
      glsl.uniform(uniform.name, [](const Frame& frame) { return Value(frame.seconds); });
      break;
    case UniformArgument::Source::Frame:
      glsl.uniform(uniform.name, [](const Frame& frame) { return Value(frame.index); });
      break;
  }
}

/// Refuses what the operator would play as a sequence: loadImage says that it is no picture.
void checkPicture(const std::string& file) {
  std::error_code unknown;
  const fs::file_status status = fs::status(file, unknown);
  const bool pattern = fs::path(file).filename().native().find_first_of("#%") != std::string::npos;
  if (fs::is_directory(status) || (!fs::exists(status) && pattern)) loadImage(file);
}

void addPicture(Graph& graph, const std::string& file, Op& reader) {
  checkPicture(file);
  Op& picture = graph.add("moviefilein");
  picture.par("file") = file;
  picture >> reader;
}

/// `slices.##.png` from 0 on, as far as there are such files.
int addNumbered(Graph& graph, const std::string& pattern, Op& reader) {
  int count = 0;
  std::error_code unknown;
  for (;; ++count) {
    const std::string file = numberedPath(pattern, count);
    if (count > 0 && !fs::exists(file, unknown)) return count;
    addPicture(graph, file, reader);
  }
}

/// A 3D texture or an array from pictures.
void addSliced(Graph& graph, const std::string& type, const std::string& file, GlslTop& reader) {
  auto& sliced = graph.add<GlslTop>();
  sliced.pixelShader(kSlice);
  sliced.par("type") = type;
  sliced.par("inputmapping") = "ninputs";
  sliced.par("inputfiltertype") = "nearest";
  sliced.par("depth") = "custom";
  int slices = kSlices;
  if (isNumbered(file)) {
    slices = addNumbered(graph, file, sliced);
  } else {
    addPicture(graph, file, sliced);
  }
  sliced.par("customdepth") = slices;
  sliced >> reader;
}

/// Six files, or a cross, which its sides tell.
void addCube(Graph& graph, const std::string& file, GlslTop& reader) {
  Op& cube = graph.add("cubemap");
  cube >> reader;
  if (isNumbered(file)) {
    for (int side = 0; side < kSides; ++side) addPicture(graph, numberedPath(file, side), cube);
    return;
  }
  const Image picture = loadImage(file);
  const bool wide = picture.width() * 3 == picture.height() * 4;
  if (!wide && picture.width() * 4 != picture.height() * 3) {
    throw Error("--input-cube: expected a cross of 4x3 or 3x4 squares, found \"" + file + "\" of " +
                std::to_string(picture.width()) + "x" + std::to_string(picture.height()) +
                " pixels; six files are named with a run of #, such as side.#.png");
  }
  cube.par("mode") = wide ? "horizontalcrosstocubemap" : "verticalcrosstocubemap";
  addPicture(graph, file, cube);
}

void setStages(GlslTop& glsl, const Job& job, const ShaderFiles& shader) {
  for (const std::string& folder : job.includes) {
    std::error_code unknown;
    if (!fs::is_directory(folder, unknown)) {
      throw Error("the include folder '" + folder + "' does not exist or is no folder");
    }
    glsl.includeFolder(folder);
  }
  if (!job.defines.empty()) glsl.preprocessDirectives(job.defines, "--define");
  if (job.vertex) glsl.vertexShaderFile(*job.vertex);
  if (!job.compute) {
    glsl.pixelShaderFile(job.shader);
    return;
  }
  glsl.par("mode") = "compute";
  glsl.computeShaderFile(job.shader);
  if (shader.readsOutputs) {
    glsl.par("outputaccess") = "readwrite";
    glsl.par("clearoutputs") = false;  // what it wrote is there to be read in the next frame
  }
}

void setPicture(GlslTop& glsl, const Job& job) {
  if (job.size) {
    glsl.par("outputresolution") = "custom";
    glsl.par("resolutionw") = job.size->width;
    glsl.par("resolutionh") = job.size->height;
  }
  if (job.format) glsl.par("format") = pixelFormatInfo(*job.format).name;
  glsl.par("type") = job.type;
  if (job.depth) {
    glsl.par("depth") = "custom";
    glsl.par("customdepth") = *job.depth;
  }
  glsl.par("numcolorbufs") = job.buffers;
  glsl.par("npasses") = job.passes;
}

GlslTop& build(Graph& graph, const Job& job) {
  auto& glsl = graph.add<GlslTop>("shader");
  const ShaderFiles shader = shaderFiles(job);
  setStages(glsl, job, shader);
  for (const std::string& file : job.inputs) addPicture(graph, file, glsl);
  for (const std::string& file : job.arrays) addSliced(graph, "texture2darray", file, glsl);
  for (const std::string& file : job.volumes) addSliced(graph, "texture3d", file, glsl);
  for (const std::string& file : job.cubes) addCube(graph, file, glsl);
  setPicture(glsl, job);
  for (const UniformArgument& uniform : job.uniforms) setUniform(glsl, uniform, shader);
  for (const ConstantArgument& constant : job.constants) {
    glsl.constant(constant.name, constant.value);
  }
  glsl.pin();
  return glsl;
}

/// The operators that show the colour buffers, the shader's own first.
std::vector<Top*> buffersOf(Graph& graph, GlslTop& glsl, int count) {
  std::vector<Top*> tops = {&glsl};
  for (int i = 1; i < count; ++i) {
    auto& buffer = graph.add("renderselect").as<Top>();
    buffer.par("top") = glsl.name();
    buffer.par("colorbufindex") = i;
    tops.push_back(&buffer);
  }
  return tops;
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
  const auto cooksBefore = glsl.totalCooks();
  graph.cook();
  // What goes on from its own picture has something new in each frame.
  const bool keeps =
      glsl.par("mode").eval() == "compute" && !glsl.par("clearoutputs").definition().on();
  if (keeps && outcome.frames > 0 && glsl.totalCooks() == cooksBefore) glsl.cook(true);
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
  outcome.depth = glsl.depth();
  outcome.format = glsl.pixelFormatName();
  outcome.cookTime = glsl.cookTime();
  return true;
}

Image sliceOf(const Image& image, int z) {
  Image slice(image.width(), image.height(), image.format());
  const std::size_t size = slice.bytes().size();
  const auto bytes = image.bytes().subspan(static_cast<std::size_t>(z) * size, size);
  std::copy(bytes.begin(), bytes.end(), slice.bytes().begin());
  return slice;
}

void write(const Job& job, const std::vector<Top*>& buffers, std::int64_t frame, Outcome& outcome) {
  // All of them first: where one fails, none is written.
  std::vector<Image> images;
  for (Top* buffer : buffers) images.push_back(buffer->readback());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Image& image = images[i];
    for (int z = 0; z < image.depth(); ++z) {
      const std::string file = job.path(frame, static_cast<int>(i), z);
      saveImage(image.depth() > 1 ? sliceOf(image, z) : image, file);
      outcome.files.push_back(file);
    }
  }
}

void renderFrames(const Job& job, Outcome& outcome) {
  Graph graph;
  GlslTop& glsl = build(graph, job);
  const std::vector<Top*> buffers = buffersOf(graph, glsl, job.buffers);
  const bool everyFrame = job.numbersFrames();
  Progress progress("frame", job.frames);
  const auto tell = [&] {
    progress.aside([&] { complain("still compiling '" + job.shader + "'"); });
  };
  std::optional<Patience> patience(tell);
  for (std::int64_t frame = 0; frame < job.frames; ++frame) {
    if (!cookFrame(graph, glsl, outcome)) return;
    patience.reset();
    if (job.out && (everyFrame || frame + 1 == job.frames)) write(job, buffers, frame, outcome);
    progress.advance();
  }
}

}  // namespace

Outcome render(const Job& job, std::optional<Context>& context) {
  Outcome outcome;
  try {
    if (!context) context = Context::headless();
    renderFrames(job, outcome);
  } catch (const std::exception& error) {
    outcome.errors.push_back(error.what());
  }
  return outcome;
}

}  // namespace topknot::cli
