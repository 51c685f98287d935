// Owning a name, publishing frames under it, growing, and leaving nothing behind.
#include "ipc/shared_mem_writer.h"

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A reader that asks whether the sender is alive holds the claim for an instant, and so does a
// sender that is ending: only who is still there after this is a live one.
constexpr milliseconds kClaimPatience{20};

std::uint64_t frameBytes(const FrameHeader& header) {
  const PixelFormatInfo& info = pixelFormatInfo(header.format);
  if (!sharedFormat(header.format)) {
    throw Error("shared memory has no number for the pixel format " + std::string(info.name) +
                "; send it with four channels");
  }
  if (header.width < 1 || header.height < 1) {
    throw Error("a frame in shared memory is at least 1 x 1, not " + std::to_string(header.width) +
                " x " + std::to_string(header.height));
  }
  const std::uint64_t pixels = std::uint64_t(header.width) * std::uint64_t(header.height);
  if (pixels > std::uint64_t{1} << 40) throw Error("a frame in shared memory is too large");
  return pixels * std::uint64_t(info.bytesPerPixel);
}

DataHeader wireHeader(const FrameHeader& header, std::uint64_t bytes) {
  DataHeader wire = {};
  wire.magic = DataHeader::kMagic;
  wire.version = DataHeader::kVersion;
  wire.width = header.width;
  wire.height = header.height;
  wire.aspectX = header.aspectX;
  wire.aspectY = header.aspectY;
  wire.pixelFormat = *sharedFormat(header.format);
  wire.dataSize = static_cast<std::int64_t>(bytes);
  wire.dataOffset = sizeof(DataHeader);
  return wire;
}

