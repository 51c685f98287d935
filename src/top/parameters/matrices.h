// Matrices of the plane: what moves, scales and turns places given as columns (x, y, 1).
#pragma once

#include <cmath>
#include <glm/mat3x3.hpp>
#include <glm/vec2.hpp>
#include <numbers>

namespace topknot {

inline glm::dmat3 moved(glm::dvec2 by) {
  return {{1, 0, 0}, {0, 1, 0}, {by.x, by.y, 1}};
}

inline glm::dmat3 scaled(glm::dvec2 by) {
  return {{by.x, 0, 0}, {0, by.y, 0}, {0, 0, 1}};
}

inline glm::dmat3 turnedClockwise(double degrees) {
  const double angle = std::fmod(degrees, 360.0) * std::numbers::pi / 180.0;
  const double c = std::cos(angle), s = std::sin(angle);
  return {{c, -s, 0}, {s, c, 0}, {0, 0, 1}};
}

}  // namespace topknot
