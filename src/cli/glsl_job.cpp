// `topknot glsl`: the command line's words, as what they mean.
#include "cli/glsl.h"

namespace topknot::cli {
namespace {

// Menus and limits of the operator's parameters.
constexpr const char* kTypes[] = {"texture2d", "texture2darray", "texture3d"};
constexpr std::int64_t kMostSlices = 16384, kMostBuffers = 8, kMostPasses = 10000;

bool isComputeFile(const std::string& file) {
  return file.ends_with(".comp") || file.ends_with(".compute");
}

void takeDepth(Job& job, const GlslOptions& options) {
  if (options.depth) {
    job.depth = static_cast<int>(parseCount("--depth", *options.depth, kMostSlices));
    job.type = "texture3d";
  }
  if (options.type) job.type = parseWord("--type", *options.type, kTypes);
  if (job.depth && !job.hasSlices()) {
    throw UsageError("--depth: expected with --type texture2darray or texture3d, found texture2d");
  }
}

void checkOut(const Job& job) {
  checkSuffix(*job.out);
  if (job.hasSlices() && !isNumbered(*job.out)) {
    throw UsageError(
        "--out: expected a file name with a run of # for the slice, such as "
        "out.##.png, for --type " +
        job.type + ", found '" + *job.out + "'");
  }
}

/// `out.png` → `out.2.png`
std::string withBuffer(const std::string& file, int buffer) {
  const std::size_t dot = file.rfind('.');
  return file.substr(0, dot) + "." + std::to_string(buffer) + file.substr(dot);
}

}  // namespace

bool Job::numbersFrames() const {
  return out && isNumbered(hasSlices() ? numberedPath(*out, 0) : *out);
}

std::string Job::path(std::int64_t frame, int buffer, int slice) const {
  std::string file = hasSlices() ? numberedPath(*out, slice) : *out;
  file = numberedPath(file, frame);
  return buffers > 1 ? withBuffer(file, buffer) : file;
}

Job jobOf(const GlslOptions& options) {
  Job job;
  job.shader = options.shader;
  job.compute = options.compute || isComputeFile(options.shader);
  job.vertex = options.vertex;
  if (job.compute && job.vertex) {
    throw UsageError("--vertex: expected with a pixel shader, found the compute shader '" +
                     job.shader + "'");
  }
  job.inputs = options.inputs;
  job.arrays = options.arrays;
  job.volumes = options.volumes;
  job.cubes = options.cubes;
  job.includes = options.includes;
  if (options.size) job.size = parseSize(*options.size);
  if (options.format) job.format = parseFormat(*options.format);
  takeDepth(job, options);
  for (const std::string& text : options.defines) job.defines += parseDefine(text);
  for (const std::string& text : options.uniforms) job.uniforms.push_back(parseUniform(text));
  for (const std::string& text : options.constants) job.constants.push_back(parseConstant(text));
  job.buffers = static_cast<int>(parseCount("--buffers", options.buffers, kMostBuffers));
  job.passes = static_cast<int>(parseCount("--passes", options.passes, kMostPasses));
  job.frames = parseCount("--frames", options.frames);
  job.out = options.out;
  if (job.out) checkOut(job);
  return job;
}

}  // namespace topknot::cli
