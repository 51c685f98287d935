// Draws pictures: finds what is missing, makes passes of it, and draws them in order.
#include "top/drawer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "gl/buffer.h"
#include "gl/format.h"
#include "gl/uniform_setter.h"
#include "top/drawn_pictures.h"
#include "top/promotion.h"
#include "top/rehearsal.h"
#include "top/top_state.h"
#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

// Larger programs win little and compile for long.
constexpr std::size_t kMaxMembers = 64;
constexpr std::size_t kMaxWeight = 12000;
constexpr std::size_t kMaxTextures = 12;

bool sameSize(const Picture& a, const Picture& b) {
  return a.shape().width == b.shape().width && a.shape().height == b.shape().height;
}

std::string programKey(std::uint64_t key) { return "tree " + std::to_string(key); }

Drawer& drawer() {
  thread_local Drawer instance;
  return instance;
}

}  // namespace

const gl::TexturePtr& drawn(Picture& picture, Barrier why, const Top* reader) {
  if (!picture.current({})) Drawer::draw(picture, {}, why, reader);
  return picture.texture();
}

void Drawer::draw(Picture& picture, const gl::Region& region, Barrier why, const Top* reader) {
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

void Drawer::rehearse(Picture& root, Picture& changed, RecipePtr recipe, Rehearsal& rehearsal) {
  Drawer& self = drawer();
  if (self.busy_) return;
  std::swap(changed.recipe_, recipe);
  self.jobCount_ = 0;
  ++self.plan_;
  std::size_t index = self.addJob(root, Barrier::AskedFor, nullptr);
  const auto& members = self.jobs_[index].members;
  if (std::find(members.begin(), members.end(), &changed) == members.end()) {
    index = self.addJob(changed, Barrier::AskedFor, nullptr);
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
  std::swap(changed.recipe_, recipe);
}

/// Finds the passes, each behind those whose textures it reads. Depth first, with a stack of its
/// own.
void Drawer::plan(Picture& picture, Barrier why, const Top* reader) {
  ++plan_;
  jobCount_ = 0;
  order_.clear();
  walk_.clear();
  walk_.push_back(addJob(picture, why, reader));
  while (!walk_.empty()) {
    const std::size_t index = walk_.back();
    Job& job = jobs_[index];
    if (job.nextSource == job.sources.size()) {
      order_.push_back(index);
      walk_.pop_back();
      continue;
    }
    const Source& source = job.sources[job.nextSource++];
    Picture& wanted = *source.operand->picture;
    if (wanted.plan_ == plan_ || wanted.current({}) || !wanted.described()) continue;
    const Barrier reason = barrier(job, *source.reader, *source.operand);
    walk_.push_back(addJob(wanted, reason, source.reader->owner));
  }
}

std::size_t Drawer::addJob(Picture& root, Barrier why, const Top* reader) {
  if (jobCount_ == jobs_.size()) jobs_.emplace_back();
  const std::size_t index = jobCount_++;
  Job& job = jobs_[index];
  job.root = &root;
  job.why = why;
  job.reader = reader;
  job.region = {};
  job.regionKnown = false;
  job.forChange = false;
  job.members.clear();
  job.weight = 0;
  job.inlined.clear();
  job.sources.clear();
  job.nextSource = 0;
  job.key = static_cast<std::uint64_t>(outputSwizzle(root.shape().format));
  job.open = root.operands().size();
  root.plan_ = plan_;
  root.job_ = index;
  collect(job, root);
  return index;
}

/// Adds a picture and those of its operands that can be drawn in the same pass.
void Drawer::collect(Job& job, Picture& member) {
  job.members.push_back(&member);
  job.weight += member.recipe()->weight;
  job.key = mixed(job.key, member.recipe()->id);
  for (const Operand& operand : member.operands()) {
    --job.open;
    const bool joins = barrier(job, member, operand) == Barrier::None;
    job.inlined.push_back(joins ? 1 : 0);
    if (joins) {
      Picture& inner = *operand.picture;
      job.open += inner.operands().size();
      job.key = mixed(job.key, 2 + static_cast<std::uint64_t>(inner.shape().format));
      collect(job, inner);
    } else {
      job.key = mixed(job.key, std::uint64_t{1});
      job.sources.push_back({&operand, &member});
    }
  }
}

Barrier Drawer::barrier(const Job& job, const Picture& reader, const Operand& operand) const {
  const Picture& picture = *operand.picture;
  if (!picture.described() || picture.current({})) return Barrier::AskedFor;
  if (reader.recipe()->kind == FunctionKind::Sampling) return Barrier::Sampled;
  if (!picture.fusion || !reader.fusion) return Barrier::Unfused;
  if (picture.owner != nullptr && picture.owner->pinned()) return Barrier::AskedFor;
  if (picture.readers() > 1) return Barrier::Readers;
  if (!sameSize(picture, *job.root)) return Barrier::Size;
  if (pixelFormatInfo(picture.shape().format).srgb) return Barrier::Srgb;
  const std::size_t textures = job.sources.size() + job.open + picture.operands().size();
  const std::size_t weight = job.weight + picture.recipe()->weight;
  if (job.members.size() >= kMaxMembers || weight > kMaxWeight || textures > kMaxTextures) {
    return Barrier::Large;
  }
  return Barrier::None;
}

/// From the readers down to what they read: which part of each picture is needed.
void Drawer::spreadRegions() {
  for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
    const Job& job = jobs_[*at];
    const gl::TextureShape& shape = job.root->shape();
    if (!job.regionKnown || job.root->current(job.region.within(shape.width, shape.height))) continue;
    for (const Source& source : job.sources) {
      const Picture& picture = *source.operand->picture;
      if (picture.plan_ != plan_) continue;
      Job& other = jobs_[picture.job_];
      const gl::Region part = needed(job, source);
      other.region = other.regionKnown ? other.region.joined(part) : part;
      other.regionKnown = true;
      other.forChange = other.forChange || !job.root->drawnBefore_;
    }
  }
}

/// So that no texture goes while somebody in this plan will read it.
void Drawer::markLastReads() {
  for (std::size_t place = 0; place < order_.size(); ++place) {
    for (const Source& source : jobs_[order_[place]].sources) {
      source.operand->picture->readPlan_ = plan_;
      source.operand->picture->lastRead_ = place;
    }
  }
}

gl::Region Drawer::needed(const Job& job, const Source& source) const {
  static const Footprint kItsOwnPlace;
  const Operand& operand = *source.operand;
  const Recipe& recipe = *source.reader->recipe();
  const gl::Filter filter = filterOf(job, source);
  const Footprint::Source from{operand.picture->shape(), filter, operand.extend};
  const auto read = [&](const Footprint& footprint) {
    return footprint.of(job.region, job.root->shape(), from);
  };
  if (recipe.kind != FunctionKind::Sampling) {
    const bool same = filter == gl::Filter::Nearest && sameSize(*operand.picture, *job.root);
    return same ? job.region : read(kItsOwnPlace);
  }
  if (!operand.footprint) return {};
  const gl::Region part = read(*operand.footprint);
  // Channels that are left out come from the first operand as it is.
  const bool kept = !recipe.mask.all() && &operand == source.reader->operands().data();
  return kept ? part.joined(read(kItsOwnPlace)) : part;
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
  Context::State& state = gl::currentState();
  if (!root.among_) {
    root.among_ = DrawnPictures::of(state);
    root.among_->add(root);
  }
  try {
    root.texture_ = gl::Pool::borrow(shape);
  } catch (const gl::OutOfMemory& error) {
    const std::int64_t wanted = std::int64_t{shape.width} * shape.height *
                                gl::formatOf(shape.format).storedBytes;
    const std::int64_t left = state.textureBudget - state.textureBytes;
    if (alone && left < wanted && left + root.texture_->bytes() >= wanted) {
      root.texture_ = nullptr;
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

/// Pixels of the same place need no interpolation.
gl::Filter Drawer::filterOf(const Job& job, const Source& source) {
  const bool sampling = source.reader->recipe()->kind == FunctionKind::Sampling;
  const Operand& operand = *source.operand;
  return !sampling && sameSize(*operand.picture, *job.root) ? gl::Filter::Nearest : operand.filter;
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
    const NumberInfo& number = member.recipe()->numbers[user.number];
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
    if (member->recipe()->user || member->numbers().empty()) continue;
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
    made->program = gl::cachedProgram(programKey(job.key), [&] {
      return fusedText(tree).text(gl::currentState().info.glsl);
    });
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
    if (member != state.picture.get() && state.drawn.barrier != Barrier::None) continue;
    state.drawn.region = job.region;
    state.drawn.barrier = job.why;
    state.drawn.reader = job.reader;
    state.drawn.readers = member->readers();
  }
}

const gl::TexturePtr& drawnWithMipmaps(Picture& picture, Barrier why, const Top* reader) {
  drawn(picture, why, reader);
  return picture.makeMipmaps();
}

std::string barrierText(Barrier barrier, const std::string& reader, int readers) {
  switch (barrier) {
    case Barrier::None: return "";
    case Barrier::AskedFor: return "its pixels were asked for";
    case Barrier::Sampled: return reader + " reads other pixels of it than its own";
    case Barrier::UserShader: return reader + " is a shader of the user's with its own main()";
    case Barrier::Readers: return std::to_string(readers) + " operators read it";
    case Barrier::Size: return reader + " has another size";
    case Barrier::Srgb: return "its format stores other numbers than are read";
    case Barrier::Large: return "one program with " + reader + " would become too large";
    case Barrier::Unfused: return "fusion is off";
  }
  return "";
}

}  // namespace topknot
