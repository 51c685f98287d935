// TOP: how a texture operator cooks, and its members.
#include "topknot/top.h"

#include <algorithm>

#include "top/top_cook.h"
#include "topknot/graph.h"

namespace topknot {

Top::Top() : state_(std::make_unique<State>(declare())) {}

Top::~Top() = default;

void Top::State::join(gl::StatePtr where) {
  if (context) return;
  context = std::move(where);
  ++context->borrowers;
}

void Top::State::leave() {
  if (!context) return;
  // The picture goes back to the pool first. On a foreign thread textures are not pooled.
  picture = {};
  std::string why;
  if (--context->borrowers == 0 && gl::usable(*context, why)) {
    delayed.reset();
    context->emptyPool();
  }
  context.reset();
}

void Top::onAsk() {
  State& mine = *state_;
  std::string why;
  if (mine.context && mine.context->alive) {
    if (!gl::usable(*mine.context, why)) throw Error(describe() + ": " + why);
    return;
  }
  const gl::StatePtr now = gl::currentOrNull();
  if (!mine.context && now) {
    if (!gl::usable(*now, why)) throw Error(describe() + ": " + why);
    return;
  }
  if (!mine.context) gl::current();  // throws: there is none
  if (!now || !now->alive) {
    throw Error(describe() + ": the OpenGL context that it was drawn with was destroyed; "
                             "make a new one on this thread and it will be drawn anew");
  }
  // Its context is gone, and with it every picture of this graph; there is another one to go on in.
  for (Op* op : graph().ops()) {
    if (!op->isTOP()) continue;
    Top& top = static_cast<Top&>(*op);
    if (top.state_->context && !top.state_->context->alive) top.forgetGl();
  }
}

void Top::forgetGl() {
  state_->passedOn = false;
  state_->delayed.reset();
  state_->leave();
  markDirty();
}

void Top::onCook(const Frame& frame) {
  State& mine = *state_;
  if (!mine.context) mine.join(gl::current());
  const gl::Use use(mine.context);
  TopCook cook(*this, frame);
  render(cook);
}

void Top::pull() { graph().cook(*this); }

int Top::width() {
  pull();
  return state_->picture.exists() ? state_->picture.shape.width : 0;
}

int Top::height() {
  pull();
  return state_->picture.exists() ? state_->picture.shape.height : 0;
}

float Top::aspect() {
  pull();
  return state_->picture.aspect.x / state_->picture.aspect.y;
}

float Top::aspectWidth() {
  pull();
  return state_->picture.aspect.x;
}

float Top::aspectHeight() {
  pull();
  return state_->picture.aspect.y;
}

int Top::depth() { return 1; }

std::int64_t Top::gpuMemory() {
  pull();
  const State& mine = *state_;
  std::int64_t bytes = mine.delayed.bytes() + extraGpuMemory();
  if (mine.picture.texture && !mine.passedOn) bytes += mine.picture.texture->bytes();
  return bytes;
}

int Top::curPass() const { return state_->curPass; }

int Top::newestSliceWOffset() { return 0; }

std::string Top::pixelFormat() {
  pull();
  const Picture& picture = state_->picture;
  return picture.exists() ? std::string(pixelFormatInfo(picture.shape.format).label) : "";
}

std::string Top::pixelFormatName() {
  pull();
  const Picture& picture = state_->picture;
  return picture.exists() ? std::string(pixelFormatInfo(picture.shape.format).name) : "";
}

}  // namespace topknot
