// Clears away temporary files whose makers were killed.
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string_view>

#include "io/files/temporary.h"

namespace topknot::io {
namespace {

using Clock = std::chrono::steady_clock;

bool isTemporaryName(std::string_view name) {
  constexpr std::string_view kStart = ".topknot-";
  if (!name.starts_with(kStart) || name.size() != kStart.size() + 24) return false;
  return name.find_first_not_of("0123456789abcdef", kStart.size()) == name.npos;
}

/// Where a lock of another machine may not be seen here.
bool isShared(int folder) {
  struct statfs status;
  if (::fstatfs(folder, &status) != 0) return true;
  constexpr std::array<std::uint32_t, 10> kShared = {
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, 0xFF534D42 /* cifs */, 0xFE534D42 /* smb2 */,
      FUSE_SUPER_MAGIC, V9FS_MAGIC,      AFS_SUPER_MAGIC,       CEPH_SUPER_MAGIC,
      CODA_SUPER_MAGIC, 0x0BD00BD0 /* lustre */};
  return std::ranges::find(kShared, static_cast<std::uint32_t>(status.f_type)) != kShared.end();
}

bool isOld(const struct stat& status) {
  constexpr std::time_t kDay = 24 * 3600;
  return status.st_mtime < std::time(nullptr) - kDay;
}

bool regularFile(int folder, const char* name, struct stat& status) {
  return ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

/// Whoever has the lock is the only one to remove it.
void removeIfAbandoned(int folder, const char* name, bool shared) {
  struct stat status, locked;
  if (!regularFile(folder, name, status) || (shared && !isOld(status))) return;
  constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const Descriptor file(::openat(folder, name, kFlags));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
  // Meanwhile its maker may have been ready, and renamed it.
  if (::fstat(file.get(), &locked) != 0 || !regularFile(folder, name, status)) return;
  if (status.st_ino != locked.st_ino || status.st_dev != locked.st_dev) return;
  ::unlinkat(folder, name, 0);
}

/// When large folders may be looked through again: of each, the upper bits of a number that tells
/// it from others, and milliseconds of Clock. No lock, which a fork could leave locked.
class Rests {
 public:
  explicit Rests(const struct stat& folder)
      : key_((folder.st_ino * 0x9E3779B97F4A7C15u) ^ (folder.st_dev * 0xC2B2AE3D27D4EB4Fu)),
        slot_(slots_[key_ % slots_.size()]) {}
  bool rests() const {
    const std::uint64_t until = slot_.load();
    return ((until ^ key_) & ~kTime) == 0 && now() < (until & kTime);
  }
  /// A tenth of a second for 10,000 files, of which it takes about a fiftieth.
  void looked(std::uint64_t files) {
    constexpr std::uint64_t kFew = 1000, kPerMillisecond = 100;
    if (files > kFew) slot_ = (key_ & ~kTime) | ((now() + files / kPerMillisecond) & kTime);
  }

 private:
  static constexpr std::uint64_t kTime = (std::uint64_t{1} << 44) - 1;
  static std::uint64_t now() {
    const auto since = Clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  }
  static inline std::array<std::atomic<std::uint64_t>, 64> slots_;
  std::uint64_t key_;
  std::atomic<std::uint64_t>& slot_;
};

}  // namespace

void sweepTemporaries(int folder) {
  struct stat status;
  if (::fstat(folder, &status) != 0) return;
  Rests rests(status);
  if (rests.rests()) return;
  Descriptor readable(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!readable) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(readable.get()), &::closedir);
  if (!entries) return;
  readable.release();
  std::uint64_t files = 0;
  const bool shared = isShared(folder);
  while (const dirent* entry = ::readdir(entries.get())) {
    ++files;
    if (isTemporaryName(entry->d_name)) removeIfAbandoned(folder, entry->d_name, shared);
  }
  rests.looked(files);
}

}  // namespace topknot::io
