// Where saved files come to stand and whose they are: as cp would have it.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

std::string saveError(const fs::path& file, const SaveOptions& options = {}) {
  return errorOf([&] { saveImage(imageOf(kSix), file, options); });
}

struct stat statusOf(const fs::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status;
}

mode_t modeOf(const fs::path& file) {
  return statusOf(file).st_mode & 07777;
}

bool isSix(const fs::path& file) {
  return bytesOfSix(loadImage(file)) == kSix;
}

/// Sets the umask while it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

TEST(SavePlace, NewFilesHaveWhatTheUmaskLeavesAsThoseOfCp) {
  for (const mode_t mask : {0, 02, 022, 027, 077}) {
    const Scratch scratch;
    const Umask set(mask);
    writeBytes(scratch / "source", bytesOf("x"));
    run({"cp", scratch / "source", scratch / "copy"});
    saveImage(imageOf(kSix), scratch / "a.png");
    saveImage(imageOf(kSix), scratch / "b.png", {.asynchronous = true}).wait();
    EXPECT_EQ(modeOf(scratch / "a.png"), 0666 & ~mask);
    EXPECT_EQ(modeOf(scratch / "b.png"), 0666 & ~mask);
    EXPECT_EQ(modeOf(scratch / "a.png"), modeOf(scratch / "copy"));
  }
}

TEST(SavePlace, OldFilesKeepTheirPermissions) {
  const Scratch scratch;
  const Umask set(077);
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  for (const mode_t mode : {0600, 0664, 0666, 0755, 0640}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    saveImage(imageOf(kSix), file);
    EXPECT_EQ(modeOf(file), mode);
  }
}

TEST(SavePlace, OldFilesKeepTheirOwnerWhereThisProcessMayGiveThemAway) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const Scratch scratch;
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  ASSERT_EQ(::chown(file.c_str(), 1234, 2345), 0);
  ASSERT_EQ(::chmod(file.c_str(), 0660), 0);
  saveImage(imageOf(kSix), file);
  EXPECT_EQ(statusOf(file).st_uid, 1234u);
  EXPECT_EQ(statusOf(file).st_gid, 2345u);
  EXPECT_EQ(modeOf(file), 0660u);
}

TEST(SavePlace, AGroupThatCannotBeKeptGivesNoRightsToAnother) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const Scratch scratch;
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  fs::permissions(scratch.folder(), fs::perms{0777});
  ASSERT_EQ(::chown(file.c_str(), 0, 2345), 0);
  ASSERT_EQ(::chmod(file.c_str(), 0676), 0);  // others may write, so that it may be replaced
  ASSERT_EQ(::seteuid(65534), 0);
  const std::string error = saveError(file);
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(error, "no error");
  EXPECT_NE(statusOf(file).st_gid, 2345u);
  EXPECT_EQ(modeOf(file), 0666u);
}

TEST(SavePlace, AnAccessListIsKept) {
  const Scratch scratch;
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  // user::rw-, user:1234:r--, group::---, mask::r--, other::---, as the kernel has it.
  const unsigned char list[] = {2, 0,    0,   0,   1,   0,   6,  0, 255, 255, 255, 255, 2,   0,  4,
                                0, 0xd2, 4,   0,   0,   4,   0,  0, 0,   255, 255, 255, 255, 16, 0,
                                4, 0,    255, 255, 255, 255, 32, 0, 0,   0,   255, 255, 255, 255};
  const char* const name = "system.posix_acl_access";
  if (::setxattr(file.c_str(), name, list, sizeof list, 0) != 0) {
    GTEST_SKIP() << "this file system has no access lists";
  }
  saveImage(imageOf(kSix), file);
  unsigned char after[sizeof list] = {};
  EXPECT_EQ(::getxattr(file.c_str(), name, after, sizeof after), ssize_t{sizeof list});
  EXPECT_TRUE(std::equal(std::begin(list), std::end(list), std::begin(after)));
}

TEST(SavePlace, ASymbolicLinkStaysAndItsTargetIsReplaced) {
  const Scratch scratch;
  fs::create_directory(scratch / "real");
  writeBytes(scratch / "real" / "target.png", bytesOf("old"));
  fs::create_symlink("real/target.png", scratch / "link.png");
  saveImage(imageOf(kSix), scratch / "link.png");
  EXPECT_TRUE(fs::is_symlink(scratch / "link.png"));
  EXPECT_TRUE(isSix(scratch / "real" / "target.png"));
}

