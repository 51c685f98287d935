// Colour spaces in which parameters give their colours, and the way to the space that is worked in.
#pragma once

#include <glm/vec3.hpp>
#include <vector>

#include "topknot/parameter.h"

namespace topknot {

/// In the order of the menu `parmcolorspace`.
enum class ColourSpace {
  Srgb,
  SrgbLinear,
  Rec601Ntsc,
  Rec709,
  Rec2020,
  DciP3,
  DciP3D60,
  DisplayP3D65,
  Aces2065,
  AcesCg,
  Passthrough
};

std::vector<MenuItem> colourSpaceMenu();

/// A colour as a parameter holds it, in the space that is worked in: sRGB, encoded, not clamped.
/// `white` is the light of its 1, as a multiple of the white that is worked with. Passthrough
/// changes nothing; negative numbers stay negative.
glm::dvec3 workingColour(glm::dvec3 colour, ColourSpace from, double white);

}  // namespace topknot
