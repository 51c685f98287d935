// Writers and readers of frames that show tears.
#include "ipc/support/storm.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <thread>

#include "topknot/shared_mem_reader.h"

namespace topknot::test {

using std::chrono::milliseconds;

std::uint32_t numberIn(std::span<const std::byte> pixels) {
  std::uint32_t number = 0;
  std::memcpy(&number, pixels.data(), sizeof number);
  return number;
}

bool isWhole(std::span<const std::byte> pixels) {
  return std::memcmp(pixels.data(), pixels.data() + 4, pixels.size() - 4) == 0;
}

void publishNumber(ipc::SharedMemWriter& writer, const ipc::FrameHeader& header,
                   std::uint32_t number) {
  const std::span<std::byte> target = writer.begin(header);
  auto* words = reinterpret_cast<std::uint32_t*>(target.data());
  std::fill(words, words + target.size() / 4, number);
  writer.commit();
}

namespace {

void judge(Seen& seen, std::span<const std::byte> pixels, std::uint32_t& last) {
  if (!isWhole(pixels)) ++seen.torn;
  const std::uint32_t number = numberIn(pixels);
  if (number < last) ++seen.backwards;
  last = number;
}

void noteDeath(Seen& seen, const SharedMemReader& reader) {
  if (reader.senderDied()) ++seen.deaths;
}

}  // namespace

int readCopies(const std::string& name, Seen& seen) {
  std::uint32_t last = 0;
  ++seen.ready;
  SharedMemReader reader(name);
  while (!seen.done) {
    const auto frame = reader.wait(milliseconds(100));
    if (!frame) {
      noteDeath(seen, reader);
      continue;
    }
    ++seen.frames;
    judge(seen, frame->image.bytes(), last);
  }
  return 0;
}

int readViews(const std::string& name, Seen& seen) {
  std::uint32_t last = 0;
  ++seen.ready;
  SharedMemReader reader(name);
  while (!seen.done) {
    if (!reader.waitForNew(milliseconds(100))) {
      noteDeath(seen, reader);
      continue;
    }
    const auto view = reader.view();
    if (!view) continue;
    const bool whole = isWhole(view->pixels());
    const std::uint32_t number = numberIn(view->pixels());
    if (!view->isWhole()) continue;
    ++seen.frames;
    if (!whole) ++seen.torn;
    if (number < last) ++seen.backwards;
    last = number;
  }
  return 0;
}

int readAsOldClient(const std::string& name, Seen& seen) {
  std::uint32_t last = 0;
  ++seen.ready;
  OldClient client(name);
  while (!seen.done) {
    if (const auto pixels = client.read()) {
      ++seen.oldFrames;
      judge(seen, *pixels, last);
    }
    // One that takes the lock again at once leaves hardly a gap for others.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return 0;
}

OldClient::Mapping OldClient::map(const std::string& object) {
  const int fd = shm_open(object.c_str(), O_RDWR, 0);
  if (fd < 0) return {};
  struct stat status = {};
  fstat(fd, &status);
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* start =
      bytes < 40 ? MAP_FAILED : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return start == MAP_FAILED ? Mapping{} : Mapping{static_cast<std::byte*>(start), bytes};
}

OldClient::~OldClient() {
  forget();
  if (lock_.start) munmap(lock_.start, lock_.bytes);
}

void OldClient::forget() {
  for (Mapping* mapping : {&info_, &data_}) {
    if (mapping->start) munmap(mapping->start, mapping->bytes);
    *mapping = {};
  }
}

bool OldClient::lock() {
  // Once mapped, never again: it is said to be there for good.
  if (!lock_.start) lock_ = map("TouchSHM" + name_ + "Mutex");
  if (!lock_.start) return false;
  auto* mutex = reinterpret_cast<pthread_mutex_t*>(lock_.start);
  timespec limit = {};
  clock_gettime(CLOCK_REALTIME, &limit);
  ++limit.tv_sec;
  const int code = pthread_mutex_timedlock(mutex, &limit);
  if (code == EOWNERDEAD) pthread_mutex_consistent(mutex);
  return code == 0 || code == EOWNERDEAD;
}

void OldClient::unlock() {
  pthread_mutex_unlock(reinterpret_cast<pthread_mutex_t*>(lock_.start));
}

std::optional<std::vector<std::byte>> OldClient::read() {
  if (!lock()) return std::nullopt;
  std::optional<std::vector<std::byte>> pixels;
  forget();
  info_ = map("TouchSHMTouchSHM" + name_ + "4jhd783h");
  if (info_.start) {
    info_.start[8] = std::byte{1};
    postfix_.assign(reinterpret_cast<const char*>(info_.start) + 9);
    data_ = map("TouchSHM" + name_ + postfix_);
  }
  std::uint32_t magic = 0;
  std::int64_t bytes = 0;
  std::int32_t offset = 0;
  if (data_.start) {
    std::memcpy(&magic, data_.start, sizeof magic);
    std::memcpy(&bytes, data_.start + 32, sizeof bytes);
    std::memcpy(&offset, data_.start + 40, sizeof offset);
  }
  if (magic == 0xd95ef835) {
    const std::byte* start = data_.start + offset;
    pixels.emplace(start, start + bytes);
  }
  unlock();
  return pixels;
}

}  // namespace topknot::test
