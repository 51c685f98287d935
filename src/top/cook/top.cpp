// TOP: how a texture operator cooks, and its members.
#include "topknot/top.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "top/cook/drawer.h"
#include "top/cook/top_cook.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

/// Names the operator once: what a context was given up for may begin with it.
std::string told(const Top& top, const std::string& sentence) {
  const std::string who = top.describe() + ": ";
  return sentence.starts_with(who) ? sentence : who + sentence;
}

}  // namespace

Top::Top() : state_(std::make_unique<State>(declare())) {}

Top::~Top() {
  for (const PicturePtr& picture : state_->own) picture->owner = nullptr;
}

gl::Work workOf(const Top& top, gl::StatePtr context) {
  return {std::move(context), &top,
          [](const void* who) { return static_cast<const Top*>(who)->describe(); }};
}

void Top::State::join(gl::StatePtr where) {
  if (context) return;
  context = std::move(where);
  ++context->borrowers;
}

void Top::State::leave() {
  if (!context) return;
  // The picture goes back to the pool first.
  picture = nullptr;
  // Readers that have not cooked since may hold them for longer than there is an operator.
  for (const PicturePtr& made : own) made->owner = nullptr;
  own.clear();
  buffers.clear();
  seen = {};
  timer = nullptr;
  timed.clear();
  std::string why;
  --context->borrowers;
  if (delayed) delayed->clear();
  if (context->borrowers == 0) {
    if (!gl::usable(*context, why)) {
      context->pool->dropAside();
    } else {
      context->emptyPool();
      try {
        const gl::Use use(context);  // deletes what else waits to be used again
      } catch (const std::exception&) {
        // Somebody else ended the context, or has another one current; what waits goes with it.
      }
    }
  }
  context.reset();
}

void Top::onAsk() {
  State& mine = *state_;
  std::string why;
  if (mine.context && !gl::isGone(*mine.context)) {
    if (!gl::usable(*mine.context, why)) throw Error(told(*this, why));
    return;
  }
  const gl::StatePtr now = gl::currentOrNull();
  if (!mine.context && now) {
    if (!gl::usable(*now, why)) throw Error(told(*this, why));
    forgetWhatIsGone();  // what it reads may have been drawn in one that ended since
    return;
  }
  if (!mine.context) gl::current();  // throws: there is none
  if (!now || gl::isGone(*now)) {
    const std::string what = mine.context->watch.lost()
                                 ? mine.context->watch.why()
                                 : "the OpenGL context that it was drawn with was destroyed";
    throw Error(told(*this, what) + "; make a new one on this thread and it will be drawn anew");
  }
  // Its context is gone, and with it every picture of this graph; there is another one to go on in.
  forgetWhatIsGone();
}

void Top::forgetWhatIsGone() {
  // Looking at every operator for each new one would make large graphs start slowly.
  static thread_local std::pair<const Graph*, std::uint64_t> looked{nullptr, 0};
  const std::pair<const Graph*, std::uint64_t> now{&graph(), gl::Watch::gone()};
  if (std::exchange(looked, now) == now) return;
  for (Op* op : graph().ops()) {
    if (!op->isTOP()) continue;
    Top& top = static_cast<Top&>(*op);
    if (top.state_->context && gl::isGone(*top.state_->context)) top.forgetGl();
  }
}

void Top::forgetGl() {
  state_->passedOn = false;
  state_->leave();
  markDirty();
}

bool Top::stillDescribes() const {
  const State::Seen& seen = state_->seen;
  if (!seen.valid || !onlyDescribes()) return false;
  if (seen.parameters != parameters().revision() || seen.state != stateRevision()) return false;
  return std::all_of(seen.inputs.begin(), seen.inputs.end(), [](const State::Seen::Input& input) {
    if (input.top == nullptr) return true;
    const PicturePtr& now = input.top->state_->picture;
    return now.get() == input.picture && now->formRevision() == input.form;
  });
}

/// A picture that is looked at whatever happens is drawn at once.
void Top::drawIfAwaited() {
  const PreviousFramePtr previousFrame = state_->previousFrame.lock();
  if (!previousFrame && !pinned()) return;
  const gl::TexturePtr& texture = topknot::drawn(*state_->picture);
  if (!state_->passedOn) state_->picture->await();
  if (previousFrame) previousFrame->take(texture, tick(), state_->picture->newestSlice);
}

/// That in which the graph's other operators draw, whose pictures are of no use elsewhere; or the
/// thread's current one.
std::shared_ptr<Context::State> Top::contextOfGraph() const {
  const auto usedBy = [](const Op* op) {
    if (op == nullptr || !op->isTOP()) return gl::StatePtr();
    const gl::StatePtr& used = static_cast<const Top*>(op)->state_->context;
    return used && !gl::isGone(*used) ? used : nullptr;
  };
  for (const Op* op : inputs()) {
    if (gl::StatePtr used = usedBy(op)) return used;
  }
  for (const Op* op : graph().ops()) {
    if (gl::StatePtr used = usedBy(op)) return used;
  }
  return gl::current();
}

