// Which passes a picture needs: what becomes one pass and why not more, in which order they are
// drawn, and which part of each.
#include <string>

#include "top/cook/drawer.h"
#include "top/cook/top_state.h"

namespace topknot {

namespace {

// Larger programs win little and compile for long.
constexpr std::size_t kMaxMembers = 64;
constexpr std::size_t kMaxWeight = 12000;
constexpr std::size_t kMaxTextures = 12;

bool sameSize(const Picture& a, const Picture& b) {
  return a.shape().width == b.shape().width && a.shape().height == b.shape().height;
}

}  // namespace

/// Finds the passes, each behind those whose textures it reads. Depth first, with a stack of its
/// own.
void Drawer::plan(Picture& picture, FusionBreak why, const Top* reader) {
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
    const FusionBreak reason = barrier(job, *source.reader, *source.operand);
    walk_.push_back(addJob(wanted, reason, source.reader->owner));
  }
}

std::size_t Drawer::addJob(Picture& root, FusionBreak why, const Top* reader) {
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
  job.weight += member.shaderFunction()->weight;
  job.key = mixed(job.key, member.shaderFunction()->id);
  for (const Operand& operand : member.operands()) {
    --job.open;
    const bool joins = barrier(job, member, operand) == FusionBreak::None;
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

FusionBreak Drawer::barrier(const Job& job, const Picture& reader, const Operand& operand) const {
  const Picture& picture = *operand.picture;
  if (!picture.described() || picture.current({})) return FusionBreak::AskedFor;
  if (reader.shaderFunction()->kind == FunctionKind::Sampling) return FusionBreak::Sampled;
  if (!picture.fusion || !reader.fusion) return FusionBreak::Unfused;
  if (picture.owner != nullptr && picture.owner->pinned()) return FusionBreak::AskedFor;
  if (picture.readers() > 1) return FusionBreak::Readers;
  if (!sameSize(picture, *job.root)) return FusionBreak::Size;
  if (pixelFormatInfo(picture.shape().format).srgb) return FusionBreak::Srgb;
  const std::size_t textures = job.sources.size() + job.open + picture.operands().size();
  const std::size_t weight = job.weight + picture.shaderFunction()->weight;
  if (job.members.size() >= kMaxMembers || weight > kMaxWeight || textures > kMaxTextures) {
    return FusionBreak::Large;
  }
  return FusionBreak::None;
}

/// From the readers down to what they read: which part of each picture is needed.
void Drawer::spreadRegions() {
  for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
    const Job& job = jobs_[*at];
    const gl::TextureShape& shape = job.root->shape();
    if (!job.regionKnown || job.root->current(job.region.within(shape.width, shape.height)))
      continue;
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
  const ShaderFunction& shaderFunction = *source.reader->shaderFunction();
  const gl::Filter filter = filterOf(job, source);
  const Footprint::Source from{operand.picture->shape(), filter, operand.extend};
  const auto read = [&](const Footprint& footprint) {
    return footprint.of(job.region, job.root->shape(), from);
  };
  if (shaderFunction.kind != FunctionKind::Sampling) {
    const bool same = filter == gl::Filter::Nearest && sameSize(*operand.picture, *job.root);
    return same ? job.region : read(kItsOwnPlace);
  }
  if (!operand.footprint) return {};
  const gl::Region part = read(*operand.footprint);
  // Channels that are left out come from the first operand as it is.
  const bool kept = !shaderFunction.mask.all() && &operand == source.reader->operands().data();
  return kept ? part.joined(read(kItsOwnPlace)) : part;
}

/// Pixels of the same place need no interpolation.
gl::Filter Drawer::filterOf(const Job& job, const Source& source) {
  const bool sampling = source.reader->shaderFunction()->kind == FunctionKind::Sampling;
  const Operand& operand = *source.operand;
  return !sampling && sameSize(*operand.picture, *job.root) ? gl::Filter::Nearest : operand.filter;
}

std::string fusionBreakText(FusionBreak fusionBreak, const std::string& reader, int readers) {
  switch (fusionBreak) {
    case FusionBreak::None:
      return "";
    case FusionBreak::AskedFor:
      return "its pixels were asked for";
    case FusionBreak::Sampled:
      return reader + " reads other pixels of it than its own";
    case FusionBreak::UserShader:
      return reader + " is a shader of the user's with its own main()";
    case FusionBreak::Readers:
      return std::to_string(readers) + " operators read it";
    case FusionBreak::Size:
      return reader + " has another size";
    case FusionBreak::Srgb:
      return "its format stores other numbers than are read";
    case FusionBreak::Large:
      return "one program with " + reader + " would become too large";
    case FusionBreak::Unfused:
      return "fusion is off";
  }
  return "";
}

}  // namespace topknot
