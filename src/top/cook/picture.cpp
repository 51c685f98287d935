// Pictures: what flows along wires.
#include "top/cook/picture.h"

#include <cstring>
#include <utility>

#include "top/cook/drawn_pictures.h"

namespace topknot {

namespace {

// Pictures that are let go of wait here for their turn: a chain of them may be longer than the
// stack is deep. Lives on the stack of the outermost call.
thread_local std::vector<PicturePtr>* tWaiting = nullptr;

// Of all pictures of the thread: what is compared by it belongs to one picture then.
thread_local std::uint64_t tChanges = 0;

}  // namespace

Picture::~Picture() {
  if (among_) among_->remove(*this);
  letGo();
}

void Picture::letGo() {
  std::vector<PicturePtr> waiting;
  const bool outermost = tWaiting == nullptr;
  if (outermost) tWaiting = &waiting;
  for (Operand& operand : operands_) {
    if (!operand.picture) continue;
    --operand.picture->readers_;
    if (operand.picture.use_count() == 1) tWaiting->push_back(std::move(operand.picture));
  }
  operands_.clear();
  if (!outermost) return;
  while (!waiting.empty()) {
    const PicturePtr last = std::move(waiting.back());
    waiting.pop_back();
  }
  tWaiting = nullptr;
}

void Picture::form(const gl::TextureShape& newShape, glm::vec2 newAspect) {
  if (shape_ == newShape && aspect_ == newAspect) return;
  shape_ = newShape;
  aspect_ = newAspect;
  ++formRevision_;
}

void Picture::describe(ShaderFunctionPtr shaderFunction, std::vector<std::byte> numbers,
                       std::vector<Operand> operands) {
  for (const Operand& operand : operands) ++operand.picture->readers_;
  letGo();
  operands_ = std::move(operands);
  noteChanges(*shaderFunction, numbers);
  shaderFunction_ = std::move(shaderFunction);
  numbers_ = std::move(numbers);
  invalidate();
}

/// Remembers which numbers move, and which have been still for how long.
void Picture::noteChanges(const ShaderFunction& shaderFunction,
                          const std::vector<std::byte>& numbers) {
  if (!shaderFunction_ || shaderFunction_->id != shaderFunction.id) {
    changed_.assign(shaderFunction.numbers.size(), draws_);
    changes_ = ++tChanges;
    return;
  }
  if (numbers == numbers_) return;
  changes_ = ++tChanges;
  for (std::size_t i = 0; i < shaderFunction.numbers.size(); ++i) {
    const NumberInfo& number = shaderFunction.numbers[i];
    const bool same = std::memcmp(numbers.data() + number.offset, numbers_.data() + number.offset,
                                  number.bytes) == 0;
    if (!same) changed_[i] = draws_;
  }
}

void Picture::become(gl::TexturePtr texture) {
  letGo();
  shaderFunction_ = nullptr;
  numbers_.clear();
  programs_.clear();
  invalidate();
  texture_ = std::move(texture);
  current_ = texture_ != nullptr;
  valid_ = {};
}

void Picture::invalidate() {
  if (keep_ && reads_ <= readers_) keep_ = false;
  reads_ = 0;
  current_ = false;
  mipmapsCurrent_ = false;
  held_ = awaited_ = false;
  drawnBefore_ = false;
}

const gl::TexturePtr& Picture::makeMipmaps() {
  if (mipmapsCurrent_) return mipmapped_;
  gl::TextureShape shape = shape_;
  shape.mipmaps = true;
  const gl::TexturePtr source = texture_;  // making room must not take it
  if (!mipmapped_ || mipmapped_->shape() != shape) mipmapped_ = gl::Pool::borrow(shape);
  gl::copy(*texture_, *mipmapped_);
  mipmapped_->makeMipmaps();
  mipmapsCurrent_ = true;
  return mipmapped_;
}

gl::TexturePtr Picture::giveAway() {
  gl::TexturePtr texture = std::move(texture_);
  texture_ = nullptr;
  invalidate();
  return texture;
}

void Picture::freeze() {
  if (!texture_ || !shaderFunction_) return;
  gl::TextureShape shape = texture_->shape();
  const bool partial = !valid_.isWhole() && !gl::isGone(gl::currentState());
  if (partial) gl::clearAround(*texture_, valid_);
  shape.mipmaps = false;
  form(shape, aspect_);
  become(texture_);
}

bool Picture::canBeMissed(std::uint64_t plan, std::size_t place) const {
  // What nobody reads there is what was asked for.
  const bool planned =
      plan != 0 && (readPlan_ == plan ? current_ && lastRead_ >= place : plan_ == plan);
  return shaderFunction_ && texture_ && texture_.use_count() == 1 && !held_ && !awaited_ &&
         !planned;
}

std::int64_t Picture::drop() {
  const std::int64_t freed = bytes();
  texture_ = nullptr;
  mipmapped_ = nullptr;
  mipmapsCurrent_ = false;
  current_ = false;
  return freed;
}

bool Picture::droppable() const {
  return shaderFunction_ && texture_ && !held_ && !keep_ && reads_ >= readers_;
}

std::int64_t Picture::bytes() const {
  return (texture_ ? texture_->bytes() : 0) + (mipmapped_ ? mipmapped_->bytes() : 0);
}

}  // namespace topknot
