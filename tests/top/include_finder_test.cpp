// Where `#include` looks, and where it never looks.
#include "top/include_finder.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace topknot {
namespace {

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
