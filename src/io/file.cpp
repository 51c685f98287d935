// Reading and writing whole files on POSIX.
#include "io/file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace topknot::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& what, int error) {
  throw Refusal(what + ": " + std::generic_category().message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int close() {
    const int number = number_;
    number_ = -1;
    return ::close(number);
  }

 private:
  int number_;
};

/// A temporary file's name, removed unless the file was renamed.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const char* name() const { return path_.c_str(); }
  void renamed() { path_.clear(); }

 private:
  fs::path path_;
};

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

std::string randomName() {
  unsigned char random[12];
  if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
    refuse("cannot be written, no temporary name", errno);
  }
  std::string name = ".topknot-";
  for (const unsigned char byte : random) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

void writeAll(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t most = std::min<std::size_t>(bytes.size(), 1u << 30);
    const ssize_t done = ::write(descriptor, bytes.data(), most);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) refuse("cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void flushFolder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

/// The file that a symbolic link leads to.
fs::path followed(const fs::path& file) {
  std::error_code error;
  if (!fs::is_symlink(file, error)) return file;
  const fs::path target = fs::weakly_canonical(file, error);
  if (error) throw Refusal("cannot be written: " + error.message());
  return target;
}

/// The permissions the file shall have, or a refusal if it may not be replaced.
mode_t modeOfTarget(const fs::path& file, bool& exists) {
  struct stat status;
  exists = ::stat(file.c_str(), &status) == 0;
  if (!exists) return 0644;
  if (S_ISDIR(status.st_mode)) throw Refusal("cannot be written: it is a folder");
  if (!S_ISREG(status.st_mode)) throw Refusal("cannot be written: it is not a regular file");
  if (::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0)
    refuse("cannot be written", errno);
  return status.st_mode & 0777;
}

}  // namespace

Bytes readFile(const fs::path& file, std::uint64_t maxBytes) {
  checkName(file);
  // Without O_NONBLOCK a pipe would hang here.
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (descriptor.get() < 0) {
    if (errno == ENOENT) throw Refusal("does not exist");
    refuse("cannot be opened", errno);
  }
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

void writeFile(const fs::path& file, ByteView bytes) {
  checkName(file);
  const fs::path target = followed(file);
  bool exists = false;
  const mode_t mode = modeOfTarget(target, exists);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");

  const fs::path temporaryName = folder / randomName();
  Descriptor descriptor(
      ::open(temporaryName.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (descriptor.get() < 0) refuse("cannot be written into its folder", errno);
  Temporary temporary(temporaryName);
  if (exists && ::fchmod(descriptor.get(), mode) != 0) refuse("cannot be written", errno);
  writeAll(descriptor.get(), bytes);
  if (::fsync(descriptor.get()) != 0 || descriptor.close() != 0) {
    refuse("cannot be written", errno);
  }
  if (::rename(temporary.name(), target.c_str()) != 0) refuse("cannot be written", errno);
  temporary.renamed();
  flushFolder(folder);
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