void Top::onCook(const Frame& frame) {
  State& mine = *state_;
  mine.drawn = {};
  if (const PreviousFramePtr previousFrame = mine.previousFrame.lock())
    previousFrame->begin(tick());
  if (stillDescribes()) {
    for (const PicturePtr& picture : mine.own) {
      if (picture->described()) picture->invalidate();
    }
    if (!pinned() && mine.previousFrame.expired()) return;
    const gl::Work watched = workOf(*this, mine.context);
    attempt([&] { drawIfAwaited(); });
    return;
  }
  mine.seen.valid = false;
  if (!mine.context) mine.join(contextOfGraph());
  const gl::Work watched = workOf(*this, mine.context);
  TopCook cook(*this, frame);
  attempt([&] {
    if (bypass()) {
      cook.passBy();
    } else {
      render(cook);
      if (mine.copies) cook.copyPassedOn();
    }
    drawIfAwaited();
  });
  cook.remember();
}

/// Transparent black stays until an input comes.
bool Top::onMissingInput(const Frame& frame) {
  State& mine = *state_;
  if (!mine.context) mine.join(contextOfGraph());
  const gl::Work watched = workOf(*this, mine.context);
  TopCook cook(*this, frame);
  const bool same = mine.blank && mine.exists() && mine.picture->shape() == cook.shape() &&
                    mine.picture->aspect() == cook.aspect();
  if (same) return false;
  mine.drawn = {};
  mine.seen.valid = false;
  if (const PreviousFramePtr previousFrame = mine.previousFrame.lock())
    previousFrame->begin(tick());
  attempt([&] {
    cook.showNothing();
    drawIfAwaited();
  });
  cook.remember();
  mine.seen.valid = false;
  mine.unused.clear();
  mine.blank = true;
  return true;
}

bool Top::usesInput(int index) const {
  const std::vector<int>& unused = state_->unused;
  return unused.empty() || std::find(unused.begin(), unused.end(), index) == unused.end();
}

void Top::onFailedFrame() {
  if (const PreviousFramePtr previousFrame = state_->previousFrame.lock())
    previousFrame->fail(faults());
}

/// A picture that was half changed keeps what it showed, if the operator fails.
template <class Work>
void Top::attempt(Work work) {
  State& mine = *state_;
  const auto keepLast = [&](bool outOfDate) {
    mine.seen.valid = false;
    const bool own = mine.picture && !mine.passedOn;
    if (own && (outOfDate || mine.picture->current())) mine.picture->freeze();
  };
  try {
    work();
    gl::refuseIfLost(*mine.context);
  } catch (const gl::OutOfMemory&) {
    keepLast(true);  // the new one was never seen
    markDirty();     // there may be more the next time
    throw;
  } catch (...) {
    keepLast(false);
    throw;
  }
}

/// A description may refer to operators that will read this one; pixels refer to nothing.
void Top::onFault() {
  State& mine = *state_;
  mine.seen.valid = false;
  if (!mine.exists() || !mine.context) return;
  try {
    const gl::Work watched = workOf(*this, mine.context);
    const gl::TexturePtr texture = topknot::drawn(*mine.picture);
    if (!mine.passedOn) return mine.picture->become(texture);
    const PicturePtr still = std::make_shared<Picture>();
    still->owner = this;
    still->form(mine.picture->shape(), mine.picture->aspect());
    still->become(texture);
    for (const PicturePtr& picture : mine.own) picture->owner = nullptr;
    mine.own = {still};
    mine.buffers.clear();
    mine.picture = still;
    mine.passedOn = false;
  } catch (const std::exception&) {
    mine.picture = nullptr;  // nothing is left to be shown
  }
}

void Top::onLock(bool on) {
  State& mine = *state_;
  mine.copies = on;
  if (!on || !mine.exists()) return;
  try {
    if (mine.passedOn) {
      markDirty();
      graph().cook(*this);
    }
    if (!mine.exists()) return;  // there was no memory for a copy
    const gl::Work watched = workOf(*this, mine.context);
    mine.picture->become(topknot::drawn(*mine.picture));
  } catch (...) {
    mine.copies = false;
    throw;
  }
}

void Top::pull() {
  graph().cook(*this);
}

int Top::width() {
  pull();
  return state_->exists() ? state_->picture->shape().width : 0;
}

int Top::height() {
  pull();
  return state_->exists() ? state_->picture->shape().height : 0;
}

float Top::aspect() {
  pull();
  return aspectWidth() / aspectHeight();
}

float Top::aspectWidth() {
  pull();
  return state_->exists() ? state_->picture->aspect().x : 1.0f;
}

float Top::aspectHeight() {
  pull();
  return state_->exists() ? state_->picture->aspect().y : 1.0f;
}

int Top::depth() {
  pull();
  return state_->exists() ? state_->picture->shape().depth : 1;
}

std::int64_t Top::gpuMemory() {
  pull();
  const State& mine = *state_;
  std::int64_t bytes = mine.pinned() + extraGpuMemory();
  bool held = false;
  const PreviousFramePtr previousFrame = mine.previousFrame.lock();
  for (const PicturePtr& picture : mine.own) {
    bytes += picture->bytes();
    held = held || (previousFrame && picture->texture() == previousFrame->latest());
  }
  const bool kept = previousFrame && previousFrame->latest() && !held && !mine.passedOn;
  return kept ? bytes + previousFrame->latest()->bytes() : bytes;
}

int Top::curPass() const {
  return state_->curPass;
}

int Top::newestSliceWOffset() {
  pull();
  return state_->exists() ? state_->picture->newestSlice : 0;
}

std::string Top::pixelFormat() {
  pull();
  if (!state_->exists()) return "";
  return std::string(pixelFormatInfo(state_->picture->shape().format).label);
}

std::string Top::pixelFormatName() {
  pull();
  if (!state_->exists()) return "";
  return std::string(pixelFormatInfo(state_->picture->shape().format).name);
}

}  // namespace topknot
