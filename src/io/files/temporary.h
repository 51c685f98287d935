// Files under temporary names, and what becomes of those whose makers were killed.
#pragma once

#include <sys/types.h>

#include <string>

#include "io/files/descriptor.h"

namespace topknot::io {

/// A new file `.topknot-` and 24 random digits, which becomes another file or none at all: it goes
/// with this object, unless it was moved. As long as it is written it is locked (flock), which is
/// how others know that its maker lives: in whatever container, whatever number its process has.
///
/// All errors are Refusals. Thread: any, one at a time.
class Temporary {
 public:
  /// `mode` is subject to the umask.
  Temporary(int folder, mode_t mode);
  ~Temporary();
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int descriptor() const { return file_.get(); }
  void write(ByteView bytes);
  /// Onto the disk, and in the place of whatever has that name in the folder.
  void moveTo(const std::string& name);

 private:
  bool make(mode_t mode);
  void close();

  int folder_;
  std::string name_;  // empty once it was moved
  Descriptor file_;
};

/// Removes the temporaries in a folder whose makers have ended. Whatever is in the way of that is
/// no error. Folders of many files are not looked through each time.
void sweepTemporaries(int folder);

}  // namespace topknot::io
