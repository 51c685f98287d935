// Pictures that are read and decoded before they are asked for, on threads of their own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "topknot/image_file.h"

namespace topknot::io {

/// Decodes files of a list in the order in which they are wanted, and keeps what it decoded for as
/// long as it is wanted. What is wanted first is always read; what comes after only while the
/// pictures that are kept, and those being read, take no more than so many bytes.
///
/// A file is read once for as long as it stays wanted. Reading one that has begun is not broken
/// off: the destructor waits for it.
///
/// Thread: one at a time.
class ReadAhead {
 public:
  struct Options {
    int threads = 2;
    std::uint64_t bytes = std::uint64_t{1} << 30;
    ReadLimits limits = {};
  };
  /// A picture, or why there is none.
  struct Frame {
    std::shared_ptr<const Image> image;
    std::string error;
    std::vector<std::string> warnings = {};  ///< of a picture that is there all the same
  };
  struct Counts {
    std::int64_t read = 0;    ///< files read, also those that failed
    std::int64_t ready = 0;   ///< that were there when they were taken
    std::int64_t waited = 0;  ///< that were waited for
    std::int64_t late = 0;    ///< that were not there in time
    int kept = 0;             ///< pictures decoded now
    std::uint64_t bytes = 0;  ///< … which take
  };
  using Wait = std::optional<std::chrono::milliseconds>;  // nothing: as long as it takes

  ReadAhead(std::vector<std::filesystem::path> files, const Options& options);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Other files, or the same anew; nothing is wanted of them yet. Does not wait for what is being
  /// read.
  void open(std::vector<std::filesystem::path> files, const ReadLimits& limits);
  /// Takes the place of what was wanted before; the most urgent first. Indices of the list.
  void want(std::span<const std::size_t> files);
  /// One of the wanted files; nothing if it is not there in time. It stays wanted.
  std::optional<Frame> take(std::size_t file, Wait wait = std::nullopt);
  /// What is known of a file is out of date: while it is wanted, it is read anew.
  void forget(std::size_t file);
  /// For frames that come after this. Throws nothing.
  void limitBytes(std::uint64_t bytes);

  /// Reads a picture at once. What goes wrong is in the frame.
  static Frame load(const std::filesystem::path& file, const ReadLimits& limits);

  Counts counts() const;
  int threads() const { return options_.threads; }

 private:
  enum class State { Waiting, Reading, Done };
  struct Slot {
    State state = State::Waiting;
    bool outdated = false;  // to be read anew
    bool wanted = false;
    Frame frame;
  };
  using SlotPtr = std::shared_ptr<Slot>;  // one that is being read may be out of the list already

  void startThreads();
  void run();
  const std::size_t* next() const;
  void read(std::unique_lock<std::mutex>& lock, std::size_t file);
  void drop(Slot& slot);
  void dropTooMany();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::filesystem::path> files_;
  Options options_;
  std::vector<std::size_t> order_;  // wanted, the most urgent first
  std::map<std::size_t, SlotPtr> slots_;
  Counts counts_;
  int reading_ = 0;
  std::uint64_t largest_ = 0;  // bytes of one picture
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace topknot::io
