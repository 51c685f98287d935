// What an operator is given to make its picture with, in one cook.
#include "top/cook/top_cook.h"

#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

PicturePtr blackPicture() {
  auto picture = std::make_shared<Picture>();
  picture->form({256, 256, PixelFormat::Rgba8Fixed, false}, glm::vec2(1.0f));
  gl::TexturePtr texture = gl::Pool::borrow(picture->shape());
  texture->clear(0.0f, 0.0f, 0.0f, 0.0f);
  picture->become(std::move(texture));
  return picture;
}

}  // namespace

Top& topOf(Op& op) {
  if (op.isTOP()) return static_cast<Top&>(op);
  throw Error(op.describe() + " is no TOP: it has no picture");
}

TopCook::TopCook(Top& top, const Frame& now) : frame(now), top_(top) {
  inputs_.reserve(top.inputs().size());
  for (Op* op : top.inputs()) inputs_.push_back(op == nullptr ? Wired() : wiredTo(*op));
  while (!inputs_.empty() && !inputs_.back().picture) inputs_.pop_back();
  sockets_ = inputs_.size();
  sourceFirstInput();
}

/// An operator that never had a picture is taken for a black one.
TopCook::Wired TopCook::wiredTo(Op& op) {
  const Top& top = topOf(op);
  const Top::State& state = top.state();
  return {state.exists() ? state.picture : blackPicture(), &top, false};
}

void TopCook::addInput(Op& op) {
  inputs_.push_back(wiredTo(op));
  sourceFirstInput();
}

int TopCook::addBuffer(Op& op, int index) {
  const Top::State& from = topOf(op).state();
  const bool several = !from.buffers.empty();
  const int count = several ? static_cast<int>(from.buffers.size()) : 1;
  if (index >= count) return count;
  if (several) {
    inputs_.push_back({from.buffers[static_cast<std::size_t>(index)], &topOf(op), false});
    sourceFirstInput();
  } else {
    addInput(op);
  }
  return count;
}

PreviousFramePtr TopCook::previousFrameOf(Op& op) {
  Top::State& target = topOf(op).state();
  PreviousFramePtr previousFrame = target.previousFrame.lock();
  if (previousFrame) return previousFrame;
  previousFrame = std::make_shared<PreviousFrame>();
  // It may have no reason to cook again.
  if (target.exists()) previousFrame->take(drawn(*target.picture), 0, target.picture->newestSlice);
  target.previousFrame = previousFrame;
  return previousFrame;
}

void TopCook::sourceFirstInput() {
  int first = 0;
  while (first < inputCount() && !connected(first)) ++first;
  if (first < inputCount()) sourceInput(first);
}

void TopCook::sourceInput(int index) {
  const Picture& from = input(index);
  source({from.shape().width, from.shape().height, from.shape().format, from.aspect()});
}

bool TopCook::connected(int index) const {
  return index >= 0 && index < inputCount() && inputs_[static_cast<std::size_t>(index)].picture;
}

const PicturePtr& TopCook::wired(int index) const {
  if (!connected(index)) throw Error("Not enough sources specified");
  return inputs_[static_cast<std::size_t>(index)].picture;
}

const PicturePtr& TopCook::picture(int index) const {
  const PicturePtr& found = wired(index);
  inputs_[static_cast<std::size_t>(index)].used = true;
  return found;
}

gl::TexturePtr TopCook::texture(int index) {
  return read_.emplace_back(drawn(*picture(index), FusionBreak::UserShader, &top_));
}

gl::Input TopCook::sampled(int index, gl::Extend extend) {
  const gl::Filter filter = top_.state().page.inputFilter();
  if (filter != gl::Filter::Mipmap) return {texture(index).get(), 0, filter, extend};
  read_.push_back(drawnWithMipmaps(*picture(index), FusionBreak::UserShader, &top_));
  return {read_.back().get(), 0, filter, extend};
}

Operand TopCook::operand(int index, gl::Extend extend) const {
  const PicturePtr& input = picture(index);
  if (input->shape().isFlat()) return operand(input, extend);
  throw Error("input " + std::to_string(index) + " is a " +
              gl::dimensionName(input->shape().dimension) + " of " + gl::sizeText(input->shape()) +
              ": this operator takes 2D textures; a GLSL TOP can draw one slice of it");
}

