// Draws the passes of a picture, in order.
#include "top/cook/drawer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "gl/context/format.h"
#include "gl/program/buffer.h"
#include "gl/program/uniform_setter.h"
#include "top/cook/drawn_pictures.h"
#include "top/cook/promotion.h"
#include "top/cook/rehearsal.h"
#include "top/cook/top_state.h"
#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

std::string programKey(std::uint64_t key) {
  return "tree " + std::to_string(key);
}

Drawer& drawer() {
  thread_local Drawer instance;
  return instance;
}

}  // namespace

const gl::TexturePtr& drawn(Picture& picture, FusionBreak why, const Top* reader) {
  if (!picture.current({})) Drawer::draw(picture, {}, why, reader);
  return picture.texture();
}

void Drawer::draw(Picture& picture, const gl::Region& region, FusionBreak why, const Top* reader) {
  Drawer& self = drawer();
  if (self.busy_) throw Error("a picture was asked for while pictures are drawn");
  gl::Watch& watch = gl::currentState().watch;
  struct Busy {
    bool& flag;
    gl::Watch& watch;
    const void* asked;  // who is at work again afterwards
    ~Busy() {
      flag = false;
      watch.at(asked);
    }
  } const busy{self.busy_ = true, watch, watch.who()};
  self.plan(picture, why, reader);
  self.jobs_[picture.job_].region = region;
  self.jobs_[picture.job_].regionKnown = true;
  self.jobs_[picture.job_].forChange = true;
  self.spreadRegions();
  self.markLastReads();
  for (self.place_ = 0; self.place_ < self.order_.size(); ++self.place_) {
    Job& job = self.jobs_[self.order_[self.place_]];
    if (self.drawJob(job)) self.countReads(job);
    self.dropSources(job);
  }
}

Drawer::UnderWay Drawer::underWay() {
  const Drawer& self = drawer();
  return self.busy_ ? UnderWay{self.plan_, self.place_} : UnderWay{};
}

void Drawer::rehearse(Picture& root, Picture& changed, ShaderFunctionPtr shaderFunction,
                      Rehearsal& rehearsal) {
  Drawer& self = drawer();
  if (self.busy_) return;
  std::swap(changed.shaderFunction_, shaderFunction);
  self.jobCount_ = 0;
  ++self.plan_;
  std::size_t index = self.addJob(root, FusionBreak::AskedFor, nullptr);
  const auto& members = self.jobs_[index].members;
  if (std::find(members.begin(), members.end(), &changed) == members.end()) {
    index = self.addJob(changed, FusionBreak::AskedFor, nullptr);
    rehearsal.root_ = changed.weak_from_this();
  }
  const Job& job = self.jobs_[index];
  std::vector<gl::PreparedInput> inputs;
  for (const Source& source : job.sources) {
    const Operand& operand = *source.operand;
    inputs.push_back({operand.picture->shape(), filterOf(job, source), operand.extend});
  }
  self.gather(job);
  const FusedTree tree{job.members, job.inlined};
  const int version = gl::currentState().info.glsl;
  rehearsal.key_ = programKey(job.key);
  rehearsal.plain_ = gl::PreparedProgram::start(
      [text = fusedText(tree), version] {
        return gl::ShaderTexts{gl::passVertexShader(version), text.text(version), {}};
      },
      {job.root->shape()}, inputs, {{1, self.block_.size()}});
  if (rehearsal.plain_) {
    rehearsal.constant_ = Promotion::ahead(tree, job.key, inputs, self.block_.size());
  }
  std::swap(changed.shaderFunction_, shaderFunction);
}

/// False if there was nothing to draw.
bool Drawer::drawJob(Job& job) {
  if (!job.regionKnown) return false;  // nobody needs it after all
  Picture& root = *job.root;
  const gl::Region region = job.region.within(root.shape().width, root.shape().height);
  if (root.current(region)) return false;
  provideTarget(job);
  job.region = region;
  const gl::TexturePtr target = root.texture_;  // held: nobody makes room with it
  Context::State& context = gl::currentState();
  gl::refuseIfLost(context);
  if (root.owner != nullptr) context.watch.at(root.owner);
  time(job, *target);
  root.current_ = true;
  root.mipmapsCurrent_ = false;
  root.valid_ = region;
  // What is read anew though it is the same will be read again. What only such a picture is made of
  // will not.
  if (root.drawnBefore_ && job.forChange) root.keep_ = true;
  root.drawnBefore_ = true;
  note(job);
  return true;
}

/// Where there is no memory for a new texture, the one with the last picture stays. It goes first
/// only where that makes enough room.
void Drawer::provideTarget(const Job& job) const {
  Picture& root = *job.root;
  const gl::TextureShape& shape = root.shape();
  const bool alone = root.texture_ && root.texture_.use_count() == 1;
  if (alone && root.texture_->shape() == shape) return;
  gl::TexturePtr last = root.texture_;  // held: whoever makes room must not take it
  Context::State& state = gl::currentState();
  if (!root.among_) {
    root.among_ = DrawnPictures::of(state);
    root.among_->add(root);
  }
  try {
    root.texture_ = gl::Pool::borrow(shape);
  } catch (const gl::OutOfMemory& error) {
    const std::int64_t wanted =
        std::int64_t{shape.width} * shape.height * gl::formatOf(shape.format).storedBytes;
    const std::int64_t left = state.textureBudget - state.textureBytes;
    if (alone && left < wanted && left + last->bytes() >= wanted) {
      root.texture_ = last = nullptr;
      root.texture_ = gl::Pool::borrow(shape);
      return;
    }
    const Top* owner = root.owner;
    if (owner == nullptr || owner == jobs_.front().root->owner) throw;  // who asked knows
    throw gl::OutOfMemory(owner->describe() + ": " + error.what());
  }
}

