// Watched files: each way in which programs save them.
#include "io/files/file_watch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;
using io::FileWatch;

class FileWatches : public ::testing::Test {
 protected:
  FileWatches() {
    save("a.frag", "one");
    save("b.glsl", "one");
    watch_.set({scratch_ / "a.frag", scratch_ / "b.glsl"});
  }

  fs::path at(const std::string& name) const { return scratch_ / name; }
  void save(const std::string& name, const std::string& text) const {
    std::ofstream(at(name), std::ios::binary) << text;
  }

  Scratch scratch_;
  FileWatch watch_;
};

TEST_F(FileWatches, NothingIsReportedWhileNothingHappens) {
  EXPECT_FALSE(watch_.changed());
  std::ifstream(at("a.frag")).get();
  EXPECT_FALSE(watch_.changed()) << "it was only read";
  save("other.frag", "x");
  EXPECT_FALSE(watch_.changed()) << "that one is none of ours";
  EXPECT_FALSE(FileWatch().changed());
}

TEST_F(FileWatches, AFileWrittenInPlaceIsReportedOnce) {
  save("a.frag", "two");
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
  save("b.glsl", "two");
  EXPECT_TRUE(watch_.changed()) << "an include counts as well";
}

TEST_F(FileWatches, SeveralSavesAreOneChange) {
  for (int i = 0; i < 500; ++i) save(i % 2 == 0 ? "a.frag" : "b.glsl", std::to_string(i));
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatches, AFileIsNotReportedBeforeItsWriterClosesIt) {
  std::ofstream writer(at("a.frag"), std::ios::binary);
  EXPECT_FALSE(watch_.changed()) << "it is empty now";
  writer << "half" << std::flush;
  EXPECT_FALSE(watch_.changed());
  save("b.glsl", "two");
  EXPECT_TRUE(watch_.changed()) << "the other one does not wait for it";
  writer << " and half";
  writer.close();
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatches, ASaveThatIsBeingOverwrittenWaitsForTheSecondWriter) {
  save("a.frag", "two");
  std::ofstream writer(at("a.frag"), std::ios::binary);
  EXPECT_FALSE(watch_.changed());
  writer << "three";
  writer.close();
  EXPECT_TRUE(watch_.changed());
}

TEST_F(FileWatches, ARenamedFileOverItIsReported) {
  for (const char* text : {"two", "three"}) {
    save("a.frag.tmp", text);
    EXPECT_FALSE(watch_.changed());
    fs::rename(at("a.frag.tmp"), at("a.frag"));
    EXPECT_TRUE(watch_.changed()) << text;
    EXPECT_FALSE(watch_.changed());
  }
}

TEST_F(FileWatches, DeletedAndMadeAnewIsOneChangeAtTheEnd) {
  fs::remove(at("a.frag"));
  EXPECT_FALSE(watch_.changed());
  save("a.frag", "two");
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatches, MovedToABackupAndMadeAnewIsReported) {
  fs::rename(at("a.frag"), at("a.frag~"));
  EXPECT_FALSE(watch_.changed());
  save("a.frag", "two");
  fs::remove(at("a.frag~"));
  EXPECT_TRUE(watch_.changed());
  fs::remove(at("a.frag"));
  save("a.copy", "three");
  fs::create_hard_link(at("a.copy"), at("a.frag"));
  EXPECT_TRUE(watch_.changed()) << "a hard link took its place";
}

TEST_F(FileWatches, AFileThatDoesNotExistYetIsReportedWhenItDoes) {
  watch_.set({at("later.frag"), at("some/folder/later.glsl")});
  EXPECT_FALSE(watch_.changed());
  save("later.frag", "one");
  EXPECT_TRUE(watch_.changed());
  fs::create_directories(at("some/folder"));
  EXPECT_FALSE(watch_.changed());
  save("some/folder/later.glsl", "one");
  EXPECT_TRUE(watch_.changed());
  save("some/folder/later.glsl", "two");
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatches, AFolderThatIsReplacedIsFollowed) {
  fs::create_directories(at("shaders"));
  save("shaders/a.frag", "one");
  watch_.set({at("shaders/a.frag")});
  fs::create_directories(at("new"));
  save("new/a.frag", "two");
  fs::rename(at("shaders"), at("old"));
  EXPECT_FALSE(watch_.changed());
  save("old/a.frag", "moved away");
  EXPECT_FALSE(watch_.changed());
  fs::rename(at("new"), at("shaders"));
  EXPECT_TRUE(watch_.changed());
  save("shaders/a.frag", "three");
  EXPECT_TRUE(watch_.changed());
  fs::remove_all(at("shaders"));
  EXPECT_FALSE(watch_.changed());
  fs::create_directories(at("shaders"));
  save("shaders/a.frag", "four");
  EXPECT_TRUE(watch_.changed());
}

