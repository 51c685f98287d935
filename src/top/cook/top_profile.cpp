// What a TOP tells of its passes: where it was drawn, and how long that took.
#include <string>
#include <utility>

#include "top/cook/drawer.h"
#include "top/cook/top_cook.h"
#include "topknot/graph.h"
#include "topknot/top.h"

namespace topknot {

Drawing Top::drawing() const {
  const State& mine = *state_;
  Drawing drawing;
  drawing.passedOn = mine.passedOn;
  drawing.passes = mine.drawn.passes;
  drawing.gpuMilliseconds = mine.gpuMilliseconds;
  drawing.gpuMemory = mine.pinned() + extraGpuMemory();
  for (const PicturePtr& picture : mine.own) drawing.gpuMemory += picture->bytes();
  if (mine.drawn.in == nullptr) return drawing;
  std::string reader;
  for (const Op* op : graph().ops()) {
    if (op == mine.drawn.in) drawing.pass = op->name();
    if (op == mine.drawn.reader) reader = op == this ? "its next pass" : "'" + op->name() + "'";
    const bool together =
        op != this && op->isTOP() && static_cast<const Top*>(op)->state_->drawn.in == mine.drawn.in;
    if (together) drawing.with.push_back(op->name());
  }
  if (mine.drawn.in == this) {
    const gl::Region& part = mine.drawn.region;
    if (!part.isWhole()) {
      drawing.part = {part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0};
    }
    drawing.fusionBreak = fusionBreakText(mine.drawn.fusionBreak, reader, mine.drawn.readers);
  }
  return drawing;
}

void Top::State::beginPass(const Graph& graph) {
  passBegan = graph.profileClock();
  if (!timer) timer = std::make_unique<gl::PassTimer>();
  timer->begin();
}

void Top::State::endPass(Top& top, std::int64_t bytes, std::vector<std::string> with) {
  timer->end(firstTimed + timed.size());
  PassTime time;
  time.op = &top;
  time.frame = top.graph().frame().index;
  time.startMilliseconds = passBegan;
  time.cpuMilliseconds = top.graph().profileClock() - passBegan;
  time.timer = timer->method();
  time.bytes = bytes;
  time.with = std::move(with);
  timed.push_back(std::move(time));
  recordPasses(top);
}

/// Tells the graph of the passes whose time is known by now.
void Top::State::recordPasses(Top& top) {
  timer->collect([&](gl::PassTimer::Tag tag, double milliseconds) {
    for (; !timed.empty() && firstTimed <= tag; ++firstTimed) {
      timed.front().gpuMilliseconds = milliseconds;
      gpuMilliseconds = milliseconds;
      if (firstTimed == tag) top.graph().recordPass(timed.front());
      timed.pop_front();
    }
  });
}

void Top::onProfiled() {
  if (state_->timed.empty()) return;
  try {
    const gl::Work watched = workOf(*this, contextInUse());
    watched.waitForGpu();
    state_->recordPasses(*this);
  } catch (const Error&) {
    // The context was lost, and the times with it.
  }
}

}  // namespace topknot
