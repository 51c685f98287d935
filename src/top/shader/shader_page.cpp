// The GLSL page: the parameters of an operator that runs shaders of the user's.
#include "top/shader/shader_page.h"

#include <algorithm>
#include <string>
#include <utility>

#include "top/parameters/menus.h"

namespace topknot {

ShaderPage::ShaderPage(ParameterSet& set) {
  set.page("GLSL");
  const auto menu = [&set](const char* name, const char* label, const char* first,
                           std::vector<MenuItem> items, const char* help) {
    return &set.add(name, label, ParStyle::Menu, first).menu(std::move(items)).help(help);
  };
  std::vector<MenuItem> versions;
  for (const char* number :
       {"1.20", "3.30", "4.00", "4.10", "4.20", "4.30", "4.40", "4.50", "4.60"}) {
    const std::string text = number;
    versions.push_back({"glsl" + text.substr(0, 1) + text.substr(2), text});
  }
  version_ = menu("glslversion", "GLSL Version", "glsl460", versions,
                  "The language's version; at most the context's. Below 4.30 it is the context's, "
                  "since the declarations that every shader finds want that.");
  mode_ = menu("mode", "Mode", "vertexpixel",
               {{"vertexpixel", "Vertex/Pixel"},
                {"compute", "Compute"},
                {"pixelfunction", "Pixel Function"}},
               "What runs: a vertex and a pixel shader, a compute shader, or a function vec4 "
               "pixel(vec4 a, vec2 uv) of each input's own pixel, which is drawn in one pass with "
               "its neighbours.");
  static constexpr const char* kFiles[kStageKinds][3] = {
      {"predat", "Preprocess Directives",
       "A file with lines that stand ahead of everything else, "
       "for #extension and #define."},
      {"vertexdat", "Vertex Shader",
       "A file with the vertex shader. Without one the library's "
       "covers the picture and gives vUV."},
      {"pixeldat", "Pixel Shader", "A file with the pixel shader."},
      {"computedat", "Compute Shader", "A file with the compute shader."}};
  for (std::size_t i = 0; i < kStageKinds; ++i) {
    files[i] = &set.add(kFiles[i][0], kFiles[i][1], ParStyle::File, "").help(kFiles[i][2]);
  }
  compileBehavior_ = menu("compilebehavior", "Compile Behavior", "stalluntildone",
                          {{"stalluntildone", "Stall Until Done"},
                           {"threadedcheckerboard", "Threaded, Show Checkerboard"},
                           {"threadedblack", "Threaded, Show Black"},
                           {"threadedprevious", "Threaded, Show Previous"}},
                          "Whether a new text is compiled at once, or by another thread, while "
                          "the picture is red and blue squares, transparent black, or made with "
                          "the text before.");
  isolate_ = &set.add("isolate", "Isolate", ParStyle::Toggle, false)
                  .help(
                      "A shader that was not seen before is compiled and drawn first in a process "
                      "of its own, since some crash or hang the driver.");
  errorBehavior_ = menu("errorbehavior", "Error Behavior", "showcheckerboard",
                        {{"showcheckerboard", "Show Checkerboard"},
                         {"showblack", "Show Black"},
                         {"showprevious", "Show Previous"}},
                        "What the picture is while the shader does not compile: red and blue "
                        "squares, transparent black, or what the last shader that did draws.");
  declareCompute(set);
  mapping_ = menu("inputmapping", "Input Mapping", "all",
                  {{"all", "All Inputs to All Slices"}, {"ninputs", "N Inputs per Slice"}},
                  "Which inputs each slice of a 3D or array picture sees.");
  perSlice_ =
      &set.add("nval", "N Value", ParStyle::Int, 1)
           .limits(1, 1000)
           .help(
               "So many inputs for each slice: slice k sees those from k · N on, round and round.");
  extend_ = menu("inputextenduv", "Input Extend Mode UV", "zero", extendMenu(),
                 "What the shader sees beyond the edges of its inputs.");
  extendDepth_ = menu("inputextendw", "Input Extend Mode W", "zero", extendMenu(),
                      "The same before the first and behind the last slice of 3D inputs.");
  buffers_ = &set.add("numcolorbufs", "# of Color Buffers", ParStyle::Int, 1)
                  .limits(1, 8)
                  .help(
                      "Pictures that the shader draws at once. The operator shows the first; "
                      "Render Select shows "
                      "the others.");
  tops = &set.add("tops", "TOPs", ParStyle::Str, "")
              .help(
                  "Names of further operators, with blanks between, as inputs behind those that "
                  "are wired.");
  simplex_ = menu("simplexnoise", "Simplex Noise", "performance",
                  {{"performance", "Performance"}, {"quality", "Quality"}},
                  "How TDSimplexNoise() is computed.");
}

void ShaderPage::declareCompute(ParameterSet& set) {
  autoDispatch_ = &set.add("autodispatchsize", "Auto Dispatch Size", ParStyle::Toggle, true)
                       .help("A compute shader runs once for each pixel of the output.");
  dispatchSize_ = &set.add("dispatchsize", "Dispatch Size", ParStyle::Int, glm::vec3(1.0f))
                       .suffixes("xyz")
                       .limits(0, 1 << 30)
                       .help("Otherwise: numbers of work groups.");
  access_ = &set.add("outputaccess", "Output Access", ParStyle::Menu, "writeonly")
                 .menu({{"writeonly", "Write Only"}, {"readwrite", "Read-Write"}})
                 .help("Whether a compute shader can read its outputs, TDImageLoadOutput().");
  type_ = &set.add("type", "Output Type", ParStyle::Menu, "texture2d")
               .menu({{"texture2d", "2D Texture"},
                      {"texture2darray", "2D Texture Array"},
                      {"texture3d", "3D Texture"}})
               .help("A pixel shader runs once for each slice, a compute shader once for all.");
  depth_ = &set.add("depth", "Output Depth", ParStyle::Menu, "input")
                .menu({{"input", "Use Input"}, {"custom", "Custom Depth"}})
                .help("How many slices: as many as the first input, or the number below.");
  customDepth_ = &set.add("customdepth", "Custom Depth", ParStyle::Int, 1)
                      .limits(1, 16384)
                      .help("Slices of a 3D or array picture.");
  clears_ = &set.add("clearoutputs", "Clear Outputs", ParStyle::Toggle, true)
                 .help(
                     "Whether a compute shader finds its outputs cleared, or as it left them in "
                     "the previous frame.");
  clearValue_ = &set.add("clearvalue", "Clear Value", ParStyle::Float, glm::vec4(0.0f))
                     .suffixes("rgba")
                     .help("With what they are cleared.");
}

/// The context's, or an older one that the user asks for. The library's own declarations want 4.30.
int ShaderPage::glslVersion() const {
  static constexpr int kVersions[] = {120, 330, 400, 410, 420, 430, 440, 450, 460};
  const int context = gl::current()->info.glsl;
  const int wanted = kVersions[version_->menuIndex()];
  return wanted < 430 ? context : std::min(wanted, context);
}

ShaderRun ShaderPage::run(TopCook& cook, const std::vector<ShaderInput>& inputs) const {
  static constexpr glsl::Dimension kTypes[] = {glsl::Dimension::Flat, glsl::Dimension::Array,
                                               glsl::Dimension::Volume};
  ShaderRun run;
  run.shape = cook.shape();
  run.shape.dimension = kTypes[type_->menuIndex()];
  if (!run.shape.isFlat()) {
    const bool custom = depth_->menuIndex() == 1;
    run.shape.depth = custom           ? static_cast<int>(customDepth_->number())
                      : inputs.empty() ? 1
                                       : inputs.front().shape.depth;
  }
  run.perSlice = mapping_->menuIndex() == 1 ? static_cast<int>(perSlice_->number()) : 0;
  run.extend = extendMode();
  run.extendDepth = static_cast<gl::Extend>(extendDepth_->menuIndex());
  run.automatic = autoDispatch_->on();
  run.groups = glm::ivec3(glm::vec3(dispatchSize_->value()));
  run.clears = clears_->on();
  run.clearValue = glm::vec4(clearValue_->value());
  return run;
}

ShaderSetting ShaderPage::setting(const ShaderRun& run,
                                  const std::array<int, glsl::kDimensions>& inputs) const {
  ShaderSetting made;
  made.compute = mode() == Mode::Compute;
  made.inputs = inputs;
  made.output = run.shape.dimension;
  made.buffers = static_cast<int>(buffers_->number());
  made.reads = made.compute && access_->menuIndex() == 1;
  made.format(run.shape.format);
  made.fineNoise = simplex_->menuIndex() == 1;
  made.glsl = glslVersion();
  if (isolate_->on()) made.isolated = run.shape.format;
  return made;
}

}  // namespace topknot
