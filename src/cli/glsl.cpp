// `topknot glsl`: one shader file as a GLSL TOP, checked or rendered into pictures.
#include "cli/glsl.h"

#include <memory>

namespace topknot::cli {
namespace {

Status run(const GlslOptions& options) {
  const Job job = jobOf(options);
  if (options.watch) return watch(job, options.json);
  std::optional<Context> context;
  const Outcome outcome = render(job, context);
  const Status status = tellTroubles(job, outcome);
  if (options.json) {
    print(toJson(job, outcome));
  } else if (status == Status::Done && !outcome.files.empty()) {
    print(writtenLine(outcome));
  }
  return status;
}

void addOne(CLI::App& command, const std::string& name, std::string& value, const std::string& help,
            const std::string& type) {
  command.add_option(name, value, help)->type_name(type);
}

void addOne(CLI::App& command, const std::string& name, std::optional<std::string>& value,
            const std::string& help, const std::string& type) {
  command.add_option(name, value, help)->type_name(type);
}

void addRepeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                 const std::string& help, const std::string& type) {
  // One value each time, or the shader's name would be taken for the next one.
  command.add_option(name, values, help)->allow_extra_args(false)->type_name(type);
}

void addShader(CLI::App& command, GlslOptions& options) {
  command
      .add_option("SHADER", options.shader,
                  "The pixel shader's text; the compute shader's, if its name ends in\n"
                  ".comp or .compute. One that reads its outputs finds them as it left them")
      ->required()
      ->type_name("FILE");
  command.add_flag("--compute", options.compute, "SHADER is a compute shader, whatever its name");
  addOne(command, "--vertex", options.vertex, "The vertex shader's text", "FILE");
  addRepeated(command, "--include", options.includes,
              "Folder in which #include looks, after the shader's own", "DIR");
  addRepeated(command, "--define", options.defines,
              "Macro that is defined before all else; 1 without a value", "NAME[=VALUE]");
}

void addInputs(CLI::App& command, GlslOptions& options) {
  addRepeated(command, "--input", options.inputs,
              "Picture for sTD2DInputs, in this order\n(png, jpg, bmp, tga, hdr, exr, tif, dds)",
              "IMAGE");
  addRepeated(command, "--input-3d", options.volumes,
              "Picture for sTD3DInputs: each of 8 slices shows it; or, if the name has a\n"
              "run of #, the slices from the files of the numbers from 0",
              "IMAGE");
  addRepeated(command, "--input-array", options.arrays, "The same for sTD2DArrayInputs", "IMAGE");
  addRepeated(command, "--input-cube", options.cubes,
              "Picture for sTDCubeInputs: a cross of 4x3 or 3x4 squares, as the operator cubemap\n"
              "takes; or, if the name has a run of #, the sides +X, -X, +Y, -Y, +Z, -Z from the\n"
              "files of the numbers 0 to 5",
              "IMAGE");
  addRepeated(command, "--uniform", options.uniforms,
              "Value of a uniform: its numbers, those of a matrix column by column, those of an\n"
              "array element by element; or the frame clock: NAME=seconds (frame / 60) or\n"
              "NAME=frame (0, 1, ...). Others are 0",
              "NAME=V[,V...]");
  addRepeated(command, "--constant", options.constants,
              "Value of a constant that the shader declares with constant_id", "NAME=V");
}

void addOutputs(CLI::App& command, GlslOptions& options) {
  addOne(command, "--size", options.size,
         "Size of the result in pixels (default: that of the first input,\n"
         "without inputs 256x256)",
         "WxH");
  addOne(command, "--format", options.format,
         "Pixel format of the result, e.g. rgba16float (default: that of the\n"
         "first input, without inputs rgba8fixed)",
         "NAME");
  addOne(command, "--type", options.type,
         "texture2d, texture2darray or texture3d (default: texture3d with --depth,\n"
         "else texture2d)",
         "NAME");
  addOne(command, "--depth", options.depth,
         "Slices of the result (default: those of the first input, else 1)", "N");
  addOne(command, "--buffers", options.buffers, "Colour buffers (default 1)", "N");
  addOne(command, "--passes", options.passes, "Passes over each frame (default 1)", "N");
  addOne(command, "--frames", options.frames, "Frames to cook, at 60 a second (default 1)", "N");
  addOne(command, "--out", options.out,
         "File to write, .png, .exr, .tif, .jpg, .bmp or .dds: the last frame; or each\n"
         "frame, if the name has a run of # for its number from 0 (out.####.png). Several buffers "
         "are\n"
         "out.0.png, out.1.png, ... for out.png. Arrays and 3D textures need a run of #\n"
         "for the slice; with one more before it, each frame is written\n"
         "(out.###.##.png). Without --out the shader is only compiled, and nothing is\n"
         "printed if all is well",
         "FILE");
}

}  // namespace

void addGlsl(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "glsl",
      "Compiles a pixel or compute shader as the GLSL TOP does and, with --out, renders it\n"
      "into pictures.");
  const auto options = std::make_shared<GlslOptions>();
  addShader(*command, *options);
  addInputs(*command, *options);
  addOutputs(*command, *options);
  command->add_flag("--watch", options->watch,
                    "Does it anew whenever a file of the shader is saved, includes too, until\n"
                    "SIGINT or SIGTERM");
  command->add_flag("--json", options->json,
                    "Prints one JSON object: shader, ok, compileResult, diagnostics, out, width,\n"
                    "height, depth, format, frames, cookTime (milliseconds), warnings, errors;\n"
                    "with --watch each time, as one line");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace topknot::cli