Operand TopCook::operand(PicturePtr made, gl::Extend extend) const {
  return {std::move(made), top_.state().page.inputFilter(), extend};
}

void TopCook::source(const CommonPage::Source& source) {
  source_ = source;
  resolved_ = false;
}

const gl::TextureShape& TopCook::shape() {
  if (!resolved_) {
    result_ = top_.state().page.resolve(source_, top_.graph().resolutionMultiplier(),
                                        top_.state().context->info.maxTextureSize);
    resolved_ = true;
  }
  return result_.shape;
}

PixelFormat TopCook::formatWanted() const {
  return top_.state().page.format(source_);
}

glm::vec2 TopCook::aspect() {
  shape();
  return result_.aspect;
}

gl::ChannelMask TopCook::channelMask() {
  shape();
  return result_.mask;
}

int TopCook::passCount() const {
  return top_.state().page.passes();
}

PicturePtr TopCook::nextOwn() {
  std::vector<PicturePtr>& own = top_.state().own;
  if (made_ == own.size()) own.push_back(std::make_shared<Picture>());
  const PicturePtr& next = own[made_++];
  next->owner = &top_;
  next->fusion = top_.graph().fusion();
  return next;
}

PicturePtr TopCook::make(std::string_view function, FunctionKind kind, Values values,
                         std::vector<Operand> operands, const gl::TextureShape& shape,
                         gl::ChannelMask mask, std::shared_ptr<const UserFunction> user) {
  const glm::vec2 ratio = aspect();
  PicturePtr picture = nextOwn();
  ShaderFunctionPtr shaderFunction = picture->shaderFunction();
  if (!shaderFunction ||
      shaderFunction->id != ShaderFunction::idOf(function, kind, values, mask, user.get())) {
    shaderFunction =
        std::make_shared<ShaderFunction>(function, kind, values, mask, std::move(user));
  }
  picture->form(shape, ratio);
  picture->describe(std::move(shaderFunction), values.bytes(), std::move(operands));
  return picture;
}

void TopCook::show(PicturePtr picture) {
  Top::State& state = top_.state();
  state.buffers.clear();
  state.passedOn = picture->owner != &top_;
  state.blank = false;
  state.picture = std::move(picture);
  state.curPass = passCount() - 1;
}

void TopCook::beginPass(int number) {
  top_.state().curPass = number;
}

gl::TexturePtr TopCook::target(std::size_t index, const gl::TextureShape& shape) const {
  // The present picture may be drawn over if nobody else looks at it.
  const std::vector<PicturePtr>& own = top_.state().own;
  if (index < own.size()) {
    const gl::TexturePtr& present = own[index]->texture();
    const bool free = present && present.use_count() == 1 && present->shape() == shape;
    if (free) return present;
  }
  return gl::Pool::borrow(shape);
}

std::vector<gl::TexturePtr> TopCook::targets(int count, const gl::TextureShape& shape) {
  std::vector<gl::TexturePtr> targets;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    targets.push_back(target(i, shape));
  }
  return targets;
}

std::vector<gl::TexturePtr> TopCook::targetsAsTheyWere(int count, const gl::TextureShape& shape,
                                                       bool wanted) {
  std::vector<gl::TexturePtr> made = targets(count, shape);
  if (!wanted) return made;
  const std::vector<PicturePtr>& own = top_.state().own;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const gl::TexturePtr present = i < own.size() ? own[i]->texture() : nullptr;
    if (present == made[i]) continue;
    if (present && present->shape() == shape) {
      gl::copy(*present, *made[i]);
    } else {
      made[i]->clear(0.0f, 0.0f, 0.0f, 0.0f);
    }
  }
  return made;
}

gl::ChannelMask TopCook::storedMask(PixelFormat format) {
  const gl::ChannelMask mask = channelMask();
  switch (pixelFormatInfo(format).channels) {
    case Channels::Alpha:
      return {mask.a, false, false, false};
    case Channels::MonoAlpha:
      return {mask.r, mask.a, false, false};
    default:
      return mask;
  }
}

