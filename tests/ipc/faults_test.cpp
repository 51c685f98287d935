// What others leave under a name: garbage, lies, strangers' objects, a full /dev/shm.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "ipc/names.h"
#include "ipc/receiver.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/process.h"
#include "ipc/support/storm.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using test::Child;
using test::errorOf;
using test::UniqueName;

void put(const std::string& object, const std::string& bytes) {
  std::ofstream("/dev/shm/" + object, std::ios::binary) << bytes;
}

std::string segment(const TopknotShmHeaderB& header, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::memcpy(text.data(), &header, std::min(bytes, sizeof header));
  return text;
}

const TopknotShmHeaderB kGood = {.magic = TOPKNOT_SHM_MAGIC,
                                 .version = 1,
                                 .width = 2,
                                 .height = 2,
                                 .aspectX = 1,
                                 .aspectY = 1,
                                 .pixelFormat = 37,
                                 .padding = 0,
                                 .dataSize = 16,
                                 .dataOffset = 48,
                                 .tailPadding = 0};

TopknotShmHeaderB with(const std::function<void(TopknotShmHeaderB&)>& change) {
  TopknotShmHeaderB header = kGood;
  change(header);
  return header;
}

std::vector<std::byte> grey(std::size_t bytes) {
  return std::vector<std::byte>(bytes, std::byte{0x80});
}

// A lock that no live sender holds, as a sender of another make would have it.
void putLock(std::string_view name) {
  SharedMutex::openOrCreate(lockName(name), dataName(name));
}

TEST(ASegmentOfAnotherMake, IsReadByItsOffsetWithoutAnInfoBlock) {
  UniqueName name;
  putLock(name);
  const auto generationC = with([](TopknotShmHeaderB& header) {
    header.version = 2;
    header.dataOffset = 56;
    header.tailPadding = 2;
  });
  put(dataName(name), segment(generationC, 56) + "abcdefghijklmnop");
  SharedMemReader reader(name);
  const auto frame = reader.read();
  ASSERT_TRUE(frame);
  EXPECT_EQ(std::memcmp(frame->image.bytes().data(), "abcdefghijklmnop", 16), 0);
  EXPECT_FALSE(reader.senderAlive());
}

TEST(ASegmentOfAnotherMake, MayHaveBlueFirst) {
  UniqueName name;
  putLock(name);
  const auto header = with([](TopknotShmHeaderB& h) {
    h.pixelFormat = 44;
    h.width = h.height = 1;
    h.dataSize = 4;
  });
  put(dataName(name), segment(header, 48) + "bgra");
  const auto frame = SharedMemReader(name).read();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->image.format(), PixelFormat::Rgba8Fixed);
  EXPECT_EQ(std::memcmp(frame->image.bytes().data(), "rgba", 4), 0);
}

TEST(AHeaderThatLies, IsAnErrorThatSaysSo) {
  constexpr std::int32_t kHuge = std::numeric_limits<std::int32_t>::max();
  const struct {
    std::string bytes;
    const char* word;
  } kFaults[] = {
      {"", "too short"},
      {std::string(43, 'x'), "too short"},
      {std::string(4096, 'x'), "0x78787878"},
      {segment(with([](auto& h) { h.magic = TOPKNOT_SHM_MAGIC_A; }), 64),
       "OpenGL format 0x00000025"},
      {segment(with([](auto& h) { h.version = 0; }), 64), "version 0"},
      {segment(with([](auto& h) { h.version = -5; }), 64), "version -5"},
      {segment(with([](auto& h) { h.pixelFormat = 4711; }), 64), "4711"},
      {segment(with([](auto& h) { h.width = -2; }), 64), "-2 x 2"},
      {segment(with([](auto& h) { h.height = 0; }), 64), "2 x 0"},
      {segment(with([](auto& h) { h.height = 3; }), 64), "2 x 3"},
      {segment(with([](auto& h) { h.width = h.height = kHuge; }), 64), "2147483647"},
      {segment(with([](auto& h) { h.width = h.height = 1 << 30; }), 64), "room for"},
      {segment(with([](auto& h) { h.dataSize = 15; }), 64), "only 15"},
      {segment(with([](auto& h) { h.dataSize = -1; }), 64), "only -1"},
      {segment(with([](auto& h) { h.dataOffset = kHuge; }), 64), "byte 2147483647"},
      {segment(with([](auto& h) { h.dataOffset = -48; }), 64), "byte -48"},
      {segment(with([](auto& h) { h.dataOffset = 0; }), 64), "byte 0"},
      {segment(with([](auto& h) { h.dataOffset = 49; }), 64), "room for 15"},
  };
  for (const bool locked : {true, false}) {
    UniqueName name;
    if (locked) putLock(name);
    SharedMemReader reader(name);
    for (const auto& fault : kFaults) {
      put(dataName(name), fault.bytes);
      const std::string error = errorOf([&] { reader.read(); });
      EXPECT_NE(error.find(fault.word), error.npos) << fault.word << ": " << error;
    }
    for (const auto& entry : listSharedMemory()) {
      if (entry.name == name.str()) {
        EXPECT_EQ(entry.width, 0);
      }
    }
    SharedMemWriter writer(name);
    writer.publish({1, 1}, grey(4));
    EXPECT_TRUE(reader.read()) << "the same reader, once a sender has put it right";
  }
}

