// A thread that draws the bar, as its maker may be busy for seconds.
#include "cli/progress.h"

#include <algorithm>
#include <utility>

namespace topknot::cli {
namespace {

constexpr auto kBetween = std::chrono::milliseconds(100);
constexpr std::int64_t kWidth = 24;

void writeTo(int stream, const std::string& text) {
  // A bar that cannot be shown is no failure.
  [[maybe_unused]] const auto written = ::write(stream, text.data(), text.size());
}

}  // namespace

Progress::Progress(std::string doing, std::int64_t total, std::chrono::milliseconds delay,
                   int stream)
    : doing_(std::move(doing)),
      total_(std::max<std::int64_t>(total, 1)),
      delay_(delay),
      stream_(stream) {
  if (::isatty(stream_)) thread_ = std::thread([this] { run(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  wipe();
}

void Progress::advance() {
  const std::lock_guard lock(mutex_);
  done_ = std::min(done_ + 1, total_);
}

void Progress::aside(const std::function<void()>& work) {
  const std::lock_guard lock(mutex_);
  wipe();
  work();
}

void Progress::run() {
  std::unique_lock lock(mutex_);
  auto wait = delay_;
  while (!changed_.wait_for(lock, wait, [this] { return ending_; })) {
    draw();
    wait = kBetween;
  }
}

void Progress::draw() {
  const auto full = static_cast<std::size_t>(kWidth * done_ / total_);
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
  writeTo(stream_, "\r" + doing_ + " " + std::to_string(std::min(done_ + 1, total_)) + " of " +
                       std::to_string(total_) + " [" + std::string(full, '=') +
                       std::string(kWidth - full, ' ') + "] " + std::to_string(seconds.count()) +
                       " s\033[K");
  shown_ = true;
}

void Progress::wipe() {
  if (!std::exchange(shown_, false)) return;
  writeTo(stream_, "\r\033[K");
}

}  // namespace topknot::cli
