// Which pixels of a picture another one is made from.
#pragma once

#include <glm/mat3x2.hpp>
#include <glm/mat3x3.hpp>
#include <glm/vec2.hpp>

#include "gl/context/texture.h"
#include "gl/program/pass.h"

namespace topknot {

/// What a function reads of an operand at a place (u, v) of its own picture: the operand at the
/// place `at` · (u, v, 1), and what lies beside that by no more than `around`, in u and v of the
/// operand. What a sampler reads to look between pixels comes on top of that. Floats, since every
/// operand has one.
struct Footprint {
  glm::mat3x2 at{1.0f};
  glm::vec2 around{0.0f};

  Footprint() = default;
  explicit Footprint(const glm::dmat3& place, glm::dvec2 beside = glm::dvec2(0.0))
      : at(glm::dmat3x2(place)), around(beside) {}

  /// A picture and how it is sampled.
  struct Source {
    const gl::TextureShape& shape;
    gl::Filter filter;
    gl::Extend extend;
  };
  /// The pixels of the source that a part of a picture of that shape is made from: a rectangle that
  /// holds them all. Where the picture repeats beyond an edge, everything along that axis.
  gl::Region of(const gl::Region& part, const gl::TextureShape& shape, const Source& source) const;
};

}  // namespace topknot
