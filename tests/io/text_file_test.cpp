// Text files: as they are, within the limit.
#include "io/files/text_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

using io::readTextFile;

TEST(TextFile, TheTextIsReadAsItIs) {
  const Scratch scratch;
  const std::string text("line 1\r\nline 2\n\0\xff", 17);
  writeBytes(scratch / "a.frag", bytesOf(text));
  EXPECT_EQ(readTextFile(scratch / "a.frag", 17), text);
  writeBytes(scratch / "empty.frag", {});
  EXPECT_EQ(readTextFile(scratch / "empty.frag", 0), "");
}

TEST(TextFile, ErrorsNameTheFileAndTheReason) {
  const Scratch scratch;
  const auto error = [&](const std::filesystem::path& file, std::uint64_t most) {
    return errorOf([&] { readTextFile(file, most); });
  };
  writeBytes(scratch / "a.frag", bytesOf("12345"));
  EXPECT_TRUE(contains(error(scratch / "a.frag", 4), {"a.frag", "5 bytes, the limit is 4"}));
  EXPECT_TRUE(contains(error(scratch / "b.frag", 4), {"b.frag\" does not exist"}));
  EXPECT_TRUE(contains(error(scratch.folder(), 4), {"is a folder"}));
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(contains(error(scratch / "pipe", 4), {"not a regular file"}));
}

TEST(TextFile, FilesOfTheKernelThatClaimToBeEmptyAreRead) {
  EXPECT_TRUE(contains(readTextFile("/proc/self/status", 1 << 20), {"Name:"}));
  EXPECT_TRUE(contains(errorOf([] { readTextFile("/proc/self/status", 10); }),
                       {"/proc/self/status", "limit"}));
}

}  // namespace
}  // namespace topknot::test