TEST_F(FileWatches, SymbolicLinksAreFollowedWhereverTheyLead) {
  fs::create_directories(at("v1"));
  fs::create_directories(at("v2"));
  save("v1/real.frag", "one");
  save("v2/real.frag", "two");
  fs::create_symlink("v1", at("current"));
  fs::create_symlink("current/../current/real.frag", at("link.frag"));
  watch_.set({at("link.frag")});
  EXPECT_FALSE(watch_.changed());
  save("v1/real.frag", "one more");
  EXPECT_TRUE(watch_.changed()) << "the file that it leads to was saved";
  fs::create_symlink("v2", at("next"));
  EXPECT_FALSE(watch_.changed());
  fs::rename(at("next"), at("current"));
  EXPECT_TRUE(watch_.changed()) << "a folder on the way is another";
  save("v2/real.frag", "two more");
  EXPECT_TRUE(watch_.changed());
  save("v1/real.frag", "unseen");
  EXPECT_FALSE(watch_.changed()) << "it leads there no longer";
  fs::remove(at("link.frag"));
  save("link.frag", "a file now");
  EXPECT_TRUE(watch_.changed());
  save("link.frag", "and again");
  EXPECT_TRUE(watch_.changed());
}

TEST_F(FileWatches, LinksInACircleAreNoTrouble) {
  fs::create_symlink("y", at("x"));
  fs::create_symlink("x", at("y"));
  watch_.set({at("x")});
  EXPECT_FALSE(watch_.changed());
  fs::remove(at("y"));
  save("y", "one");
  EXPECT_TRUE(watch_.changed());
}

TEST_F(FileWatches, ANewSetTakesThePlaceOfTheOld) {
  save("b.glsl", "two");
  watch_.set({at("b.glsl"), at("c.glsl")});
  EXPECT_TRUE(watch_.changed()) << "what was in both sets is not forgotten";
  save("a.frag", "two");
  EXPECT_FALSE(watch_.changed());
  save("c.glsl", "one");
  EXPECT_TRUE(watch_.changed());
  watch_.set({});
  save("c.glsl", "two");
  EXPECT_FALSE(watch_.changed());
  EXPECT_TRUE(watch_.files().empty());
}

TEST_F(FileWatches, ANewFileThatWasSavedSinceItWasReadCounts) {
  save("c.glsl", "one");
  const auto saved = fs::last_write_time(at("c.glsl"));
  watch_.set({at("c.glsl")}, saved + std::chrono::seconds(1));
  EXPECT_FALSE(watch_.changed());
  save("d.glsl", "one");
  watch_.set({at("c.glsl"), at("d.glsl")}, fs::last_write_time(at("d.glsl")));
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatches, AProgramThatHasNoRoomToWatchIsTold) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the undefined behaviour sanitizer looks at memory through pipes of its own";
#endif
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &none);
  FileWatch other;
  const std::string said = errorOf([&] { other.set({at("a.frag")}); });
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(contains(said, {"files cannot be watched", "max_user_instances"}));
  EXPECT_FALSE(other.changed());
}

TEST_F(FileWatches, AFolderThatMayNotBeReadIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read all";
  fs::create_directories(at("closed"));
  fs::permissions(at("closed"), fs::perms::owner_exec);
  EXPECT_TRUE(contains(errorOf([&] { watch_.set({at("closed/a.frag")}); }),
                       {"closed\" cannot be watched", "a.frag", "Permission denied"}));
  fs::permissions(at("closed"), fs::perms::owner_all);
}

}  // namespace
}  // namespace topknot::test