void TopCook::showTextures(std::vector<gl::TexturePtr> textures, int newestSlice) {
  std::vector<PicturePtr> pictures;
  for (gl::TexturePtr& texture : textures) {
    pictures.push_back(nextOwn());
    pictures.back()->form(texture->shape(), aspect());
    pictures.back()->newestSlice = newestSlice;
    pictures.back()->become(std::move(texture));
  }
  show(pictures.front());
  top_.state().buffers = std::move(pictures);
}

PicturePtr TopCook::fromTexture(gl::TexturePtr texture) {
  PicturePtr picture = nextOwn();
  gl::TextureShape plain = texture->shape();
  plain.mipmaps = false;
  picture->form(plain, aspect());
  picture->become(std::move(texture));
  return picture;
}

void TopCook::showTexture(gl::TexturePtr texture, int newestSlice) {
  const gl::TextureShape& present = texture->shape();
  const bool fits = present.width == shape().width && present.height == shape().height &&
                    present.format == shape().format && !present.mipmaps;
  PicturePtr picture = fromTexture(std::move(texture));
  picture->newestSlice = newestSlice;
  if (fits) return show(std::move(picture));
  if (!picture->shape().isFlat()) {
    throw Error("a " + std::string(gl::dimensionName(picture->shape().dimension)) + " of " +
                gl::sizeText(picture->shape()) +
                " cannot become another size or format: only 2D textures can");
  }
  convert(operand(std::move(picture)));
}

void TopCook::showNothing() {
  std::vector<gl::TexturePtr> textures = targets(1, shape());
  textures[0]->clear(0.0f, 0.0f, 0.0f, 0.0f);
  showTextures(std::move(textures));
}

/// Sizes and formats differ. Between pixels of the same place there is nothing to interpolate.
void TopCook::convert(Operand operand) {
  show(make("copy", FunctionKind::Pixel, {}, {std::move(operand)}, shape()));
}

void TopCook::passInput(int index) {
  const PicturePtr& source = picture(index);
  const gl::TextureShape& wanted = shape();
  const bool fits = wanted.width == source->shape().width &&
                    wanted.height == source->shape().height &&
                    wanted.format == source->shape().format;
  if (fits && aspect() == source->aspect()) return show(source);
  convert(operand(index));
}

void TopCook::passBy() {
  if (connected(0)) return show(picture(0));
  showNothing();
}

void TopCook::copyPassedOn() {
  if (!top_.state().passedOn) return;
  const PicturePtr passed = top_.state().picture;
  if (!passed->shape().isFlat()) {
    std::vector<gl::TexturePtr> textures = {gl::Pool::borrow(passed->shape())};
    gl::copy(*drawn(*passed), *textures[0]);
    result_.aspect = passed->aspect();
    return showTextures(std::move(textures), passed->newestSlice);
  }
  Operand input{passed, gl::Filter::Nearest, gl::Extend::Hold};
  result_.aspect = passed->aspect();
  show(make("copy", FunctionKind::Pixel, {}, {std::move(input)}, passed->shape()));
}

void TopCook::fill(std::string_view generator) {
  show(make(generator, FunctionKind::Generator, {}, {}, shape()));
}

void TopCook::remember() {
  // Readers that have not cooked since may hold what is dropped for longer than there is an
  // operator.
  std::vector<PicturePtr>& own = top_.state().own;
  for (std::size_t i = made_; i < own.size(); ++i) own[i]->owner = nullptr;
  own.resize(made_);
  Top::State::Seen& seen = top_.state().seen;
  seen.valid = true;
  seen.parameters = top_.parameters().revision();
  seen.state = top_.stateRevision();
  seen.inputs.clear();
  top_.state().unused.clear();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const Wired& wired = inputs_[i];
    const Picture* picture = wired.picture.get();
    seen.inputs.push_back({wired.top, picture, picture == nullptr ? 0 : picture->formRevision()});
    const bool unused = i < sockets_ && picture != nullptr && !wired.used;
    if (unused) top_.state().unused.push_back(static_cast<int>(i));
  }
}

}  // namespace topknot