TEST(AFrameWithoutALock, IsNotReadAsItCouldBeTorn) {
  UniqueName name;
  put(dataName(name), segment(kGood, 64));
  SharedMemReader reader(name);
  const std::string error = errorOf([&] { reader.read(); });
  EXPECT_NE(error.find("no lock"), error.npos) << error;
}

TEST(GarbageInPlaceOfALockOrInfo, IsRefusedByAReaderAndReplacedByASender) {
  for (const std::string& garbage :
       {std::string(), std::string(40, '\0'), std::string(8192, 'z')}) {
    UniqueName name;
    for (const std::string& object : {lockName(name), infoName(name), infoLockName(name)}) {
      put(object, garbage);
    }
    put(dataName(name), segment(kGood, 64));
    SharedMemReader reader(name);
    const std::string error = errorOf([&] { reader.read(); });
    EXPECT_NE(error.find("not a lock"), error.npos) << error;
    {
      SharedMemWriter writer(name);
      EXPECT_NE(errorOf([&] { SharedMemWriter second(name); }), "");
      writer.publish({1, 1}, grey(4));
      EXPECT_TRUE(reader.read());
      writer.publish({2, 2}, grey(16));
      EXPECT_TRUE(reader.read());
    }
    EXPECT_TRUE(name.objects().empty());
  }
}

TEST(AnInfoBlockThatLies, LeadsNowhere) {
  UniqueName name;
  putLock(name);
  TopknotShmInfo info = {};
  info.magic = TOPKNOT_SHM_INFO_MAGIC;
  info.version = 2;
  std::memset(info.postfix, 'x', sizeof info.postfix);
  put(infoName(name), std::string(reinterpret_cast<const char*>(&info), sizeof info));
  SharedMemReader reader(name);
  EXPECT_NE(errorOf([&] { reader.read(); }).find("damaged"), std::string::npos);
  std::strcpy(info.postfix, "/../x");
  put(infoName(name), std::string(reinterpret_cast<const char*>(&info), sizeof info));
  EXPECT_NE(errorOf([&] { reader.read(); }).find("damaged"), std::string::npos);
}

TEST(OtherKindsOfFiles, AreNotSharedMemory) {
  for (int kind : {0, 1, 2}) {
    UniqueName name;
    putLock(name);
    const std::string path = shmPath(dataName(name));
    if (kind == 0) mkfifo(path.c_str(), 0600);
    if (kind == 1) mkdir(path.c_str(), 0700);
    if (kind == 2) std::filesystem::create_symlink("/etc/passwd", path);
    EXPECT_NE(errorOf([&] { SharedMemReader(name).read(); }), "") << kind;
  }
}

TEST(ASegmentCutShort, IsAnErrorNotASignal) {
  UniqueName name;
  SharedMemWriter writer(name);
  writer.publish({64, 64}, grey(64 * 64 * 4));
  SharedMemReader reader(name);
  EXPECT_TRUE(reader.read());
  ASSERT_EQ(truncate(shmPath(dataName(name)).c_str(), 100), 0);
  EXPECT_NE(errorOf([&] { reader.read(milliseconds(0)); }).find("room for 52"), std::string::npos);
  writer.publish({64, 64}, grey(64 * 64 * 4));
  EXPECT_TRUE(reader.read()) << "the sender took another";
  ASSERT_EQ(truncate(shmPath(dataName(name, writer.postfix())).c_str(), 0), 0);
}

TEST(ALockGivenBackUnrepaired, IsReplaced) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  writer.publish({2, 2}, grey(16));
  EXPECT_TRUE(reader.read());
  const auto diesInTheLock = [&] {
    auto lock = SharedMutex::open(lockName(name));
    _exit(lock->lock(milliseconds(1000)) == LockResult::Locked ? 0 : 1);
    return 2;
  };
  EXPECT_EQ(Child(diesInTheLock).wait(), 0);
  {
    // As a client does that knows nothing of EOWNERDEAD.
    auto memory = SharedMemory::open(lockName(name), SharedMemory::Access::ReadWrite);
    memory->map(TOPKNOT_SHM_LOCK_BYTES);
    auto* mutex = reinterpret_cast<pthread_mutex_t*>(memory->bytes().data());
    EXPECT_EQ(pthread_mutex_trylock(mutex), EOWNERDEAD);
    pthread_mutex_unlock(mutex);
  }
  EXPECT_TRUE(reader.read()) << "it needs no lock";
  EXPECT_FALSE(test::OldClient(name.str()).read());
  EXPECT_EQ(writer.publish({2, 2}, grey(16)), PublishResult::Published);
  EXPECT_TRUE(reader.read());
  EXPECT_TRUE(test::OldClient(name.str()).read());
  EXPECT_NE(errorOf([&] { SharedMemWriter second(name); }), "") << "the name is still owned";
}

