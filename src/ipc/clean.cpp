// Removing what dead senders left.
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "ipc/frame_format.h"
#include "ipc/info_block.h"
#include "ipc/names.h"
#include "ipc/segment.h"
#include "ipc/shared_mutex.h"
#include "topknot/error.h"
#include "topknot/shared_mem_reader.h"

namespace topknot {
namespace {

using ipc::SharedMemory;
using ipc::SharedMutex;

/// Clears one name away. Holding the claim on its lock keeps senders out meanwhile.
class Cleaner {
 public:
  Cleaner(std::string name, SharedMemClean& report) : name_(std::move(name)), report_(report) {}

  void run() {
    auto lock = SharedMutex::open(ipc::lockName(name_));
    if (lock && !lock->claim()) return;  // it lives
    // A sender of another make may live without a claim; then it has its objects open.
    const bool trusted = lock && lock->usable() && lock->ownerPid() > 0;
    if (!trusted && !leftByOthers(lock)) return;
    removeInfo();
    removeData(ipc::dataName(name_));
    for (const std::string& object : ipc::siblings(name_)) removeData(object);
    // Who holds a mutex must not meet a sender that uses another.
    const std::string infoLock = ipc::infoLockName(name_);
    if (SharedMemory::exists(infoLock) && isFree(infoLock)) remove(infoLock);
    if (!lock) return;
    if (lock->heldElsewhere()) return keep(lock->name(), "is open in a process");
    remove(lock->name());
  }

 private:
  static std::optional<SharedMemory> open(const std::string& object) {
    return SharedMemory::open(object, SharedMemory::Access::ReadWrite);
  }

  void keep(const std::string& object, const std::string& why) {
    report_.kept.push_back("'" + ipc::shmPath(object) + "' " + why);
  }

  void remove(const std::string& object) {
    if (ipc::unlinkObject(object)) {
      report_.removed.push_back(object);
    } else {
      keep(object, std::string("cannot be removed: ") + std::strerror(errno));
    }
  }

  bool isFree(const std::string& object) {
    const auto memory = open(object);
    if (!memory || !memory->heldElsewhere()) return true;
    keep(object, "is open in a process");
    return false;
  }

  /// Nobody has any of it open, and it is what it is called.
  bool leftByOthers(const std::optional<SharedMutex>& lock) {
    const std::string lockName = ipc::lockName(name_), dataName = ipc::dataName(name_);
    if (lock && lock->heldElsewhere()) {
      keep(lockName, "is open in a process");
      return false;
    }
    if (!isFree(ipc::infoName(name_)) || !isFree(dataName)) return false;
    if (lock && !lock->usable()) {
      keep(lockName, "is not a lock");
      return false;
    }
    return isFrame(dataName);
  }

  /// A frame, or what became of none: a sender that died while it made the segment.
  bool isFrame(const std::string& object) {
    const auto memory = open(object);
    if (!memory) return true;
    try {
      ipc::HeaderImage header = {};
      const std::size_t count = memory->read(0, header);
      if (count < TOPKNOT_SHM_CORE_BYTES) throw Error("it is too short");
      ipc::checkHeader(std::span(header).first(count), memory->size(), object);
      return true;
    } catch (const Error&) {
      keep(object, "is not a frame");
      return false;
    }
  }

  void removeInfo() {
    const auto info = open(ipc::infoName(name_));
    if (!info) return;
    ipc::markDetached(*info);
    remove(ipc::infoName(name_));
  }

  void removeData(const std::string& object) {
    auto data = open(object);
    if (!data) return;
    ipc::Segment::retire(*data);
    remove(object);
  }

  std::string name_;
  SharedMemClean& report_;
};

}  // namespace

SharedMemClean cleanSharedMemory() {
  SharedMemClean report;
  for (const std::string& name : ipc::namesWithObjects()) {
    try {
      Cleaner(name, report).run();
    } catch (const Error& error) {
      report.kept.push_back(error.what());
    }
  }
  return report;
}

}  // namespace topknot