// While it is 0 a heir of the lock sees that there is no whole frame, so it is written before
// the first and after the last byte of a frame, in that order for every other process.
void storeMagic(const SharedMemory& data, std::uint32_t magic) {
  auto* word = reinterpret_cast<std::uint32_t*>(data.bytes().data());
  std::atomic_thread_fence(std::memory_order_seq_cst);
  std::atomic_ref(*word).store(magic, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void writeHeader(const SharedMemory& data, const DataHeader& header) {
  constexpr std::size_t kAfterMagic = sizeof header.magic;
  std::memcpy(data.bytes().data() + kAfterMagic,
              reinterpret_cast<const std::byte*>(&header) + kAfterMagic,
              sizeof header - kAfterMagic);
}

InfoBlock& infoOf(const SharedMemory& info) {
  return *reinterpret_cast<InfoBlock*>(info.bytes().data());
}

// Objects of a crashed sender that cannot be opened may still be removed, e.g. by root.
void removeLeftover(const std::string& object, std::uint64_t offset,
                    std::span<const std::byte> mark) {
  try {
    auto memory = SharedMemory::open(object, SharedMemory::Access::ReadWrite);
    if (memory && memory->size() >= offset + mark.size()) memory->write(offset, mark);
  } catch (const Error&) {
    if (!unlinkObject(object)) throw;
  }
  if (!unlinkObject(object)) throw Error("cannot replace '" + shmPath(object) + "'");
}

}  // namespace

SharedMemWriter::SharedMemWriter(std::string_view name) : name_(name), process_(getpid()) {
  checkName(name);
  claimName();
  retireLeftovers();
  createInfo();
}

void SharedMemWriter::claimName() {
  const std::string object = lockName(name_);
  const auto deadline = Clock::now() + kClaimPatience;
  for (;;) {
    SharedMutex lock = SharedMutex::openOrCreate(object, dataName(name_));
    // The last owner may have unlinked it after we opened it, and then it says nothing.
    if (lock.claim() && lock.linked()) {
      lock_ = lock.usable() ? std::move(lock) : SharedMutex::replace(object, dataName(name_));
      lock_.own();
      return;
    }
    if (Clock::now() > deadline) {
      const int pid = lock.ownerPid();
      throw Error("the shared memory name '" + name_ + "' is in use by another live sender" +
                  (pid > 0 ? " (process " + std::to_string(pid) + ")" : std::string()));
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

// Receivers that still hold what a crashed sender left are told to look again.
void SharedMemWriter::retireLeftovers() {
  constexpr std::byte kNoMagic[4] = {};
  constexpr std::byte kDetach[1] = {std::byte{1}};
  removeLeftover(infoName(name_), offsetof(InfoBlock, detach), kDetach);
  removeLeftover(dataName(name_), offsetof(DataHeader, magic), kNoMagic);
  for (const std::string& object : siblings(name_)) {
    removeLeftover(object, offsetof(DataHeader, magic), kNoMagic);
  }
}

void SharedMemWriter::createInfo() {
  const std::string object = infoLockName(name_);
  infoLock_ = SharedMutex::openOrCreate(object, dataName(name_));
  if (!infoLock_.usable()) infoLock_ = SharedMutex::replace(object, dataName(name_));
  infoLock_.own();
  info_ = SharedMemory::createBeside(dataName(name_), sizeof(InfoBlock));
  infoOf(info_).magic = InfoBlock::kMagic;
  infoOf(info_).version = InfoBlock::kVersion;
  info_.renameOver(infoName(name_));
}

std::string SharedMemWriter::postfix() const {
  return data_ ? data_.name().substr(dataName(name_).size()) : std::string();
}

std::uint64_t SharedMemWriter::capacity() const {
  return data_ ? data_.bytes().size() - sizeof(DataHeader) : 0;
}

PublishResult SharedMemWriter::publish(const FrameHeader& header,
                                       std::span<const std::byte> pixels) {
  const std::uint64_t bytes = frameBytes(header);
  if (pixels.size() != bytes) {
    throw Error("a frame of " + std::to_string(bytes) + " bytes was given " +
                std::to_string(pixels.size()));
  }
  const std::span<std::byte> target = begin(header);
  if (target.empty()) return PublishResult::Skipped;
  std::memcpy(target.data(), pixels.data(), pixels.size());
  return commit();
}

std::span<std::byte> SharedMemWriter::begin(const FrameHeader& header) {
  if (!lock_) throw Error("the sender of '" + name_ + "' is closed");
  cancel();
  const std::uint64_t bytes = frameBytes(header);
  if (bytes > capacity()) {
    next_ = SharedMemory::createBeside(dataName(name_), sizeof(DataHeader) + bytes);
  } else if (!lockData()) {
    ++skipped_;
    return {};
  }
  const SharedMemory& target = next_ ? next_ : data_;
  storeMagic(target, 0);
  open_ = wireHeader(header, bytes);
  writeHeader(target, *open_);
  return target.bytes().subspan(sizeof(DataHeader), bytes);
}

PublishResult SharedMemWriter::commit() {
  if (!open_) throw Error("no frame of '" + name_ + "' was begun");
  storeMagic(next_ ? next_ : data_, open_->magic);
  open_.reset();
  const bool shown = !next_ || install();
  cancel();
  ++(shown ? published_ : skipped_);
  return shown ? PublishResult::Published : PublishResult::Skipped;
}

void SharedMemWriter::cancel() {
  open_.reset();
  next_.reset();
  if (dataLocked_) lock_.unlock();
  dataLocked_ = false;
}

bool SharedMemWriter::lockData() {
  LockResult result = lock_.lock(lockTimeout_);
  if (result == LockResult::Broken) {
    // A client gave it back unrepaired. Receivers find the old one broken and open this one.
    lock_ = SharedMutex::replace(lockName(name_), dataName(name_));
    result = lock_.lock(lockTimeout_);
  }
  dataLocked_ = isLocked(result);
  return dataLocked_;
}

// The new segment holds a whole frame already. The old one stays valid until the new one can be
// found, so a receiver that sees it retired and looks again never looks in vain.
bool SharedMemWriter::install() {
  if (!data_) {
    next_.renameOver(dataName(name_));
  } else {
    SharedLock lock(infoLock_, lockTimeout_);
    if (lock.result() == LockResult::TimedOut) return false;
    InfoBlock& info = infoOf(info_);
    if (lock.held() && info.supported != 0) {
      const std::string postfix = next_.name().substr(dataName(name_).size());
      std::memcpy(info.postfix, postfix.c_str(), sizeof info.postfix);
    } else {
      next_.renameOver(data_.name());
    }
  }
  if (data_) storeMagic(data_, 0);
  data_ = std::move(next_);
  return true;
}

void SharedMemWriter::close() noexcept {
  if (!lock_) return;
  // A forked child that ends must not end what its parent sends.
  if (process_ == getpid()) {
    cancel();
    SharedLock lock(infoLock_, lockTimeout_);
    infoOf(info_).detach = 1;
    if (data_) storeMagic(data_, 0);
  }
  // The lock goes last: who finds no lock finds nothing else either.
  next_.reset();
  data_.reset();
  info_.reset();
  infoLock_.reset();
  lock_.reset();
}

}  // namespace topknot::ipc
