// Where a file that is written comes to stand, and whose it is there.
#include "io/files/write_target.h"

#include <fcntl.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <vector>

namespace topknot::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAccessList = "system.posix_acl_access";

/// What may be replaced by a file.
void checkKind(mode_t mode) {
  if (S_ISDIR(mode)) throw Refusal("cannot be written: it is a folder");
  if (!S_ISREG(mode)) throw Refusal("cannot be written: it is not a regular file");
}

/// The text of a link, or nothing if there is none of that name.
std::optional<fs::path> linkAt(int folder, const std::string& name) {
  std::array<char, 4096> text;  // more than any link holds
  const ssize_t size = ::readlinkat(folder, name.c_str(), text.data(), text.size());
  if (size >= 0) return fs::path(std::string(text.data(), static_cast<std::size_t>(size)));
  if (errno == EINVAL || errno == ENOENT) return std::nullopt;
  refuse("cannot be written", errno);
}

Descriptor openFolder(int from, const fs::path& folder, const std::string& link) {
  const fs::path name = folder.empty() ? fs::path(".") : folder;
  Descriptor opened(::openat(from, name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (opened) return opened;
  if (link.empty()) refuse("cannot be written into its folder", errno);
  refuse(
      "cannot be written: its link leads to " + inQuotes(link) + ", whose folder cannot be opened",
      errno);
}

/// The file's owner, and its group. True if the group is the old one.
bool keepOwner(int made, const struct stat& old) {
  struct stat now;
  if (::fstat(made, &now) != 0) refuse("cannot be written", errno);
  if (now.st_uid == old.st_uid && now.st_gid == old.st_gid) return true;
  if (::fchown(made, old.st_uid, old.st_gid) == 0) return true;
  // Who is not root may still give a file to a group of its own.
  return now.st_gid == old.st_gid || ::fchown(made, static_cast<uid_t>(-1), old.st_gid) == 0;
}

/// The access list of the file that is replaced; empty if it has none.
std::vector<char> accessList(const WriteTarget& target) {
  const std::string path =
      "/proc/self/fd/" + std::to_string(target.folder.get()) + "/" + target.name;
  std::vector<char> list(65536);
  const ssize_t size = ::lgetxattr(path.c_str(), kAccessList, list.data(), list.size());
  list.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return list;
}

/// The group's rights are others' at most.
mode_t withoutGroup(mode_t mode) {
  return (mode & ~mode_t{070}) | (mode & 070 & ((mode & 07) << 3));
}

}  // namespace

WriteTarget writeTargetOf(const fs::path& file) {
  struct stat status;
  const bool exists = ::stat(file.c_str(), &status) == 0;
  // The system also refuses links that it holds for dangerous.
  if (!exists && errno != ENOENT) refuse("cannot be written", errno);
  if (exists) checkKind(status.st_mode);
  constexpr int kMostLinks = 40;  // as the kernel has it
  WriteTarget target;
  fs::path path = file;
  std::string link;
  for (int links = 0;; ++links) {
    if (links > kMostLinks) refuse("cannot be written", ELOOP);
    const int from = target.folder ? target.folder.get() : AT_FDCWD;
    target.folder = openFolder(from, path.parent_path(), link);
    target.name = path.filename().native();
    if (target.name.empty() || target.name == "." || target.name == "..") {
      throw Refusal("cannot be written: its link leads to " + inQuotes(link) +
                    ", which is a folder");
    }
    const std::optional<fs::path> next = linkAt(target.folder.get(), target.name);
    if (!next) break;
    path = *next;
    link = path.native();
  }
  if (::fstatat(target.folder.get(), target.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) refuse("cannot be written", errno);
    // A link of /proc that leads to what has lost its name.
    if (exists && !link.empty()) throw Refusal("cannot be written: its link leads to no name");
    return target;
  }
  checkKind(status.st_mode);
  if (::faccessat(target.folder.get(), target.name.c_str(), W_OK, AT_EACCESS) != 0) {
    refuse("cannot be written", errno);
  }
  target.old = status;
  return target;
}

void keepRights(int made, const WriteTarget& target) {
  mode_t mode = target.old->st_mode & 0777;
  if (!keepOwner(made, *target.old)) mode = withoutGroup(mode);
  const std::vector<char> list = accessList(target);
  if (list.empty()) {
    ::fremovexattr(made, kAccessList);  // one that it has from its folder
  } else if (::fsetxattr(made, kAccessList, list.data(), list.size(), 0) != 0) {
    mode = withoutGroup(mode);
  }
  if (::fchmod(made, mode) != 0) refuse("cannot be written", errno);
}

}  // namespace topknot::io
