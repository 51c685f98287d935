// The insides of a Top: its picture, its context, its Common page.
#pragma once

#include <glm/vec2.hpp>

#include "gl/buffer.h"
#include "gl/texture.h"
#include "top/common_page.h"
#include "topknot/top.h"

namespace topknot {

/// A picture that flows along wires.
struct Picture {
  gl::TexturePtr texture;
  glm::vec2 aspect{1.0f};
};

struct Top::State {
  explicit State(ParameterSet& parameters) : page(parameters) {}

  CommonPage page;
  gl::StatePtr context;  // of the first cook; all GL objects live in it
  Picture picture;
  bool passedOn = false;  // the picture is an input's own
  int curPass = 0;
  gl::PixelSlot delayed;  // of numpyArray
};

/// The TOP behind an operator. Throws Error if it is of another family.
Top& topOf(Op& op);

}  // namespace topknot
