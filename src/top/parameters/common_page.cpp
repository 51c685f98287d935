// The Common page: the parameters that every TOP has, and the rules behind them.
#include "top/parameters/common_page.h"

#include <algorithm>
#include <cmath>

#include "top/parameters/colour_space.h"
#include "top/parameters/menus.h"
#include "topknot/error.h"

namespace topknot {

namespace {

// 1 of a parameter that counts from the white of HDR pictures (203 cd/m², ITU-R BT.2408), where
// that of others is 100 cd/m² (ITU-R BT.2035).
constexpr double kHdrWhite = 203.0 / 100.0;
constexpr double kMaxSide = 2147483647.0;

std::vector<MenuItem> formatMenu() {
  std::vector<MenuItem> items = {{"useinput", "Use Input"}};
  for (const PixelFormatInfo& info : pixelFormats()) {
    items.push_back({std::string(info.name), std::string(info.label)});
  }
  return items;
}

glm::ivec2 scaled(glm::dvec2 size, double factor) {
  const auto side = [&](double length) {
    return static_cast<int>(std::clamp(std::round(length * factor), 1.0, kMaxSide));
  };
  return {side(size.x), side(size.y)};
}

/// The factor by which `size` fits into `box`.
double fitting(glm::dvec2 size, glm::dvec2 box) {
  return std::min(box.x / size.x, box.y / size.y);
}

/// A menu that writes the two numbers of its items, such as `1920x1080`, into `pair`, and then
/// shows nothing chosen again.
void declareNumbersMenu(ParameterSet& set, const char* name, const char* label, const char* help,
                        std::initializer_list<glm::ivec2> numbers, char between, Parameter& pair) {
  std::vector<MenuItem> items = {{"choose", "Choose"}};
  for (const glm::ivec2 both : numbers) {
    const std::string item = std::to_string(both.x) + between + std::to_string(both.y);
    items.push_back({item, item});
  }
  set.add(name, label, ParStyle::Menu, "choose")
      .help(help)
      .menu(std::move(items))
      .onChange([&pair, between](Parameter& menu) {
        const std::string item = menu.value();
        const std::size_t at = item.find(between);
        if (at == std::string::npos) return;
        pair.set(glm::vec2(std::stof(item), std::stof(item.substr(at + 1))));
        menu.set("choose");
      })
      .momentary();
}

Parameter& declare(ParameterSet& set, const char* name, const char* label, ParStyle style,
                   Value defaultValue, const char* help) {
  return set.add(name, label, style, std::move(defaultValue)).help(help);
}

}  // namespace

CommonPage::CommonPage(ParameterSet& set)
    : outputResolution_(
          (set.page("Common"),
           declare(set, "outputresolution", "Output Resolution", ParStyle::Menu, "useinput",
                   "Where the picture's size comes from. Without an input: the Resolution.")
               .menu({{"useinput", "Use Input"},
                      {"eighth", "Eighth"},
                      {"quarter", "Quarter"},
                      {"half", "Half"},
                      {"2x", "2X"},
                      {"4x", "4X"},
                      {"8x", "8X"},
                      {"fit", "Fit Resolution"},
                      {"limit", "Limit Resolution"},
                      {"custom", "Custom Resolution"},
                      {"parpanel", "Parent Panel Size"}}))),
      resolution_(declare(set, "resolution", "Resolution", ParStyle::Int, glm::vec2(256.0f),
                          "Width and height in pixels, for Fit, Limit and Custom Resolution, and "
                          "for operators without an input.")
                      .suffixes("wh")
                      .limits(1.0, std::nullopt)
                      .slider(1.0, 4096.0)),
      useMultiplier_(declare(set, "resmult", "Use Global Res Multiplier", ParStyle::Toggle, true,
                             "Multiply sizes that come from the Resolution by the graph's "
                             "resolution multiplier.")),
      outputAspect_(declare(set, "outputaspect", "Output Aspect", ParStyle::Menu, "useinput",
                            "Where the picture's aspect ratio comes from.")
                        .menu({{"useinput", "Use Input"},
                               {"resolution", "Resolution"},
                               {"custom", "Custom Aspect"}})),
      aspect_(declare(set, "aspect", "Aspect", ParStyle::Float, glm::vec2(1.0f),
                      "Width and height of the custom aspect ratio.")
                  .suffixes("12")
                  .limits(1e-6, 1e6)
                  .slider(1.0, 16.0)),
      inputFilter_(declare(set, "inputfiltertype", "Input Smoothness", ParStyle::Menu, "linear",
                           "How inputs are sampled between their pixels.")
                       .menu({{"nearest", "Nearest Pixel"},
                              {"linear", "Interpolate Pixels"},
                              {"mipmap", "Mipmap Pixels"}})),
      passes_(declare(set, "npasses", "Passes", ParStyle::Int, 1,
                      "How often the operator is applied, each time to its own result in place of "
                      "its first input.")
                  .limits(1.0, 10000.0)
                  .slider(1.0, 10.0)),
      channelMask_(declareChannels(set, "chanmask", "Channel Mask",
                                   "The channels that the operator works on; the others come from "
                                   "the first input.")),
      format_(declare(set, "format", "Pixel Format", ParStyle::Menu, "useinput",
                      "How the picture's pixels are stored. Use Input without an input: "
                      "rgba8fixed.")
                  .menu(formatMenu())),
      colourSpace_(declare(set, "parmcolorspace", "Parameter Color Space", ParStyle::Menu, "srgb",
                           "The space in which the operator's parameters give colours. They are "
                           "converted into sRGB; Passthrough takes their numbers as they are.")
                       .menu(colourSpaceMenu())),
      referenceWhite_(declare(set, "parmreferencewhite", "Parameter Reference White",
                              ParStyle::Menu, "default",
                              "Which white the 1 of such a colour is: HDR is 2.03 times the light "
                              "of the others.")
                          .menu({{"default", "Default"},
                                 {"useparent", "Use Parent"},
                                 {"sdr", "Standard (SDR)"},
                                 {"hdr", "High (HDR)"},
                                 {"ui", "UI"}})) {
  declareNumbersMenu(set, "resmenu", "Resolution Menu", "Writes a common size into Resolution.",
                     {{128, 128},
                      {256, 256},
                      {512, 512},
                      {1024, 1024},
                      {2048, 2048},
                      {640, 480},
                      {1280, 720},
                      {1920, 1080},
                      {2560, 1440},
                      {3840, 2160},
                      {4096, 2160}},
                     'x', resolution_);
  declareNumbersMenu(set, "armenu", "Aspect Menu", "Writes a common aspect ratio into Aspect.",
                     {{1, 1}, {4, 3}, {3, 2}, {16, 10}, {16, 9}, {21, 9}, {9, 16}}, ':', aspect_);
  declare(set, "fillmode", "Fill Viewer", ParStyle::Menu, "useinput",
          "How the picture is placed where it is shown (Top::draw).")
      .menu({{"useinput", "Use Input"},
             {"fill", "Fill"},
             {"width", "Fit Horizontal"},
             {"height", "Fit Vertical"},
             {"best", "Fit Best"},
             {"outside", "Fit Outside"},
             {"nativeres", "Native Resolution"}});
  declare(set, "filtertype", "Viewer Smoothness", ParStyle::Menu, "linear",
          "How the picture is sampled where it is shown (Top::draw).")
      .menu({{"nearest", "Nearest Pixel"},
             {"linear", "Interpolate Pixels"},
             {"mipmap", "Mipmap Pixels"}});
}

glm::ivec2 CommonPage::sizeFor(const Source& source, double multiplier) const {
  const std::string mode = outputResolution_.value();
  const double factor = useMultiplier_.on() ? multiplier : 1.0;
  const glm::dvec2 own(resolution_.number(0), resolution_.number(1));
  const glm::dvec2 input(source.width, source.height);
  if (source.width == 0 || mode == "custom") return scaled(own, factor);
  if (mode == "eighth") return scaled(input, 0.125);
  if (mode == "quarter") return scaled(input, 0.25);
  if (mode == "half") return scaled(input, 0.5);
  if (mode == "2x") return scaled(input, 2.0);
  if (mode == "4x") return scaled(input, 4.0);
  if (mode == "8x") return scaled(input, 8.0);
  const double fit = fitting(input, own * factor);
  if (mode == "fit") return scaled(input, fit);
  if (mode == "limit") return scaled(input, std::min(fit, 1.0));
  return {source.width, source.height};  // useinput; and parpanel, as there are no panels
}

CommonPage::Result CommonPage::resolve(const Source& source, double multiplier, int limit) const {
  const glm::ivec2 size = sizeFor(source, multiplier);
  if (size.x > limit || size.y > limit) {
    throw Error("parameters 'outputresolution' and 'resolution': a picture of " +
                std::to_string(size.x) + " × " + std::to_string(size.y) +
                " pixels is not possible; this driver takes at most " + std::to_string(limit) +
                " along each side");
  }
  Result result;
  result.shape.width = size.x;
  result.shape.height = size.y;
  result.shape.format = format(source);
  result.mask = channelMask();
  const std::string aspect = outputAspect_.value();
  if (aspect == "custom") {
    result.aspect = glm::vec2(aspect_.number(0), aspect_.number(1));
  } else if (aspect == "useinput" && source.aspect.x > 0.0f) {
    result.aspect = source.aspect;
  } else {
    result.aspect = glm::vec2(size);
  }
  return result;
}

PixelFormat CommonPage::format(const Source& source) const {
  // The menu lists the formats in their order, behind Use Input.
  const int index = format_.menuIndex();
  return index == 0 ? source.format : pixelFormats()[static_cast<std::size_t>(index) - 1].format;
}

int CommonPage::passes() const {
  return static_cast<int>(passes_.number());
}

gl::Filter CommonPage::inputFilter() const {
  return static_cast<gl::Filter>(inputFilter_.menuIndex());
}

glm::dvec3 CommonPage::colour(glm::dvec3 parameter) const {
  const double white = referenceWhite_.value() == "hdr" ? kHdrWhite : 1.0;
  return workingColour(parameter, static_cast<ColourSpace>(colourSpace_.menuIndex()), white);
}

glm::dvec3 CommonPage::colour(const Parameter& parameter) const {
  return colour({parameter.number(0), parameter.number(1), parameter.number(2)});
}

gl::ChannelMask CommonPage::channelMask() const {
  const glm::vec4 named = channelsNamed(channelMask_);
  return {named.r > 0.0f, named.g > 0.0f, named.b > 0.0f, named.a > 0.0f};
}

}  // namespace topknot
