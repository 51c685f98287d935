// Menus and units that several operators share.
#pragma once

#include <glm/vec2.hpp>
#include <glm/vec4.hpp>
#include <vector>

#include "topknot/parameter.h"

namespace topknot {

/// One number made from a colour: luminance, red, green, blue, alpha, rgbaverage, average.
std::vector<MenuItem> sourceMenu();
/// The same, and rgbmax and max, which are no sums.
std::vector<MenuItem> sourceMenuWithMaxima();
/// What the channels are multiplied with to make the number that a source menu names. Rec. 709 for
/// luminance; 0 for items that are no sum.
glm::vec4 sourceWeights(const Parameter& menu);

/// pixels, fraction, fractionaspect.
std::vector<MenuItem> unitMenu();
/// A length along both axes, in pixels of a picture. A fraction is one of its width and height; one
/// with aspect is one of its height along both.
glm::dvec2 inPixels(const Parameter& lengths, const Parameter& unit, glm::dvec2 size,
                    glm::dvec2 aspect);

/// hold, zero, repeat, mirror: in the order of gl::Extend.
std::vector<MenuItem> extendMenu();
/// srt, str, rst, rts, tsr, trs: scale, rotate, translate, in their order of application.
std::vector<MenuItem> transformOrderMenu();

/// left, center, right.
std::vector<MenuItem> justifyHorizontalMenu();
/// bottom, center, top.
std::vector<MenuItem> justifyVerticalMenu();

/// Declares a menu of channels: `rgba`, `rg`, `none`, … Item i has red if i has the bit 1, green
/// for 2, blue for 4, alpha for 8. The letters may be assigned in any order, and nothing for
/// `none`.
Parameter& declareChannels(ParameterSet& set, const char* name, const char* label,
                           const char* help);
/// What is chosen there: 1 for each channel.
glm::vec4 channelsNamed(const Parameter& menu);

}  // namespace topknot