TEST(SavePlace, ALinkThatLeadsToNothingStaysAndItsTargetIsMade) {
  const Scratch scratch;
  fs::create_directories(scratch / "real" / "deep");
  fs::create_directory_symlink("real/deep", scratch / "folder");
  fs::create_symlink("folder/../target.png", scratch / "link.png");  // seen from real/deep
  fs::create_symlink(scratch / "link.png", scratch / "other.png");
  const Umask set(027);
  for (const char* name : {"link.png", "other.png"}) {
    saveImage(imageOf(kSix), scratch / name);
    EXPECT_TRUE(fs::is_symlink(scratch / name));
    EXPECT_TRUE(isSix(scratch / "real" / "target.png"));
    EXPECT_EQ(modeOf(scratch / "real" / "target.png"), 0640u);
    fs::remove(scratch / "real" / "target.png");
  }
  EXPECT_FALSE(fs::exists(scratch / "target.png"));
}

TEST(SavePlace, LinksThatLeadNowhereAtAllAreRefused) {
  const Scratch scratch;
  fs::create_symlink("no/a.png", scratch / "a.png");
  EXPECT_TRUE(contains(saveError(scratch / "a.png", {.createFolders = true}),
                       {"its link leads to \"no/a.png\", whose folder cannot be opened: No such"}));
  fs::create_symlink("c.png", scratch / "b.png");
  fs::create_symlink("b.png", scratch / "c.png");
  EXPECT_TRUE(contains(saveError(scratch / "b.png"), {"b.png", "Too many levels"}));
  fs::create_symlink("none/", scratch / "d.png");
  EXPECT_NE(saveError(scratch / "d.png"), "no error");
  fs::create_directory(scratch / "dir");
  fs::create_symlink("dir", scratch / "e.png");
  EXPECT_TRUE(contains(saveError(scratch / "e.png"), {"it is a folder"}));
  fs::create_directory_symlink("none", scratch / "gone");
  EXPECT_TRUE(contains(saveError(scratch / "gone" / "a.png"), {"gone\" does not exist"}));
  EXPECT_NE(saveError(scratch / "gone" / "a.png", {.createFolders = true}), "no error");
  EXPECT_EQ(scratch.names(),
            (std::vector<std::string>{"a.png", "b.png", "c.png", "d.png", "dir", "e.png", "gone"}));
}

TEST(SavePlace, DevicesAndPipesAreNoPicturesFiles) {
  const Scratch scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  for (const fs::path& special : {fs::path("/dev/null"), fs::path("/dev/full"), scratch / "pipe"}) {
    fs::remove(scratch / "a.png");
    fs::create_symlink(special, scratch / "a.png");
    EXPECT_TRUE(contains(saveError(scratch / "a.png"), {"a.png", "not a regular file"}));
    EXPECT_FALSE(fs::is_regular_file(special));
  }
}

TEST(SavePlace, AFileThatHasLostItsNameIsNotMadeAgainUnderAnother) {
  const Scratch scratch;
  writeBytes(scratch / "old.png", bytesOf("old"));
  FILE* const open = std::fopen((scratch / "old.png").c_str(), "r");
  ASSERT_NE(open, nullptr);
  fs::remove(scratch / "old.png");
  fs::create_symlink("/proc/self/fd/" + std::to_string(::fileno(open)), scratch / "a.png");
  EXPECT_TRUE(contains(saveError(scratch / "a.png"), {"its link leads to no name"}));
  std::fclose(open);
  EXPECT_EQ(scratch.names(), std::vector<std::string>{"a.png"});
}

TEST(SavePlace, DotsBehindALinkAreSeenFromWhereItLeads) {
  const Scratch scratch;
  fs::create_directories(scratch / "far" / "deep");
  fs::create_directory_symlink("far/deep", scratch / "link");
  const fs::path file = saveImage(imageOf(kSix), scratch / "link" / ".." / "." / "a.png");
  EXPECT_EQ(file, scratch / "link" / ".." / "a.png");
  EXPECT_TRUE(isSix(scratch / "far" / "a.png"));
  EXPECT_FALSE(fs::exists(scratch / "a.png"));
}

TEST(SavePlace, APathAsLongAsThereMayBeLeavesRoomForTheTemporary) {
  const Scratch scratch;
  fs::path folder = scratch.folder();
  while (folder.native().size() < 3800) folder /= std::string(100, 'n');
  const std::size_t left = 4095 - folder.native().size() - 1 - std::string("/a.png").size();
  folder /= std::string(left, 'n');
  const fs::path file = folder / "a.png";
  ASSERT_EQ(file.native().size(), 4095u);
  saveImage(imageOf(kSix), file, {.createFolders = true});
  EXPECT_TRUE(isSix(file));
}

}  // namespace
}  // namespace topknot::test
