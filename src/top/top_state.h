// The insides of a Top: its picture, its context, its Common page.
#pragma once

#include <glm/vec2.hpp>

#include "gl/buffer.h"
#include "gl/texture.h"
#include "top/common_page.h"
#include "top/expression.h"
#include "topknot/top.h"

namespace topknot {

struct Top::State {
  explicit State(ParameterSet& parameters) : page(parameters) {}
  ~State() { leave(); }

  /// Counts the operator among those that draw in the context; the pool goes with the last one.
  void join(gl::StatePtr where);
  void leave();

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
