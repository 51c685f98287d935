// What an operator is given to draw one cook with.
#include "top/top_cook.h"

#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

/// What stands in for the picture of an operator that never had one.
Picture blackPicture() {
  Picture picture;
  picture.shape = {256, 256, PixelFormat::Rgba8Fixed, false};
  picture.texture = gl::Pool::borrow(picture.shape);
  picture.texture->clear(0.0f, 0.0f, 0.0f, 0.0f);
  return picture;
}

}  // namespace

Top& topOf(Op& op) {
  if (op.isTOP()) return static_cast<Top&>(op);
  throw Error(op.describe() + " is no TOP: it has no picture");
}

TopCook::TopCook(Top& top, const Frame& now) : frame(now), top_(top) {
  for (Op* op : top.inputs()) inputs_.push_back(op == nullptr ? nullptr : &pictureOf(*op));
  while (!inputs_.empty() && inputs_.back() == nullptr) inputs_.pop_back();
  sourceFirstInput();
}

Picture& TopCook::pictureOf(Op& op) {
  Picture& picture = topOf(op).state().picture;
  if (!picture.exists()) picture = blackPicture();
  return picture;
}

void TopCook::addInput(Op& op) {
  inputs_.push_back(&pictureOf(op));
  sourceFirstInput();
}

void TopCook::sourceFirstInput() {
  int first = 0;
  while (first < inputCount() && !connected(first)) ++first;
  if (first < inputCount()) sourceInput(first);
}

void TopCook::sourceInput(int index) {
  const Picture& picture = input(index);
  source({picture.shape.width, picture.shape.height, picture.shape.format, picture.aspect});
}

bool TopCook::connected(int index) const {
  return index >= 0 && index < inputCount() && inputs_[static_cast<std::size_t>(index)] != nullptr;
}

const Picture& TopCook::input(int index) const {
  if (!connected(index)) throw Error("Not enough sources specified");
  return *inputs_[static_cast<std::size_t>(index)];
}

const gl::TexturePtr& TopCook::texture(int index) {
  input(index);  // is it there?
  return drawn(*inputs_[static_cast<std::size_t>(index)]);
}

gl::Input TopCook::sampled(int index, gl::Extend extend) {
  const gl::TexturePtr& source = texture(index);
  gl::Filter filter = top_.state().page.inputFilter();
  if (filter == gl::Filter::Mipmap && !source->shape().mipmaps) filter = gl::Filter::Linear;
  return {source.get(), 0, filter, extend};
}

Operand TopCook::operand(int index, gl::Extend extend) const {
  gl::Filter filter = top_.state().page.inputFilter();
  if (filter == gl::Filter::Mipmap) filter = gl::Filter::Linear;
  return {input(index), filter, extend};
}

void TopCook::describe(ExpressionPtr expression) {
  Top::State& state = top_.state();
  Picture picture;
  picture.shape = expression->shape;
  picture.aspect = aspect();
  picture.expression = std::move(expression);
  if (!top_.graph().fusion() || top_.pinned() || top_.outputConnectors()[0].ops().size() > 1) drawn(picture);
  state.picture = std::move(picture);
  state.passedOn = false;
  state.curPass = passCount() - 1;
}

void TopCook::source(const CommonPage::Source& source) {
  source_ = source;
  resolved_ = false;
}

const gl::TextureShape& TopCook::shape() {
  if (!resolved_) {
    result_ = top_.state().page.resolve(source_, top_.graph().resolutionMultiplier(),
                                        gl::current()->info.maxTextureSize);
    resolved_ = true;
  }
  return result_.shape;
}

PixelFormat TopCook::formatWanted() const { return top_.state().page.format(source_); }

glm::vec2 TopCook::aspect() {
  shape();
  return result_.aspect;
}

gl::ChannelMask TopCook::channelMask() const { return top_.state().page.channelMask(); }

int TopCook::passCount() const { return top_.state().page.passes(); }

void TopCook::beginPass(int number) { top_.state().curPass = number; }

gl::TexturePtr TopCook::target() {
  // The present picture may be drawn over if nobody else looks at it.
  Picture& picture = top_.state().picture;
  const bool free = picture.texture && !top_.state().passedOn && picture.texture.use_count() == 1 &&
                    picture.texture->shape() == shape();
  return free ? picture.texture : gl::Pool::borrow(shape());
}

gl::ChannelMask TopCook::storedMask() const {
  const gl::ChannelMask mask = top_.state().page.channelMask();
  switch (pixelFormatInfo(result_.shape.format).channels) {
    case Channels::Alpha: return {mask.a, false, false, false};
    case Channels::MonoAlpha: return {mask.r, mask.a, false, false};
    default: return mask;
  }
}

void TopCook::drawPass(const gl::Program& program, std::span<const gl::Input> inputs) {
  if (!target_) target_ = spare_ ? std::exchange(spare_, nullptr) : target();
  const bool all = top_.state().page.allChannels();
  if (clears_) target_->clear(0.0f, 0.0f, 0.0f, 0.0f);
  if (!all) {
    // What the mask leaves out comes from the first input.
    if (!inputs.empty() && inputs[0].texture != nullptr && inputCount() > 0) {
      gl::draw(*pixelProgram("copy", shape().format), *target_, inputs.first(1));
    } else {
      target_->clear(0.0f, 0.0f, 0.0f, 0.0f);
    }
  }
  gl::draw(program, *target_, inputs, storedMask());
}

gl::Input TopCook::feedBack(const gl::Input& first) {
  // Two textures take turns.
  std::swap(previous_, spare_);
  previous_ = std::exchange(target_, nullptr);
  return {previous_.get(), 0, first.filter, first.extend};
}

void TopCook::finish() {
  Top::State& state = top_.state();
  state.picture = {shape(), aspect(), target_, nullptr};
  state.passedOn = false;
}

void TopCook::pass(const gl::TexturePtr& texture, bool own) {
  const gl::TextureShape& wanted = shape();
  const CommonPage& page = top_.state().page;
  const bool sameSize =
      wanted.width == texture->shape().width && wanted.height == texture->shape().height;
  if (sameSize && wanted.format == texture->shape().format && page.allChannels()) {
    top_.state().picture = {shape(), aspect(), texture, nullptr};
    top_.state().passedOn = !own;
    return;
  }
  beginPass(0);
  // Between pixels of the same place there is nothing to interpolate, nor to round.
  const bool nearest = sameSize || page.inputFilter() == gl::Filter::Nearest;
  const gl::Input input{texture.get(), 0, nearest ? gl::Filter::Nearest : gl::Filter::Linear,
                        gl::Extend::Hold};
  drawPass(*pixelProgram("copy", wanted.format), {&input, 1});
  finish();
}

void TopCook::passInput(int index) {
  const Picture& source = input(index);
  const bool same = shape() == source.shape && top_.state().page.allChannels();
  const bool severalReaders = top_.outputConnectors()[0].ops().size() > 1;
  if (!same || source.texture || severalReaders) return pass(texture(index), false);
  // Only described so far: so it stays.
  top_.state().picture = {shape(), aspect(), nullptr, source.expression};
  top_.state().passedOn = true;
}

void TopCook::fill(const gl::Program& generator) {
  beginPass(0);
  target_ = target();
  gl::draw(generator, *target_, {});
  finish();
}

}  // namespace topknot
