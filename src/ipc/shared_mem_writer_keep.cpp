// Keeping what a sender has made under its names, against whoever removes it or writes into it.
#include <unistd.h>

#include <utility>

#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "topknot/error.h"

namespace topknot::ipc {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

// An object that has lost its name says so by itself. Whether another has it only the name tells.
constexpr milliseconds kLookEvery{250};

// A reader that asks whether the sender is alive holds the claim for an instant.
constexpr milliseconds kClaimPatience{20}, kReclaimPatience{5};

}  // namespace

std::vector<std::string> SharedMemWriter::takeWarnings() {
  return std::exchange(warnings_, {});
}

void SharedMemWriter::warn(const std::string& object, const char* what) {
  constexpr std::size_t kMost = 16;
  if (warnings_.size() >= kMost) return;
  warnings_.push_back("shared memory '" + shmPath(object) + "' " + what +
                      " by another program: it was made anew");
}

// Before a frame. The lock comes first, as it says whose the name is.
void SharedMemWriter::keepObjects() {
  const auto now = Clock::now();
  const bool look = now - looked_ >= kLookEvery;
  if (!lost_.empty() && !look) throw Error(lost_);
  if (look) looked_ = now;
  if (!lost_.empty()) return reclaim();
  keepLock(look);
  keepInfo(look);
  keepData(look);
}

namespace {

/// What others did to an object, or to its name; null if nothing.
const char* harmOf(const SharedMemory& memory, bool look) {
  const char* harm = memory.harm();
  return harm == nullptr && look && !memory.linked() ? "was replaced" : harm;
}

}  // namespace

void SharedMemWriter::keepLock(bool look) {
  if (look) lock_.prune();
  const char* harm = harmOf(lock_.current().memory(), look);
  if (harm == nullptr) return lock_.current().mend();
  try {
    // What was cut short still has the name, and our claim with it.
    const bool ours = lock_.current().linked();
    SharedMutex lock = ours ? SharedMutex::replace(lockName(name_), dataName(name_), options_.mode)
                            : claimedLock(kClaimPatience);
    lock.own(options_.mode);
    lock_.exchange(std::move(lock));
  } catch (const Error& error) {
    surrender();
    lost_ = error.what();
    throw;
  }
  warn(lockName(name_), harm);
}

void SharedMemWriter::keepInfo(bool look) {
  if (look) infoLock_.prune();
  if (const char* harm = harmOf(infoLock_.current().memory(), look)) {
    if (infoLock_.current().linked()) unlinkObject(infoLockName(name_));
    infoLock_.exchange(openedInfoLock());
    warn(infoLockName(name_), harm);
  }
  infoLock_.current().mend();
  const char* harm = harmOf(info_, look);
  if (harm == nullptr) return mendInfo(info_.bytes(), options_.info, postfix());
  SharedMemory block = newInfo();
  // Who still follows the one before is told to look again.
  if (info_.whole()) setDetached(info_.bytes(), options_.info);
  info_ = std::move(block);
  warn(infoName(name_), harm);
}

void SharedMemWriter::keepData(bool look) {
  if (!data_ || dataLost_) return;
  if (data_.isIntact() && (!look || data_.memory().linked())) return;
  const char* harm = harmOf(data_.memory(), true);
  if (harm == nullptr) harm = "was made longer";
  dataLost_ = true;
  warn(data_.memory().name(), harm);
}

// The other sender has ended, or not.
void SharedMemWriter::reclaim() {
  try {
    takeName(kReclaimPatience);
  } catch (const Error& error) {
    surrender();
    lost_ = error.what();
    throw;
  }
  lost_.clear();
}

// Lets go of what is still ours, and of nothing else: the names are another sender's.
void SharedMemWriter::surrender() noexcept {
  next_ = {};
  if (data_) data_.retire();
  data_ = {};
  dataLost_ = false;
  info_.reset();
  infoLock_.reset();
  lock_.reset();
}

}  // namespace topknot::ipc