// Runs in a child, as it cannot be undone.
bool mountTinyShm(const char* size) {
  if (unshare(CLONE_NEWNS) != 0) return false;
  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return mount("tmpfs", "/dev/shm", "tmpfs", 0, size) == 0;
}

constexpr int kNotPermitted = 77;

int survivesAFullShm(const std::string& name) {
  if (!mountTinyShm("size=1m")) return kNotPermitted;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  writer.publish({100, 100}, grey(40000));
  if (!reader.read()) return 1;
  const std::string error = errorOf([&] { writer.publish({1000, 1000}, grey(4000000)); });
  if (error.find("needs 16011264 bytes") == error.npos) return 2;
  if (error.find(" are free") == error.npos) return 3;
  const auto kept = reader.read();
  if (!kept || kept->image.width() != 100) return 4;
  if (writer.publish({100, 100}, grey(40000)) != PublishResult::Published) return 5;
  mount(nullptr, "/dev/shm", nullptr, MS_REMOUNT, "size=16m");
  writer.publish({1000, 1000}, grey(4000000));
  const auto frame = reader.read();
  if (!frame || frame->image.width() != 1000) return 6;
  writer.close();
  return std::filesystem::is_empty("/dev/shm") ? 0 : 7;
}

int refusesAShmWithoutAnyRoom(const std::string& name) {
  if (!mountTinyShm("size=4k")) return kNotPermitted;
  const std::string error = errorOf([&] { SharedMemWriter writer(name); });
  return error.find("/dev/shm is full") != error.npos ? 0 : 1;
}

void expectInNamespace(int (*body)(const std::string&)) {
  UniqueName name;
  const int code = Child([&] { return body(name.str()); }).wait();
  if (code == kNotPermitted && !std::getenv("TOPKNOT_REQUIRE_SHARED")) {
    GTEST_SKIP() << "this user may not mount a small /dev/shm (unshare -m)";
  }
  EXPECT_EQ(code, 0);
}

TEST(AFullShm, KeepsTheOldFrameSaysWhatIsMissingAndRecovers) {
  expectInNamespace(survivesAFullShm);
}

TEST(AFullShm, WithoutAnyRoomIsAnErrorNotASignal) {
  expectInNamespace(refusesAShmWithoutAnyRoom);
}

TEST(ALimitOnFileSizes, IsAnErrorNotASignal) {
  UniqueName name;
  const int code = Child([&] {
                     SharedMemWriter writer(name);
                     const rlimit limit = {100000, 100000};
                     setrlimit(RLIMIT_FSIZE, &limit);
                     const auto act = [&] { writer.publish({1000, 1000}, grey(4000000)); };
                     return errorOf(act).find("100000") != std::string::npos ? 0 : 1;
                   }).wait();
  EXPECT_EQ(code, 0);
}

TEST(StrangersObjects, AreNeitherReadNorTakenOver) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  UniqueName name;
  SharedMemWriter writer(name);
  writer.publish({2, 2}, grey(16));
  const auto asNobody = [&] {
    if (setuid(65534) != 0) return 1;
    const std::string reading = errorOf([&] { SharedMemReader(name).read(); });
    const std::string writing = errorOf([&] { SharedMemWriter second(name); });
    if (reading.find("belongs to another user (uid 0)") == reading.npos) return 2;
    return writing.find("belongs to another user (uid 0)") != writing.npos ? 0 : 3;
  };
  EXPECT_EQ(Child(asNobody).wait(), 0);
}

TEST(StrangersObjects, InTheWayOfASenderAreAnErrorThatSaysWhose) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  UniqueName name;
  put(lockName(name), std::string(4096, '\0'));
  ASSERT_EQ(chown(shmPath(lockName(name)).c_str(), 65534, 65534), 0);
  chmod(shmPath(lockName(name)).c_str(), 0666);
  const std::string error = errorOf([&] { SharedMemWriter writer(name); });
  EXPECT_NE(error.find("belongs to another user (uid 65534)"), error.npos) << error;
}

}  // namespace
}  // namespace topknot::ipc
