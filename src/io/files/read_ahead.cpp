// Pictures that are read and decoded before they are asked for, on threads of their own.
#include "io/files/read_ahead.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace topknot::io {
namespace {

std::uint64_t bytesOf(const ReadAhead::Frame& frame) {
  return frame.image ? std::as_const(*frame.image).bytes().size() : 0;
}

}  // namespace

ReadAhead::Frame ReadAhead::load(const std::filesystem::path& file, const ReadLimits& limits) {
  try {
    Frame frame;
    frame.image = std::make_shared<const Image>(loadImage(file, limits, &frame.warnings));
    return frame;
  } catch (const std::exception& error) {
    return {nullptr, error.what()};
  }
}

ReadAhead::ReadAhead(std::vector<std::filesystem::path> files, const Options& options)
    : files_(std::move(files)), options_(options) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ReadAhead::startThreads() {
  if (!threads_.empty()) return;
  try {
    for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // With fewer threads, or none, it takes longer.
  }
}

void ReadAhead::open(std::vector<std::filesystem::path> files, const ReadLimits& limits) {
  const std::lock_guard lock(mutex_);
  for (auto& [file, slot] : slots_) drop(*slot);
  slots_.clear();
  order_.clear();
  files_ = std::move(files);
  options_.limits = limits;
  largest_ = 0;
  counts_ = {};
}

void ReadAhead::want(std::span<const std::size_t> files) {
  startThreads();
  const std::lock_guard lock(mutex_);
  order_.clear();
  for (auto& [file, slot] : slots_) slot->wanted = false;
  for (const std::size_t file : files) {
    if (file >= files_.size()) continue;
    SlotPtr& slot = slots_[file];
    if (!slot) slot = std::make_shared<Slot>();
    if (slot->wanted) continue;  // named twice
    slot->wanted = true;
    order_.push_back(file);
  }
  std::erase_if(slots_, [&](const auto& entry) {
    Slot& slot = *entry.second;
    // What is being read may be wanted again before it is there.
    if (slot.wanted || slot.state == State::Reading) return false;
    drop(slot);
    return true;
  });
  dropTooMany();
  changed_.notify_all();
}

/// What is needed last goes, where the pictures leave no room for the first one.
void ReadAhead::dropTooMany() {
  if (order_.empty()) return;
  const bool there = slots_.at(order_.front())->state == State::Done;
  const std::uint64_t coming = there ? 0 : largest_;
  for (std::size_t i = order_.size() - 1; i > 0 && counts_.bytes + coming > options_.bytes; --i) {
    Slot& slot = *slots_.at(order_[i]);
    if (slot.state != State::Done) continue;
    drop(slot);
    slot.state = State::Waiting;
  }
}

std::optional<ReadAhead::Frame> ReadAhead::take(std::size_t file, Wait wait) {
  std::unique_lock lock(mutex_);
  const auto known = slots_.find(file);
  if (known == slots_.end() || !known->second->wanted) return std::nullopt;
  const Slot& slot = *known->second;
  const auto done = [&] { return slot.state == State::Done; };
  if (done()) {
    ++counts_.ready;
    return slot.frame;
  }
  // What is wanted first is read whatever room there is.
  std::stable_partition(order_.begin(), order_.end(),
                        [&](std::size_t other) { return other == file; });
  changed_.notify_all();
  if (threads_.empty()) {
    read(lock, file);
  } else if (!wait) {
    changed_.wait(lock, done);
  } else if (!changed_.wait_for(lock, *wait, done)) {
    ++counts_.late;
    return std::nullopt;
  }
  ++counts_.waited;
  return slot.frame;
}

void ReadAhead::forget(std::size_t file) {
  const std::lock_guard lock(mutex_);
  const auto known = slots_.find(file);
  if (known == slots_.end()) return;
  Slot& slot = *known->second;
  if (slot.state == State::Reading) slot.outdated = true;
  if (slot.state != State::Done) return;
  drop(slot);
  slot.state = State::Waiting;
  changed_.notify_all();
}

void ReadAhead::limitBytes(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  options_.bytes = bytes;
  changed_.notify_all();
}

ReadAhead::Counts ReadAhead::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void ReadAhead::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || next() != nullptr; });
    if (ending_) return;
    read(lock, *next());
  }
}

/// The most urgent file that may be read now.
const std::size_t* ReadAhead::next() const {
  for (const std::size_t& file : order_) {
    if (slots_.at(file)->state != State::Waiting) continue;
    const std::uint64_t others = counts_.bytes + static_cast<std::uint64_t>(reading_) * largest_;
    const bool fits = largest_ <= options_.bytes && others <= options_.bytes - largest_;
    return fits || &file == order_.data() ? &file : nullptr;
  }
  return nullptr;
}

/// Reads without the lock.
void ReadAhead::read(std::unique_lock<std::mutex>& lock, std::size_t file) {
  const SlotPtr slot = slots_.at(file);
  slot->state = State::Reading;
  const std::filesystem::path path = files_[file];
  const ReadLimits limits = options_.limits;
  ++reading_;
  lock.unlock();
  Frame frame = load(path, limits);
  lock.lock();
  --reading_;
  ++counts_.read;
  const auto place = slots_.find(file);
  const bool listed = place != slots_.end() && place->second == slot;
  if (listed && !slot->wanted) {
    slots_.erase(place);
  } else if (listed && slot->outdated) {
    slot->outdated = false;
    slot->state = State::Waiting;
  } else if (listed) {
    largest_ = std::max(largest_, bytesOf(frame));
    counts_.bytes += bytesOf(frame);
    ++counts_.kept;
    slot->frame = std::move(frame);
    slot->state = State::Done;
  }
  changed_.notify_all();
}

/// Lets go of what was read.
void ReadAhead::drop(Slot& slot) {
  if (slot.state != State::Done) return;
  counts_.bytes -= bytesOf(slot.frame);
  --counts_.kept;
  slot.frame = {};
}

}  // namespace topknot::io
