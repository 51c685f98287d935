// Menus and units that several operators share.
#include "top/parameters/menus.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace topknot {

std::vector<MenuItem> sourceMenu() {
  return {{"luminance", "Luminance"},
          {"red", "Red"},
          {"green", "Green"},
          {"blue", "Blue"},
          {"alpha", "Alpha"},
          {"rgbaverage", "RGB Average"},
          {"average", "Average (R,G,B,A)"}};
}

std::vector<MenuItem> sourceMenuWithMaxima() {
  std::vector<MenuItem> items = sourceMenu();
  items.push_back({"rgbmax", "RGB Maximum"});
  items.push_back({"max", "Maximum (R,G,B,A)"});
  return items;
}

glm::vec4 sourceWeights(const Parameter& menu) {
  const std::string item = menu.value();
  if (item == "luminance") return {0.2126f, 0.7152f, 0.0722f, 0.0f};
  if (item == "red") return {1, 0, 0, 0};
  if (item == "green") return {0, 1, 0, 0};
  if (item == "blue") return {0, 0, 1, 0};
  if (item == "alpha") return {0, 0, 0, 1};
  if (item == "rgbaverage") return {1 / 3.0f, 1 / 3.0f, 1 / 3.0f, 0};
  if (item == "average") return glm::vec4(0.25f);
  return glm::vec4(0.0f);
}

std::vector<MenuItem> unitMenu() {
  return {{"pixels", "Pixels"}, {"fraction", "Fraction"}, {"fractionaspect", "Fraction Aspect"}};
}

glm::dvec2 inPixels(const Parameter& lengths, const Parameter& unit, glm::dvec2 size,
                    glm::dvec2 aspect) {
  const glm::dvec2 value(lengths.number(0), lengths.number(lengths.size() > 1 ? 1 : 0));
  const std::string item = unit.value();
  if (item == "pixels") return value;
  if (item == "fraction") return value * size;
  return value * size * aspect.y / aspect;
}

std::vector<MenuItem> extendMenu() {
  return {{"hold", "Hold"}, {"zero", "Zero"}, {"repeat", "Repeat"}, {"mirror", "Mirror"}};
}

std::vector<MenuItem> transformOrderMenu() {
  return {{"srt", "Scale Rotate Translate"}, {"str", "Scale Translate Rotate"},
          {"rst", "Rotate Scale Translate"}, {"rts", "Rotate Translate Scale"},
          {"tsr", "Translate Scale Rotate"}, {"trs", "Translate Rotate Scale"}};
}

std::vector<MenuItem> justifyHorizontalMenu() {
  return {{"left", "Left"}, {"center", "Center"}, {"right", "Right"}};
}

std::vector<MenuItem> justifyVerticalMenu() {
  return {{"bottom", "Bottom"}, {"center", "Center"}, {"top", "Top"}};
}

namespace {

constexpr std::string_view kLetters = "rgba";

std::string lettersOf(int channels) {
  std::string letters;
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    if ((channels >> i & 1) != 0) letters += kLetters[i];
  }
  return letters.empty() ? "none" : letters;
}

/// Each letter once, in any order.
std::string inOrder(const std::string& letters) {
  int channels = 0;
  for (const char letter : letters) {
    const std::size_t at = kLetters.find(letter);
    if (at == std::string_view::npos || (channels >> at & 1) != 0) return letters;
    channels |= 1 << at;
  }
  return lettersOf(channels);
}

}  // namespace

Parameter& declareChannels(ParameterSet& set, const char* name, const char* label,
                           const char* help) {
  std::vector<MenuItem> items;
  for (int channels = 0; channels < 16; ++channels) {
    std::string capitals = lettersOf(channels);
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](char c) { return static_cast<char>(std::toupper(c)); });
    items.push_back({lettersOf(channels), channels == 0 ? "None" : capitals});
  }
  return set.add(name, label, ParStyle::Menu, "rgba")
      .help(help)
      .menu(std::move(items))
      .spellings(inOrder);
}

glm::vec4 channelsNamed(const Parameter& menu) {
  const int channels = menu.menuIndex();
  glm::vec4 named(0.0f);
  for (int i = 0; i < 4; ++i) named[i] = static_cast<float>(channels >> i & 1);
  return named;
}

}  // namespace topknot
