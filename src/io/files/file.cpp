// Reading and writing whole files on POSIX.
#include "io/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "io/files/descriptor.h"
#include "io/files/temporary.h"
#include "io/files/write_target.h"

namespace topknot::io {
namespace {

namespace fs = std::filesystem;

void checkName(const fs::path& file) {
  if (file.empty()) throw Refusal("is no file name");
  if (file.native().find('\0') != std::string::npos) throw Refusal("has a byte 0 in its name");
}

Bytes readAll(int descriptor, std::uint64_t expected, std::uint64_t maxBytes) {
  Bytes bytes(static_cast<std::size_t>(expected));
  std::size_t filled = 0;
  // One byte of room beyond the expected size shows whether the file grew meanwhile.
  for (;;) {
    if (filled == bytes.size()) bytes.resize(filled + (filled == expected ? 1 : 65536));
    const ssize_t got = ::read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse("cannot be read", errno);
    filled += static_cast<std::size_t>(got);
    if (filled > maxBytes) throw Refusal("grew over the limit while it was read");
    if (got == 0) break;
  }
  bytes.resize(filled);
  return bytes;
}

void flushFolder(int folder) {
  const Descriptor readable(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (readable) ::fsync(readable.get());
}

Descriptor openToRead(const fs::path& file) {
  checkName(file);
  // Without O_NONBLOCK a pipe would hang here.
  Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (opened) return opened;
  if (errno == ENOENT) throw Refusal("does not exist");
  refuse("cannot be opened", errno);
}

bool liesIn(const fs::path& file, std::span<const fs::path> folders) {
  return std::ranges::any_of(folders, [&](const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder.empty() ? "." : folder, error);
    if (error) return false;
    const auto [end, ignored] = std::mismatch(real.begin(), real.end(), file.begin(), file.end());
    return end == real.end();
  });
}

/// Where an open file lies; nothing where the system does not tell.
std::optional<fs::path> placeOf(const Descriptor& file) {
  std::error_code error;
  fs::path place = fs::read_symlink("/proc/self/fd/" + std::to_string(file.get()), error);
  if (error) return std::nullopt;
  return place;
}

Bytes readRegular(const Descriptor& descriptor, std::uint64_t maxBytes) {
  struct stat status;
  if (::fstat(descriptor.get(), &status) != 0) refuse("cannot be read", errno);
  if (S_ISDIR(status.st_mode)) throw Refusal("is a folder, not a file");
  if (!S_ISREG(status.st_mode)) throw Refusal("is not a regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > maxBytes) {
    throw Refusal("is too large: it has " + std::to_string(size) + " bytes, the limit is " +
                  std::to_string(maxBytes));
  }
  return readAll(descriptor.get(), size, maxBytes);
}

}  // namespace

Bytes readFile(const fs::path& file, std::uint64_t maxBytes) {
  return readRegular(openToRead(file), maxBytes);
}

std::optional<Bytes> readFileIn(const fs::path& file, std::span<const fs::path> folders,
                                std::uint64_t maxBytes) {
  checkName(file);
  // A look at the path first: to open a device can do something to it.
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error == std::errc::no_such_file_or_directory) throw Refusal("does not exist");
  if (error) throw Refusal("cannot be opened: " + error.message());
  if (!liesIn(real, folders)) return std::nullopt;
  // Meanwhile a link on the way may have become another.
  const Descriptor descriptor = openToRead(real);
  if (!liesIn(placeOf(descriptor).value_or(real), folders)) return std::nullopt;
  return readRegular(descriptor, maxBytes);
}

void writeFile(const fs::path& file, ByteView bytes) {
  checkName(file);
  const WriteTarget target = writeTargetOf(file);
  sweepTemporaries(target.folder.get());
  // What replaces a file has no rights before it has those of that file.
  Temporary temporary(target.folder.get(), target.old ? 0600 : 0666);
  if (target.old) keepRights(temporary.descriptor(), target);
  temporary.write(bytes);
  temporary.moveTo(target.name);
  flushFolder(target.folder.get());
}

fs::path absolutePath(const fs::path& file) {
  fs::path whole;
  for (const fs::path& part : fs::absolute(file)) {
    if (part != ".") whole /= part;
  }
  return whole;
}

void prepareFolder(const fs::path& file, bool createFolders) {
  checkName(file);
  const fs::path folder = file.parent_path();
  if (folder.empty()) return;
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  const std::string name = inQuotes(folder.native());
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Refusal("cannot be written: its folder " + name + ": " + error.message());
  }
  if (fs::exists(folder, error)) throw Refusal("cannot be written: " + name + " is not a folder");
  if (!createFolders) {
    throw Refusal("cannot be written: its folder " + name +
                  " does not exist, and is made only with createFolders");
  }
  if (!fs::create_directories(folder, error) && error) {
    throw Refusal("cannot be written: its folder " + name + " cannot be made: " + error.message());
  }
}

}  // namespace topknot::io
