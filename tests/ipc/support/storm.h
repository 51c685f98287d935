// A sender and its readers in different processes, at full speed, with frames that show tears.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipc/shared_mem_writer.h"
#include "ipc/support/process.h"

namespace topknot::test {

/// What the readers saw. Every frame is filled with its own number.
struct Seen {
  std::atomic<int> ready{0};
  std::atomic<std::int64_t> frames{0};
  std::atomic<std::int64_t> oldFrames{0};
  std::atomic<int> torn{0};
  std::atomic<int> backwards{0};
  std::atomic<int> deaths{0};
  std::atomic<int> errors{0};
  std::atomic<bool> done{false};
};

std::uint32_t numberIn(std::span<const std::byte> pixels);
bool isWhole(std::span<const std::byte> pixels);
void publishNumber(ipc::SharedMemWriter& writer, const ipc::FrameHeader& header,
                   std::uint32_t number);

/// Read until `seen.done`. Through SharedMemReader: copies, or in place.
int readCopies(const std::string& name, Seen& seen);
int readViews(const std::string& name, Seen& seen);
/// As a client that knows the header, the info block and the mutex only, of its own making.
int readAsOldClient(const std::string& name, Seen& seen);

/// A client of the old kind: what it copied under the lock, or nothing.
class OldClient {
 public:
  explicit OldClient(std::string name) : name_(std::move(name)) {}
  ~OldClient();
  OldClient(const OldClient&) = delete;
  OldClient& operator=(const OldClient&) = delete;
  /// Frames below the header; nothing while there is none.
  std::optional<std::vector<std::byte>> read();
  bool lock();  ///< maps what is there; waits for a second; repairs what a dead one left
  void unlock();

 private:
  struct Mapping {
    std::byte* start = nullptr;
    std::size_t bytes = 0;
  };
  static Mapping map(const std::string& object);
  void forget();

  std::string name_;
  Mapping lock_, info_, data_;
  std::string postfix_;
};

}  // namespace topknot::test
