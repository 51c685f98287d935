// Scribbling, unlinking and cutting short.
#include "ipc/support/adversary.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "topknot/shared_frame.h"

namespace topknot::test {

std::uint32_t Adversary::word() {
  constexpr std::uint32_t kOdd[] = {0,          1,          2,          3,         0x7fffffff,
                                    0x80000000, 0xffffffff, 0x40000000, 0x00010000};
  switch (random_() % 4) {
    case 0:
      return kOdd[random_() % std::size(kOdd)];
    case 1:
      return std::bit_cast<std::uint32_t>(std::numeric_limits<float>::infinity());
    case 2:
      return std::bit_cast<std::uint32_t>(std::numeric_limits<float>::quiet_NaN());
    default:
      return random_();
  }
}

std::string Adversary::any() {
  const std::vector<std::string> objects = name_.objects();
  return objects.empty() ? std::string() : objects[random_() % objects.size()];
}

// By pwrite, as the object may be cut short meanwhile.
void Adversary::write(const std::string& object, bool anywhere) {
  const int fd = shm_open(object.c_str(), O_RDWR, 0);
  if (fd < 0) return;
  struct stat status = {};
  fstat(fd, &status);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  std::uint64_t place = bytes < 4 ? 0 : random_() % (bytes / 4) * 4;
  // Words that matter lie close together.
  constexpr std::uint64_t kPage = TOPKNOT_SHM_TAIL_BYTES, kHead = 48;
  if (bytes > kPage) {
    const std::uint64_t tail = bytes - kPage + random_() % 90 * 4;
    if (!anywhere || random_() % 2 == 0)
      place = random_() % 4 == 0 ? random_() % kHead / 4 * 4 : tail;
  } else if (bytes == kPage && random_() % 8 != 0) {
    place = random_() % 40 * 4;
  }
  const std::uint32_t value = word();
  if (place + 4 <= bytes) [[maybe_unused]]
    const auto done = pwrite(fd, &value, 4, static_cast<off_t>(place));
  close(fd);
}

int Adversary::scribble(int words) {
  for (int i = 0; i < words; ++i) write(any(), false);
  return words;
}

int Adversary::scribbleAnywhere(int words) {
  for (int i = 0; i < words; ++i) write(any(), true);
  return words;
}

bool Adversary::unlinkOne() {
  const std::string object = any();
  return !object.empty() && shm_unlink(object.c_str()) == 0;
}

bool Adversary::truncateOne() {
  const std::string object = any();
  const int fd = object.empty() ? -1 : shm_open(object.c_str(), O_RDWR, 0);
  if (fd < 0) return false;
  struct stat status = {};
  fstat(fd, &status);
  const auto bytes = static_cast<std::uint32_t>(std::max<off_t>(status.st_size, 1));
  const bool done = ftruncate(fd, static_cast<off_t>(random_() % bytes)) == 0;
  close(fd);
  return done;
}

}  // namespace topknot::test
