// What a clean takes away, and what it leaves.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>

#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/storm.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using test::Child;
using test::eventually;
using test::publishNumber;
using test::Shared;
using test::UniqueName;

bool removed(const SharedMemClean& done, const std::string& object) {
  return std::ranges::find(done.removed, object) != done.removed.end();
}

TEST(Cleaning, RemovesWhatADeadSenderLeftAndTellsItsReaders) {
  UniqueName name, living;
  Shared<std::atomic<bool>> sent;
  Child sender([&] {
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 1);
    *sent = true;
    for (;;) pause();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return sent->load(); }));
  SharedMemReader reader(name);
  EXPECT_TRUE(reader.read());
  EXPECT_FALSE(removed(cleanSharedMemory(), dataName(name))) << "it lives";
  sender.kill();
  SharedMemWriter other(living);
  publishNumber(other, {8, 8}, 2);
  const SharedMemClean done = cleanSharedMemory();
  EXPECT_TRUE(removed(done, dataName(name)));
  EXPECT_TRUE(removed(done, lockName(name)));
  EXPECT_TRUE(name.objects().empty());
  EXPECT_FALSE(reader.read());
  EXPECT_EQ(living.objects().size(), 4u);
  EXPECT_TRUE(SharedMemReader(living).read());
}

TEST(Cleaning, LeavesWhatAnotherMakeOfSenderHasOpen) {
  UniqueName name;
  const auto old = [&] {
    SharedMutex::openOrCreate(lockName(name), dataName(name));
    auto data = SharedMemory::create(dataName(name), 48 + 16);
    const HeaderImage header = encodeHeader(Generation::B, {2, 2});
    std::memcpy(data->bytes().data(), header.data(), 48);
    return data;
  };
  {
    const auto data = old();
    const SharedMemClean done = cleanSharedMemory();
    EXPECT_FALSE(removed(done, dataName(name)));
    EXPECT_FALSE(removed(done, lockName(name)));
    const auto said = std::ranges::count_if(done.kept, [&](const std::string& sentence) {
      return sentence.find(name.str()) != sentence.npos;
    });
    EXPECT_EQ(said, 1);
  }
  old()->abandon();
  EXPECT_TRUE(removed(cleanSharedMemory(), dataName(name)));
  EXPECT_TRUE(name.objects().empty());
}

TEST(Cleaning, LeavesWhatIsNoFrame) {
  UniqueName name;
  std::ofstream("/dev/shm/" + dataName(name))
      << "somebody's notes, of some length at any rate ....";
  EXPECT_FALSE(removed(cleanSharedMemory(), dataName(name)));
  EXPECT_EQ(name.objects().size(), 1u);
}

}  // namespace
}  // namespace topknot::ipc
