// Where a file that is written comes to stand.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include "io/files/descriptor.h"

namespace topknot::io {

/// The place that a file's name means when all symbolic links are followed, also those that lead
/// to nothing yet.
struct WriteTarget {
  Descriptor folder;               // for openat() and the like, not for reading
  std::string name;                // in the folder; no link
  std::optional<struct stat> old;  // of the file that stands there; a regular one
};

/// Throws Refusal where nothing may be written: folders, pipes and devices, files without
/// permission, links in a circle or into a folder that is not there.
WriteTarget writeTargetOf(const std::filesystem::path& file);

/// Gives a file that replaces `old` the owner, group, permissions and access list that the old one
/// has, as far as this process may. Nobody gets more rights than before. Throws Refusal.
void keepRights(int made, const WriteTarget& target);

}  // namespace topknot::io
