// Where `#include` looks, and where it never looks.
#include "top/shader/include_finder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "support/pictures.h"

namespace topknot {
namespace {

namespace fs = std::filesystem;

using test::Folder;

/// The text found, or the sentence that says why not.
std::string found(IncludeFinder& finder, std::string_view wanted, std::string_view includer = "w") {
  try {
    const auto source = finder.resolver()(wanted, includer);
    return source ? source->text : "nothing";
  } catch (const Error& error) {
    return error.what();
  }
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(IncludeFinder, NamedTextsMayHaveAnyName) {
  IncludeFinder finder;
  for (const char* name : {"plain", "/project1/text1", "../../geo1/text2", "a b/c.glsl"}) {
    finder.addText(name, std::string("<") + name + ">");
    EXPECT_EQ(found(finder, name), std::string("<") + name + ">");
  }
}

TEST(IncludeFinder, NamesAreSeenFromTheIncludersOwn) {
  IncludeFinder finder;
  finder.addText("/project1/geo1/text2", "two");
  finder.addText("/project1/text2", "upper");
  finder.addText("text2", "top");
  EXPECT_EQ(found(finder, "text2", "/project1/geo1/frag"), "two");
  EXPECT_EQ(found(finder, "../text2", "/project1/geo1/frag"), "upper");
  EXPECT_EQ(found(finder, "./text2", "/project1/frag"), "upper");
  EXPECT_EQ(found(finder, "text2", "warp_pixel"), "top");
  EXPECT_EQ(found(finder, "text2", "/elsewhere/frag"), "top");
}

TEST(IncludeFinder, LeadingAscentsOfANameMayBeMissing) {
  IncludeFinder finder;
  finder.addText("geo1/text2", "two");
  finder.addText("/project1/text1", "one");
  EXPECT_EQ(found(finder, "../../geo1/text2", "warp_pixel"), "two");
  EXPECT_EQ(found(finder, "../../project1/text1", "warp_pixel"), "one");
}

TEST(IncludeFinder, NamedTextsGoBeforeFiles) {
  const Folder folder;
  folder.write("lib.glsl", "file");
  IncludeFinder finder;
  finder.addFolder(folder.path());
  EXPECT_EQ(found(finder, "lib.glsl"), "file");
  finder.addText("lib.glsl", "text");
  EXPECT_EQ(found(finder, "lib.glsl"), "text");
}

TEST(IncludeFinder, FilesAreSoughtBesideTheIncluderThenInFolders) {
  const Folder folder;
  for (const char* name : {"near", "lib", "more"}) std::filesystem::create_directory(folder / name);
  folder.write("near/a", "near a");
  folder.write("lib/a", "lib a");
  folder.write("lib/b", "lib b");
  folder.write("more/b", "more b");
  IncludeFinder finder;
  finder.addFile(folder / "near/w");
  finder.addFolder(folder / "lib");
  finder.addFolder(folder / "more");
  const std::string includer = (folder / "near/w").string();
  EXPECT_EQ(found(finder, "a", includer), "near a");
  EXPECT_EQ(found(finder, "b", includer), "lib b");
  EXPECT_EQ(found(finder, "a", "a text"), "lib a");
}

TEST(IncludeFinder, AnIncludeLooksBesideItselfToo) {
  const Folder folder;
  std::filesystem::create_directories(folder / "lib/deep");
  folder.write("lib/deep/a", "a");
  folder.write("lib/deep/b", "b");
  folder.write("lib/c", "c");
  IncludeFinder finder;
  finder.addFolder(folder / "lib");
  const auto a = finder.resolver()("deep/a", "w");
  ASSERT_TRUE(a);
  EXPECT_EQ(found(finder, "b", a->name), "b");
  EXPECT_EQ(found(finder, "../c", a->name), "c");
  EXPECT_TRUE(finder.files().contains((folder / "lib/deep/b").string()));
}

TEST(IncludeFinder, NothingOutsideTheFoldersIsRead) {
  const Folder folder;
  std::filesystem::create_directories(folder / "shaders/lib");
  std::filesystem::create_directory(folder / "shaders2");
  const std::string secret = folder.write("secret", "secret").string();
  folder.write("shaders2/s", "secret");
  folder.write("shaders/lib/a", "a");
  IncludeFinder finder;
  finder.addFile(folder / "shaders/w");
  const std::string includer = (folder / "shaders/w").string();
  for (const std::string& wanted :
       {std::string("../secret"), std::string("lib/../../secret"), std::string("../shaders2/s"),
        secret, std::string("/etc/passwd"), std::string("../no/such/file")}) {
    const std::string sentence = found(finder, wanted, includer);
    EXPECT_TRUE(has(sentence, "the include \"" + wanted + "\" was not found")) << sentence;
    EXPECT_TRUE(has(sentence, "files outside the folders are not read")) << sentence;
  }
  EXPECT_EQ(found(finder, "lib/../lib/a", includer), "a");
  EXPECT_EQ(found(finder, (folder / "shaders/lib/a").string(), includer), "a");
  finder.addFolder(folder.path());
  EXPECT_EQ(found(finder, "../secret", includer), "secret");
}

/// A folder `lib` beside a file `secret` and a folder `out` that holds another.
class IncludeLinks : public ::testing::Test {
 protected:
  IncludeLinks() {
    for (const char* name : {"lib", "lib/deep", "out"}) fs::create_directory(folder_ / name);
    folder_.write("secret", "secret");
    folder_.write("out/secret", "secret");
    folder_.write("lib/a", "a");
    folder_.write("lib/deep/b", "b");
  }
  void link(const fs::path& to, const char* name) { fs::create_symlink(to, folder_ / name); }

  const Folder folder_;
  IncludeFinder finder_;
};

TEST_F(IncludeLinks, ThatLeadOutAreNotFollowed) {
  link("../secret", "lib/near");
  link(folder_ / "secret", "lib/far");
  link("../out", "lib/folder");
  link("far", "lib/chain");
  link("/etc/passwd", "lib/users");
  link("/dev/zero", "lib/device");
  link("../lib2/s", "lib/beside");
  fs::create_directory(folder_ / "lib2");
  folder_.write("lib2/s", "secret");  // the root's name is the beginning of this one's
  finder_.addFolder(folder_ / "lib");
  for (const char* name :
       {"near", "far", "folder/secret", "chain", "users", "device", "beside", "deep/../near"}) {
    const std::string sentence = found(finder_, name);
    EXPECT_TRUE(has(sentence, "was not found")) << sentence;
    EXPECT_TRUE(has(sentence, "a link leads out of its folder")) << sentence;
  }
  EXPECT_TRUE(finder_.files().empty()) << "nothing of them is watched either";
}

TEST_F(IncludeLinks, ThatLeadOutBesideTheIncluderAreNotFollowed) {
  link("../secret", "lib/near");
  finder_.addFile(folder_ / "lib/w");
  EXPECT_TRUE(has(found(finder_, "near", (folder_ / "lib/w").string()), "leads out"));
}

TEST_F(IncludeLinks, LeadIntoAnotherFolderButNotUpIntoOneThatHoldsTheirOwn) {
  link("../out/secret", "lib/near");
  finder_.addFolder(folder_ / "lib");
  finder_.addFile(folder_ / "w");  // and all beside and below it
  EXPECT_TRUE(has(found(finder_, "near"), "leads out"));
  EXPECT_TRUE(has(found(finder_, "lib/near", (folder_ / "w").string()), "leads out"));
  EXPECT_EQ(found(finder_, "out/secret", (folder_ / "w").string()), "secret");
  finder_.addFolder(folder_ / "out");
  EXPECT_EQ(found(finder_, "near"), "secret");
}

TEST_F(IncludeLinks, ThatStayInsideAreFollowed) {
  link("../a", "lib/deep/up");
  link(folder_ / "lib/a", "lib/absolute");
  link("deep", "lib/folder");
  finder_.addFolder(folder_ / "lib");
  EXPECT_EQ(found(finder_, "deep/up"), "a");
  EXPECT_EQ(found(finder_, "absolute"), "a");
  EXPECT_EQ(found(finder_, "folder/b"), "b");
}

TEST_F(IncludeLinks, OfTheFolderItselfAreTheUsersOwn) {
  link("lib", "shaders");
  link("shaders", "again");
  link("../secret", "lib/near");
  finder_.addFolder(folder_ / "again");
  EXPECT_EQ(found(finder_, "a"), "a");
  EXPECT_EQ(found(finder_, "deep/b"), "b");
  EXPECT_EQ(found(finder_, (folder_ / "again/a").string()), "a");
  EXPECT_TRUE(has(found(finder_, "near"), "leads out"));
}

TEST_F(IncludeLinks, GoOnToTheNextFolder) {
  link("../secret", "lib/near");
  finder_.addFolder(folder_ / "lib");
  fs::create_directory(folder_ / "more");
  folder_.write("more/near", "more");
  finder_.addFolder(folder_ / "more");
  EXPECT_EQ(found(finder_, "near"), "more");
}

TEST_F(IncludeLinks, ThatChangeWhileTheyAreFollowedGiveNothingAway) {
  finder_.addFolder(folder_ / "lib");
  std::atomic<bool> over = false;
  std::thread other([&] {
    for (int i = 0; !over; ++i) {
      fs::remove(folder_ / "lib/new");
      fs::create_symlink(i % 2 == 0 ? "a" : "../secret", folder_ / "lib/new");
      fs::rename(folder_ / "lib/new", folder_ / "lib/x");
    }
  });
  int seen = 0;
  const auto latest = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  while (std::chrono::steady_clock::now() < latest) {
    const std::string text = found(finder_, "x");
    EXPECT_NE(text, "secret");
    seen += text == "a" ? 1 : 0;
  }
  over = true;
  other.join();
  EXPECT_GT(seen, 0);
}

TEST_F(IncludeLinks, NamesWithAByteZeroMeanNoFile) {
  finder_.addFolder(folder_ / "lib");
  const std::string sentence = found(finder_, std::string_view("a\0b", 3));
  EXPECT_TRUE(has(sentence, "byte 0")) << sentence;
}

TEST(IncludeFinder, AMissingIncludeTellsWhatThereIs) {
  const Folder folder;
  IncludeFinder finder;
  EXPECT_EQ(found(finder, "x"), "the include \"x\" was not found; texts: none; folders: none");
  finder.addText("b", "");
  finder.addText("a", "");
  finder.addFile("w");
  finder.addFolder(folder.path());
  EXPECT_EQ(found(finder, "x", "w"),
            "the include \"x\" was not found; texts: 'a', 'b'; folders: "
            "'.', '" +
                folder.path().string() + "'");
  for (char c = 'c'; c < 'z'; ++c) finder.addText(std::string(1, c), "");
  EXPECT_TRUE(has(found(finder, "x/y"), "'i', 'j' and more;")) << found(finder, "x/y");
}

TEST(IncludeFinder, FoldersAndWhatCannotBeReadAreErrorsByName) {
  const Folder folder;
  std::filesystem::create_directory(folder / "dir");
  folder.write("big", std::string((1 << 20) + 1, ' '));
  IncludeFinder finder;
  finder.addFolder(folder.path());
  for (const char* name : {"dir", "big"}) {
    EXPECT_TRUE(has(found(finder, name), (folder / name).string())) << found(finder, name);
  }
}

}  // namespace
}  // namespace topknot
