// Whole files, read with care and written whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "io/codecs/codec.h"

namespace topknot::io {

/// The bytes of a regular file. Throws Refusal: missing, a folder, a pipe, no permission, larger
/// than maxBytes, a read error. An empty file is empty bytes.
Bytes readFile(const std::filesystem::path& file, std::uint64_t maxBytes);

/// The same if the file lies in one of the folders or below, when all links are followed; nothing,
/// and nothing is read, if it lies elsewhere. Links to the folders themselves are followed as well.
/// What counts is where the file that was opened lies, whatever happens to its path meanwhile.
std::optional<Bytes> readFileIn(const std::filesystem::path& file,
                                std::span<const std::filesystem::path> folders,
                                std::uint64_t maxBytes);

/// Writes a temporary file beside `file`, flushes it and renames it into place; on failure the
/// temporary file is gone and an existing file is as it was. An existing file keeps its
/// permissions, a new one gets what the umask leaves of 0666; a symbolic link stays, and the file
/// that it leads to is replaced or made. Temporaries in that folder whose makers were killed are
/// removed. Throws Refusal, also where a limit of the system (RLIMIT_FSIZE) would send a signal.
void writeFile(const std::filesystem::path& file, ByteView bytes);

/// The path from the root, without `.`; but `..` stays, which behind a link means another folder.
std::filesystem::path absolutePath(const std::filesystem::path& file);

/// Makes sure that the folder of `file` is there, making it if asked to. Throws Refusal.
void prepareFolder(const std::filesystem::path& file, bool createFolders);

}  // namespace topknot::io
