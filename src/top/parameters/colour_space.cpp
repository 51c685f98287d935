// Colour spaces in which parameters give their colours, and the way to the space that is worked in.
#include "top/parameters/colour_space.h"

#include <array>
#include <cmath>
#include <glm/mat3x3.hpp>
#include <glm/matrix.hpp>
#include <glm/vec2.hpp>

namespace topknot {

namespace {

using Curve = double (*)(double);  // from 0 on, to light

double straight(double v) {
  return v;
}

// IEC 61966-2-1.
double srgb(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double srgbEncoded(double light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1.0 / 2.4) - 0.055;
}

// ITU-R BT.601-7, 2.6.4, and BT.709-6, 1.2, backwards.
double rec709(double v) {
  return v < 0.081 ? v / 4.5 : std::pow((v + 0.099) / 1.099, 1.0 / 0.45);
}

// ITU-R BT.2020-2, table 4, backwards, with the digits for 12 bits.
double rec2020(double v) {
  return v < 4.5 * 0.0181 ? v / 4.5 : std::pow((v + 0.0993) / 1.0993, 1.0 / 0.45);
}

// SMPTE RP 431-2.
double cinema(double v) {
  return std::pow(v, 2.6);
}

/// Chromaticities (x, y).
struct Primaries {
  glm::dvec2 red, green, blue, white;
};

constexpr glm::dvec2 kD65(0.3127, 0.3290), kDci(0.314, 0.351), kAces(0.32168, 0.33767);
constexpr Primaries kRec709{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, kD65};        // BT.709-6
constexpr Primaries kSmpteC{{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, kD65};  // BT.601-7, 525
constexpr Primaries kRec2020{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, kD65};  // BT.2020-2

/// SMPTE RP 431-2, with its own white or another one.
constexpr Primaries p3(glm::dvec2 white) {
  return {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, white};
}

// SMPTE ST 2065-1, and Academy S-2014-004.
constexpr Primaries kAp0{{0.7347, 0.2653}, {0.0, 1.0}, {0.0001, -0.0770}, kAces};
constexpr Primaries kAp1{{0.713, 0.293}, {0.165, 0.830}, {0.128, 0.044}, kAces};

struct Space {
  const char *name, *label;
  Curve toLight;
  Primaries primaries;
};

const std::array<Space, 10> kSpaces = {{
    {"srgb", "sRGB", srgb, kRec709},
    {"srgblinear", "sRGB - Linear", straight, kRec709},
    {"rec601ntsc", "Rec.601 (NTSC)", rec709, kSmpteC},
    {"rec709", "Rec.709", rec709, kRec709},
    {"rec2020", "Rec.2020", rec2020, kRec2020},
    {"dcip3", "DCI-P3", cinema, p3(kDci)},
    {"dcip3d60", "DCI-P3 (D60)", cinema, p3(kAces)},
    {"displayp3d65", "Display P3 (D65)", srgb, p3(kD65)},
    {"aces2065-1", "ACES2065-1", straight, kAp0},
    {"acescg", "ACEScg", straight, kAp1},
}};

glm::dvec3 xyz(glm::dvec2 c) {
  return {c.x / c.y, 1.0, (1.0 - c.x - c.y) / c.y};
}

/// From red, green and blue light to CIE XYZ (SMPTE RP 177).
glm::dmat3 toXyz(const Primaries& p) {
  const auto column = [](glm::dvec2 c) { return glm::dvec3(c.x, c.y, 1.0 - c.x - c.y); };
  const glm::dmat3 m(column(p.red), column(p.green), column(p.blue));
  const glm::dvec3 scale = glm::inverse(m) * xyz(p.white);
  return glm::dmat3(m[0] * scale.x, m[1] * scale.y, m[2] * scale.z);
}

/// Bradford's adaptation from one white to another (ICC.1:2022, annex E).
glm::dmat3 adapted(glm::dvec2 from, glm::dvec2 to) {
  const glm::dmat3 cones = glm::transpose(glm::dmat3(0.8951, 0.2664, -0.1614,  //
                                                     -0.7502, 1.7135, 0.0367,  //
                                                     0.0389, -0.0685, 1.0296));
  const glm::dvec3 gain = (cones * xyz(to)) / (cones * xyz(from));
  const glm::dmat3 scaled(gain.x, 0, 0, 0, gain.y, 0, 0, 0, gain.z);
  return glm::inverse(cones) * scaled * cones;
}

glm::dvec3 curved(glm::dvec3 c, Curve curve) {
  const auto each = [curve](double v) { return std::copysign(curve(std::abs(v)), v); };
  return {each(c.x), each(c.y), each(c.z)};
}

}  // namespace

std::vector<MenuItem> colourSpaceMenu() {
  std::vector<MenuItem> items;
  for (const Space& space : kSpaces) items.push_back({space.name, space.label});
  items.push_back({"passthrough", "Passthrough"});
  return items;
}

glm::dvec3 workingColour(glm::dvec3 colour, ColourSpace from, double white) {
  const bool same = from == ColourSpace::Srgb && white == 1.0;
  if (same || from == ColourSpace::Passthrough) return colour;
  const Space& space = kSpaces[static_cast<std::size_t>(from)];
  glm::dvec3 light = curved(colour, space.toLight) * white;
  if (from != ColourSpace::Srgb && from != ColourSpace::SrgbLinear && from != ColourSpace::Rec709) {
    const Primaries& p = space.primaries;
    light = glm::inverse(toXyz(kRec709)) * adapted(p.white, kD65) * toXyz(p) * light;
  }
  return curved(light, srgbEncoded);
}

}  // namespace topknot
