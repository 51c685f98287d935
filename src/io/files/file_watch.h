// Tells when files were saved, by inotify.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace topknot::io {

/// Watches a set of files, which need not exist yet. What is watched are their folders, so that a
/// file is seen however it is saved: written in place, replaced by a rename, deleted and made anew,
/// or reached by symbolic links that are set anew. Deleting alone is no change: the file is
/// expected to come back.
///
/// Thread: one at a time.
class FileWatch {
 public:
  using Paths = std::vector<std::filesystem::path>;
  using Time = std::filesystem::file_time_type;

  FileWatch() = default;
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Replaces the set. Files that were in it keep what is known of them; a new one that was
  /// modified at `readAt` (when the caller began to read it) or later counts as changed. Throws
  /// Error saying which folder cannot be watched and why; then nothing is watched.
  void set(Paths files, Time readAt = Time::max());
  const Paths& files() const { return files_; }  // absolute

  /// True if one of them was saved since the last call. A file that is being written is not
  /// reported before its writer closes it; several changes are one. Costs one read() while nothing
  /// happens. Throws Error as `set` does, when folders came and went.
  bool changed();

 private:
  struct Entry {           // a name in a watched folder
    bool used = true;      // by the present set
    bool file = false;     // a file of the set; else a link or folder on the way to one
    bool writing = false;  // written to, and not closed since
    bool saved = false;    // and nobody was told
  };
  using Key = std::pair<int, std::string>;  // watch descriptor, name

  void open();
  void close();
  void findAll(Time readAt);
  Key find(const std::filesystem::path& file);
  bool watch(const std::filesystem::path& folder, const std::string& name, bool file, Key& key);
  void drop(int folder);
  bool readEvents();
  void take(int folder, std::uint32_t mask, const std::string& name);
  void takeFile(Entry& entry, const std::filesystem::path& file, std::uint32_t mask);

  Paths files_;
  std::map<std::filesystem::path, Key> ends_;  // where the way to each file ends
  int queue_ = -1;
  bool news_ = false;   // something was saved, though no event says so
  bool moved_ = false;  // the ways have to be looked up anew
  std::map<Key, Entry> entries_;
  std::map<int, std::filesystem::path> folders_;
};

}  // namespace topknot::io
