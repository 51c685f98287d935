// Tells when files were saved, by inotify.
#include "io/files/file_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>

#include "topknot/error.h"

namespace topknot::io {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kMask = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr int kMaxLinks = 40;     // on the way to one file, as the kernel has it
constexpr int kMaxAttempts = 20;  // while folders come and go under our eyes

std::string limit(const char* name) {
  const std::string file = std::string("/proc/sys/fs/inotify/") + name;
  std::string value;
  std::ifstream(file) >> value;
  return " (" + file + " allows " + (value.empty() ? "so many" : value) + " for each user)";
}

bool isLink(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() == fs::file_type::symlink;
}

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// True if there is something to be read.
bool hasText(const fs::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

bool isHardLink(const fs::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink > 1;
}

/// Puts the components of a path in front of others; an absolute one begins at the root.
void prepend(std::deque<std::string>& names, const fs::path& path) {
  std::deque<std::string> made;
  for (const fs::path& part : path.relative_path()) made.push_back(part.string());
  names.insert(names.begin(), made.begin(), made.end());
}

}  // namespace

FileWatch::~FileWatch() {
  close();
}

void FileWatch::open() {
  if (queue_ >= 0) return;
  queue_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (queue_ >= 0) return;
  const bool tooMany = errno == EMFILE;
  throw Error(std::string("files cannot be watched: ") +
              (tooMany ? "too many programs watch files" + limit("max_user_instances")
                       : std::strerror(errno)));
}

void FileWatch::close() {
  if (queue_ >= 0) ::close(queue_);
  queue_ = -1;
  files_.clear();
  ends_.clear();
  entries_.clear();
  folders_.clear();
}

void FileWatch::set(Paths files, Time readAt) {
  if (files.empty()) return close();
  try {
    open();
    news_ = readEvents();  // of the set before
    files_.clear();
    for (const fs::path& file : files) files_.push_back(fs::absolute(file));
    findAll(readAt);
  } catch (...) {
    close();
    throw;
  }
}

/// A file that is at the end of another way than before counts as saved; one that is new in the set
/// if it was modified since it was read.
void FileWatch::findAll(Time readAt) {
  std::map<fs::path, Key> before;
  before.swap(ends_);
  for (auto& [key, entry] : entries_) entry.used = false;
  moved_ = false;
  for (const fs::path& file : files_) {
    const Key end = find(file);
    const auto known = before.find(file);
    std::error_code gone;
    const bool changed = known == before.end() ? fs::last_write_time(file, gone) >= readAt && !gone
                                               : known->second != end;
    if (changed && hasText(file)) news_ = entries_[end].saved = true;
    ends_[file] = end;
  }
  std::erase_if(entries_, [](const auto& each) { return !each.second.used; });
  std::vector<int> unused;
  for (const auto& [folder, path] : folders_) {
    const auto first = entries_.lower_bound({folder, ""});
    if (first == entries_.end() || first->first.first != folder) unused.push_back(folder);
  }
  for (const int folder : unused) drop(folder);
}

/// Watches all that the way to a file depends on: each symbolic link, and the file's own name, or
/// the first name that does not exist yet.
FileWatch::Key FileWatch::find(const fs::path& file) {
  Key key;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    fs::path folder = "/";
    std::deque<std::string> names;
    prepend(names, file);
    for (int links = 0; !names.empty() && links <= kMaxLinks;) {
      const std::string name = std::move(names.front());
      names.pop_front();
      if (name.empty() || name == ".") continue;
      if (name == "..") {
        folder = folder.parent_path();
        continue;
      }
      const fs::path here = folder / name;
      const bool there = isThere(here), link = isLink(here), last = names.empty();
      std::error_code none;
      if (there && !link && !last && fs::is_directory(here, none)) {
        folder = here;
        continue;
      }
      const bool watched = watch(folder, name, last && !link, key);
      if (!watched || there != isThere(here) || link != isLink(here)) break;  // changed meanwhile
      if (!link) return key;
      const fs::path target = fs::read_symlink(here, none);
      if (none || ++links > kMaxLinks) return key;
      if (target.is_absolute()) folder = "/";
      prepend(names, target);
    }
  }
  return key;
}

/// False if the folder is gone.
bool FileWatch::watch(const fs::path& folder, const std::string& name, bool file, Key& key) {
  const int descriptor = inotify_add_watch(queue_, folder.c_str(), kMask);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    const std::string why = errno == ENOSPC
                                ? "too many folders are watched" + limit("max_user_watches")
                                : std::strerror(errno);
    throw Error("the folder \"" + folder.string() + "\" cannot be watched for changes of \"" +
                name + "\": " + why);
  }
  folders_[descriptor] = folder;
  key = {descriptor, name};
  Entry& entry = entries_[key];
  if (!entry.used) entry.file = false;  // left of an earlier set
  entry.used = true;
  entry.file = entry.file || file;
  return true;
}

void FileWatch::drop(int folder) {
  inotify_rm_watch(queue_, folder);
  folders_.erase(folder);
  std::erase_if(entries_, [&](const auto& each) { return each.first.first == folder; });
}

bool FileWatch::changed() {
  if (queue_ < 0) return false;
  const bool any = readEvents();
  if (!any && !std::exchange(news_, false)) return false;
  if (moved_) findAll(Time::max());
  bool saved = false;
  for (auto& [key, entry] : entries_) {
    if (!entry.file || !entry.saved || entry.writing) continue;
    entry.saved = false;
    saved = true;
  }
  return saved;
}

/// False if nothing happened.
bool FileWatch::readEvents() {
  alignas(inotify_event) char buffer[8192];
  bool any = false;
  for (;;) {
    const ssize_t size = ::read(queue_, buffer, sizeof(buffer));
    if (size <= 0) return any;
    any = true;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof(event));
      const char* name = buffer + at + sizeof(event);
      take(event.wd, event.mask, event.len > 0 ? std::string(name) : std::string());
      at += static_cast<ssize_t>(sizeof(event) + event.len);
    }
  }
}

void FileWatch::take(int folder, std::uint32_t mask, const std::string& name) {
  if ((mask & IN_Q_OVERFLOW) != 0) {  // nobody knows what was missed
    for (auto& [key, entry] : entries_) entry.saved = true;
    moved_ = true;
    return;
  }
  const auto path = folders_.find(folder);
  if (path == folders_.end()) return;
  if ((mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) {
    drop(folder);
    moved_ = true;
    return;
  }
  const auto found = entries_.find({folder, name});
  if (found == entries_.end()) return;
  if (found->second.file && !isLink(path->second / name)) {
    takeFile(found->second, path->second / name, mask);
  } else if ((mask & (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)) != 0) {
    moved_ = true;
  }
}

void FileWatch::takeFile(Entry& entry, const fs::path& file, std::uint32_t mask) {
  if ((mask & IN_MODIFY) != 0) entry.writing = true;
  if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
    entry.writing = false;
    entry.saved = true;
  }
  if ((mask & IN_CREATE) != 0 && isHardLink(file)) entry.saved = true;
  if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) entry.writing = entry.saved = false;
}

}  // namespace topknot::io