/// Draws, and takes the time of it while the graph's profile wants to know.
void Drawer::time(const Job& job, const gl::Texture& target) {
  Top* owner = job.root->owner;
  if (owner == nullptr || !owner->graph().profiling()) return run(job, target);
  owner->state().beginPass(owner->graph());
  run(job, target);
  std::vector<std::string> with;
  for (const Picture* member : job.members) {
    if (member->owner != nullptr && member->owner != owner) with.push_back(member->owner->name());
  }
  owner->state().endPass(*owner, target.bytes(), std::move(with));
}

void Drawer::run(const Job& job, const gl::Texture& target) {
  inputs_.clear();
  prepared_.clear();
  for (const Source& source : job.sources) {
    const Operand& operand = *source.operand;
    Picture& picture = *operand.picture;
    const gl::Filter filter = filterOf(job, source);
    const gl::TexturePtr& texture =
        filter == gl::Filter::Mipmap ? picture.makeMipmaps() : picture.texture_;
    inputs_.push_back({texture.get(), 0, filter, operand.extend});
    prepared_.push_back({texture->shape(), filter, operand.extend});
  }
  gather(job);
  for (Picture* member : job.members) ++member->draws_;
  const FusedProgram& program = programOf(job, block_.size());
  if (!block_.empty()) gl::bindUniforms(1, block_);
  for (const FusedProgram::UserNumber& user : program.userNumbers) {
    const Picture& member = *job.members[user.member];
    const NumberInfo& number = member.shaderFunction()->numbers[user.number];
    float values[4] = {};
    std::memcpy(values, member.numbers().data() + number.offset, number.bytes);
    const double wide[4] = {values[0], values[1], values[2], values[3]};
    gl::set(*program.program, user.uniform, {wide, 1, 4});
  }
  gl::draw(*program.program, target, inputs_, {}, job.region);
}

/// The numbers of all members, as the program's block has them.
void Drawer::gather(const Job& job) {
  block_.clear();
  for (const Picture* member : job.members) {
    if (member->shaderFunction()->user || member->numbers().empty()) continue;
    const std::vector<std::byte>& numbers = member->numbers();
    block_.insert(block_.end(), numbers.begin(), numbers.end());
    block_.resize((block_.size() + 15) / 16 * 16);
  }
}

const FusedProgram& Drawer::programOf(const Job& job, std::size_t uniformBytes) {
  std::vector<Picture::DrawnBy>& programs = job.root->programs_;
  const FusedTree tree{job.members, job.inlined};
  const auto known = std::find_if(programs.begin(), programs.end(),
                                  [&](const Picture::DrawnBy& by) { return by.key == job.key; });
  if (known != programs.end()) {
    std::rotate(programs.begin(), known, known + 1);
  } else {
    auto made = std::make_shared<FusedProgram>();
    made->program = gl::cachedProgram(
        programKey(job.key), [&] { return fusedText(tree).text(gl::currentState().info.glsl); });
    made->userNumbers = userNumbers(tree, *made->program);
    if (programs.size() >= Picture::kMaxPrograms) programs.pop_back();
    std::shared_ptr<Promotion> ahead;
    if (job.root->ahead_ && job.root->ahead_->isFor(job.key)) ahead = std::move(job.root->ahead_);
    programs.insert(programs.begin(), {job.key, std::move(made), std::move(ahead)});
  }
  Picture::DrawnBy& by = programs.front();
  return Promotion::choose(by.promotion, tree, job.key, *by.program, prepared_, uniformBytes);
}

void Drawer::countReads(const Job& job) {
  for (const Source& source : job.sources) ++source.operand->picture->reads_;
}

/// Gives back the textures that nobody will read again.
void Drawer::dropSources(const Job& job) {
  for (const Source& source : job.sources) {
    Picture& picture = *source.operand->picture;
    if (picture.lastRead_ <= place_ && picture.droppable()) picture.drop();
  }
}

/// For explain(): who was drawn where, and why.
void Drawer::note(const Job& job) const {
  const Top* in = job.root->owner;
  for (const Picture* member : job.members) {
    if (member->owner == nullptr) continue;
    Top::State& state = member->owner->state();
    const bool own = member == job.root;
    if (!own && state.drawn.in == member->owner) continue;  // it has a pass of its own as well
    state.drawn.in = in;
    if (state.root != job.root || state.rootPicture.expired()) {
      state.root = job.root;
      state.rootPicture = job.root->weak_from_this();
    }
    if (!own) continue;
    ++state.drawn.passes;
    if (member != state.picture.get() && state.drawn.fusionBreak != FusionBreak::None) continue;
    state.drawn.region = job.region;
    state.drawn.fusionBreak = job.why;
    state.drawn.reader = job.reader;
    state.drawn.readers = member->readers();
  }
}

const gl::TexturePtr& drawnWithMipmaps(Picture& picture, FusionBreak why, const Top* reader) {
  drawn(picture, why, reader);
  return picture.makeMipmaps();
}

}  // namespace topknot
