// Where the time of a graph goes.
#include "topknot/profile.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "graph/json.h"
#include "graph/table.h"
#include "topknot/graph.h"

namespace topknot {
namespace {

constexpr std::size_t kMostFrames = 600;
constexpr std::size_t kMostEvents = 1000000;

double millisecondsOf(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

bool isTime(double milliseconds) {
  return std::isfinite(milliseconds) && milliseconds >= 0.0;
}

// What an operator cost in one frame.
struct Cost {
  std::int64_t cooks = 0, passes = 0;
  double cpu = 0, gpu = 0;
};

void addFrame(OpProfile& op, const Cost& cost) {
  ++op.frames;
  op.cooks += cost.cooks;
  op.passes += cost.passes;
  op.cpuMean += cost.cpu;  // a sum so far
  op.gpuMean += cost.gpu;
  op.cpuMax = std::max(op.cpuMax, cost.cpu);
  op.gpuMax = std::max(op.gpuMax, cost.gpu);
}

std::string memoryText(std::int64_t bytes) {
  return bytes == 0 ? "" : thousandths(static_cast<double>(bytes) / (1024.0 * 1024.0)) + " MiB";
}

// A complete event, but for its args.
std::string eventText(const std::string& name, const char* category, int line, double start,
                      double milliseconds) {
  return "{\"ph\": \"X\", \"name\": " + jsonText(name) + ", \"cat\": \"" + category +
         "\", \"pid\": 1, \"tid\": " + std::to_string(line) +
         ", \"ts\": " + thousandths(1000.0 * start) +
         ", \"dur\": " + thousandths(1000.0 * milliseconds);
}

std::string lineName(int line, const std::string& name) {
  return "{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": 1, \"tid\": " + std::to_string(line) +
         ", \"args\": {\"name\": " + jsonText(name) + "}}";
}

}  // namespace

double Profile::now() const {
  return millisecondsOf(Clock::now() - begin_);
}

void Profile::clear() {
  frames_.clear();
  ops_.clear();
  events_ = 0;
}

void Profile::begin() {
  clear();
  begin_ = Clock::now();
}

void Profile::beginFrame(std::int64_t index) {
  if (frames_.size() >= kMostFrames) dropOldest();
  if (ops_.size() > enough_) forgetUnused();
  frames_.push_back({index, {}, {}});
}

void Profile::dropOldest() {
  events_ -= frames_.front().size();
  frames_.pop_front();
}

bool Profile::makeRoom() {
  while (events_ >= kMostEvents && frames_.size() > 1) dropOldest();
  return events_ < kMostEvents;
}

void Profile::forgetUnused() {
  std::set<std::uint64_t> used;
  for (const FrameEvents& frame : frames_) {
    for (const Cook& cook : frame.cooks) used.insert(cook.op);
    for (const Pass& pass : frame.passes) used.insert(pass.op);
  }
  std::erase_if(ops_, [&](const auto& op) { return !used.contains(op.first); });
  enough_ = std::max(enough_, 2 * ops_.size());
}

void Profile::know(std::uint64_t id, const Op& op) {
  Named& named = ops_[id];
  if (named.name == op.name()) return;
  named.name = op.name();
  named.type = op.type().name;
}

void Profile::add(std::uint64_t id, const Op& op, Clock::time_point start, Clock::time_point end) {
  if (frames_.empty() || !makeRoom()) return;
  know(id, op);
  frames_.back().cooks.push_back({id, millisecondsOf(start - begin_), millisecondsOf(end - start)});
  ++events_;
}

// To the latest frame of that index; to none if it is too old.
void Profile::add(std::uint64_t id, const PassTime& pass) {
  if (!makeRoom()) return;
  const auto frame = std::find_if(frames_.rbegin(), frames_.rend(), [&](const FrameEvents& other) {
    return other.index == pass.frame;
  });
  if (frame == frames_.rend()) return;
  know(id, *pass.op);
  frame->passes.push_back({id, pass});
  frame->passes.back().time.op = nullptr;  // it may go
  ++events_;
}

std::vector<OpProfile> Profile::ops() const {
  std::unordered_map<std::uint64_t, OpProfile> sums;
  for (const FrameEvents& frame : frames_) {
    std::unordered_map<std::uint64_t, Cost> costs;
    for (const Cook& cook : frame.cooks) {
      ++costs[cook.op].cooks;
      costs[cook.op].cpu += cook.milliseconds;
    }
    for (const Pass& pass : frame.passes) {
      ++costs[pass.op].passes;
      costs[pass.op].gpu += pass.time.gpuMilliseconds;
    }
    for (const auto& [id, cost] : costs) addFrame(sums[id], cost);
  }
  std::vector<OpProfile> result;
  for (auto& [id, op] : sums) {
    op.name = named(id).name;
    op.type = named(id).type;
    op.gpuMemory = named(id).gpuMemory;
    op.cpuMean /= static_cast<double>(frames());
    op.gpuMean /= static_cast<double>(frames());
    result.push_back(std::move(op));
  }
  std::sort(result.begin(), result.end(), [](const OpProfile& a, const OpProfile& b) {
    const double costOfA = a.cpuMean + a.gpuMean;
    const double costOfB = b.cpuMean + b.gpuMean;
    return costOfA != costOfB ? costOfA > costOfB : a.name < b.name;
  });
  return result;
}

std::string Profile::timers() const {
  std::set<std::string> names;
  for (const FrameEvents& frame : frames_) {
    for (const Pass& pass : frame.passes) names.insert(pass.time.timer);
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string Profile::text() const {
  std::vector<std::vector<std::string>> rows = {
      {"operator", "type", "frames", "cooks", "CPU mean", "max", "GPU mean", "max", "memory"}};
  for (const OpProfile& op : ops()) {
    rows.push_back({op.name, op.type, std::to_string(op.frames), std::to_string(op.cooks),
                    thousandths(op.cpuMean), thousandths(op.cpuMax), thousandths(op.gpuMean),
                    thousandths(op.gpuMax), memoryText(op.gpuMemory)});
  }
  const std::string timer = timers();
  return std::to_string(frames()) + (frames() == 1 ? " frame" : " frames") +
         "; milliseconds per frame" + (timer.empty() ? "" : "; GPU: " + timer) + "\n" +
         tableText(rows, "llrrrrrrr");
}

std::string Profile::chromeTrace() const {
  constexpr int kCooks = 1;
  constexpr int kPasses = 2;
  std::string text = "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n" +
                     lineName(kCooks, "CPU cooks") + ",\n" + lineName(kPasses, "GPU passes");
  std::vector<const Pass*> passes;
  for (const FrameEvents& frame : frames_) {
    for (const Cook& cook : frame.cooks) {
      text += ",\n" +
              eventText(named(cook.op).name, "cook", kCooks, cook.start, cook.milliseconds) +
              ", \"args\": {\"frame\": " + std::to_string(frame.index) +
              ", \"type\": " + jsonText(named(cook.op).type) + "}}";
    }
    for (const Pass& pass : frame.passes) passes.push_back(&pass);
  }
  std::stable_sort(passes.begin(), passes.end(), [](const Pass* a, const Pass* b) {
    return a->time.startMilliseconds < b->time.startMilliseconds;
  });
  double free = 0;
  for (const Pass* pass : passes) {
    const PassTime& time = pass->time;
    const double start = std::max(free, time.startMilliseconds);
    free = start + time.gpuMilliseconds;
    text +=
        ",\n" + eventText(named(pass->op).name, "pass", kPasses, start, time.gpuMilliseconds) +
        ", \"args\": {\"frame\": " + std::to_string(time.frame) +
        ", \"type\": " + jsonText(named(pass->op).type) + ", \"timer\": " + jsonText(time.timer) +
        ", \"cpuMilliseconds\": " + jsonNumber(time.cpuMilliseconds) +
        ", \"bytes\": " + std::to_string(time.bytes) + ", \"with\": " + jsonTexts(time.with) + "}}";
  }
  return text + "]}\n";
}

void Graph::profiling(bool on) {
  checkIdle("profiling cannot be switched");
  if (on && !profiling_) {
    profile_.begin();
    profiledTick_ = 0;
  }
  if (!on && profiling_) {
    for (const auto& op : ops_) op->onProfiled();
  }
  profiling_ = on;
}

void Graph::profileRun() {
  if (profiledTick_ == tick_ && profile_.frames() > 0) return;
  profiledTick_ = tick_;
  profile_.beginFrame(frame_.index);
}

const Profile& Graph::profile() const {
  for (const auto& op : ops_) {
    const auto known = profile_.ops_.find(op->id_);
    if (known != profile_.ops_.end()) known->second.gpuMemory = drawingOf(*op).gpuMemory;
  }
  return profile_;
}

Profile& Graph::profile() {
  std::as_const(*this).profile();
  return profile_;
}

double Graph::profileClock() const {
  return profile_.now();
}

void Graph::recordPass(const PassTime& pass) {
  if (!pass.op) throw Error("a pass is recorded for an operator, not for none");
  checkMine(*pass.op, "profiled in");
  if (!isTime(pass.startMilliseconds) || !isTime(pass.cpuMilliseconds) ||
      !isTime(pass.gpuMilliseconds)) {
    throw Error(pass.op->describe() + ": the times of a pass are finite and not below 0");
  }
  profile_.add(pass.op->id_, pass);
}

}  // namespace topknot
