// Saving: whole or not at all, and what it says when it cannot.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

std::string saveError(const fs::path& file, const Image& image = imageOf(kSix),
                      const SaveOptions& options = {}) {
  return errorOf([&] { saveImage(image, file, options); });
}

TEST(Save, ReturnsTheAbsolutePathAndLeavesNothingElse) {
  const Scratch scratch;
  const fs::path before = fs::current_path();
  fs::current_path(scratch.folder());
  const fs::path file = saveImage(imageOf(kSix), "a.png");
  fs::current_path(before);
  EXPECT_EQ(file, scratch / "a.png");
  EXPECT_EQ(scratch.names(), std::vector<std::string>{"a.png"});
  EXPECT_EQ(bytesOfSix(loadImage(file)), kSix);
}

TEST(Save, WritableSuffixesAreListed) {
  const auto suffixes = writableSuffixes();
  EXPECT_EQ(std::vector<std::string_view>(suffixes.begin(), suffixes.end()),
            (std::vector<std::string_view>{".tif", ".tiff", ".jpg", ".jpeg", ".bmp", ".png", ".exr",
                                           ".dds"}));
}

TEST(Save, UnknownAndMissingSuffixesAreRefusedWithTheList) {
  const Scratch scratch;
  EXPECT_TRUE(contains(saveError(scratch / "a.gif"),
                       {"a.gif", "\".gif\"", ".tif, .tiff, .jpg, .jpeg, .bmp, .png, .exr, .dds"}));
  EXPECT_TRUE(contains(saveError(scratch / "a"), {"/a\"", "no suffix", ".png, .exr, .dds"}));
  EXPECT_TRUE(contains(saveError(scratch / "a.d" / "b"), {"no suffix"}));
  EXPECT_TRUE(contains(errorOf([] { encodeImage(imageOf(kSix), "png"); }), {"no suffix"}));
}

TEST(Save, AnEmptyImageAndASliceTooManyAreRefused) {
  const Scratch scratch;
  EXPECT_TRUE(contains(saveError(scratch / "a.png", Image()), {"a.png", "empty"}));
  const Image deep(2, 2, PixelFormat::Rgba8Fixed, 3);
  EXPECT_TRUE(contains(saveError(scratch / "a.png", deep), {"a.png", "3 slices"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Save, SuffixesMayBeWrittenInCapitals) {
  const Scratch scratch;
  for (const char* name : {"a.PNG", "a.Tiff", "a.JPEG", "a.Dds"}) {
    EXPECT_EQ(loadImage(saveImage(imageOf(kSix), scratch / name)).width(), 3) << name;
  }
}

TEST(Save, AQualityOutOfRangeIsRefusedInEveryFormat) {
  const Scratch scratch;
  for (const std::string_view suffix : writableSuffixes()) {
    const std::string error =
        saveError(scratch / ("a" + std::string(suffix)), imageOf(kSix), {.quality = 7.0});
    EXPECT_TRUE(contains(error, {"quality is 7", "expected 0 to 1"})) << suffix;
  }
  EXPECT_TRUE(contains(saveError(scratch / "a.jpg", imageOf(kSix), {.quality = NAN}), {"nan"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Save, LessQualityMakesAJpgSmallerAndWorse) {
  const Image image = noisePicture(64, 64, PixelFormat::Rgba8Fixed, 3);
  std::size_t size = 0;
  double off = 1e9;
  for (const double quality : {0.0, 0.3, 0.9, 1.0}) {
    const auto bytes = encodeImage(image, ".jpg", {.quality = quality});
    EXPECT_GT(bytes.size(), size) << quality;
    size = bytes.size();
    const Image back = decodeImage(bytes, "memory");
    double sum = 0.0;
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) sum += std::abs(back.pixel(x, y).g - image.pixel(x, y).g);
    }
    EXPECT_LT(sum, off) << quality;
    off = sum;
  }
  EXPECT_LT(off / (64 * 64), 2.0 / 255);
}

TEST(Save, AJpgWiderThanTheFormatAllowsIsRefused) {
  const Image image(65501, 1, PixelFormat::Mono8Fixed);
  EXPECT_TRUE(contains(errorOf([&] { encodeImage(image, ".jpg"); }), {"at most 65500"}));
}

TEST(Save, MetadataIsRefusedEverywhereButInExr) {
  const Scratch scratch;
  for (const std::string_view suffix : writableSuffixes()) {
    const std::string error =
        saveError(scratch / ("a" + std::string(suffix)), imageOf(kSix), {.metadata = {{"a", "b"}}});
    if (suffix == ".exr") {
      EXPECT_EQ(error, "no error");
    } else {
      EXPECT_TRUE(contains(error, {"only exr"})) << suffix;
    }
  }
}

TEST(Save, AsynchronousFilesAreWholeOnceTheyAreCompleted) {
  const Scratch scratch;
  const Image image = noisePicture(200, 150, PixelFormat::Rgba8Fixed, 8);
  std::vector<FileSaveStatus> files;
  for (int i = 0; i < 200; ++i) {
    files.push_back(
        saveImage(image, scratch / ("a" + std::to_string(i) + ".png"), {.asynchronous = true}));
    // Whatever is there under its name is whole.
    if (std::filesystem::exists(files.back().path())) {
      EXPECT_EQ(loadImage(files.back()), image);
    }
  }
  for (const FileSaveStatus& file : files) {
    file.wait();
    EXPECT_TRUE(file.isCompleted());
    EXPECT_EQ(file.error(), "");
    EXPECT_EQ(loadImage(file), image);
  }
  EXPECT_EQ(scratch.names().size(), 200u);
}

TEST(Save, AnAsynchronousFileThatFailsTellsWhy) {
  const Scratch scratch;
  fs::create_directory(scratch / "a.png");
  const FileSaveStatus status = saveImage(imageOf(kSix), scratch / "a.png", {.asynchronous = true});
  EXPECT_EQ(status.path(), scratch / "a.png");
  EXPECT_TRUE(contains(errorOf([&] { status.wait(); }), {"a.png", "is a folder"}));
  EXPECT_TRUE(status.isCompleted());
  EXPECT_TRUE(contains(status.error(), {"a.png", "is a folder"}));
}

TEST(Save, WhatCanBeToldAtOnceIsThrownAtOnceAlsoAsynchronously) {
  const Scratch scratch;
  EXPECT_TRUE(
      contains(saveError(scratch / "a.xyz", imageOf(kSix), {.asynchronous = true}), {"\".xyz\""}));
  EXPECT_TRUE(contains(saveError(scratch / "no" / "a.png", imageOf(kSix), {.asynchronous = true}),
                       {"does not exist"}));
}

TEST(Save, AMissingFolderIsNamedOrMade) {
  const Scratch scratch;
  const fs::path file = scratch / "x" / "y" / "a.png";
  EXPECT_TRUE(contains(saveError(file), {"a.png", "x/y\" does not exist", "createFolders"}));
  EXPECT_FALSE(fs::exists(scratch / "x"));
  EXPECT_EQ(saveImage(imageOf(kSix), file, {.createFolders = true}), file);
  EXPECT_EQ(bytesOfSix(loadImage(file)), kSix);
}

TEST(Save, AFileInThePlaceOfAFolderIsNamed) {
  const Scratch scratch;
  writeBytes(scratch / "x", bytesOf("a file"));
  EXPECT_TRUE(contains(saveError(scratch / "x" / "a.png", imageOf(kSix), {.createFolders = true}),
                       {"x\" is not a folder"}));
  EXPECT_TRUE(
      contains(saveError(scratch / "x" / "y" / "a.png", imageOf(kSix), {.createFolders = true}),
               {"/x/y\"", "Not a directory"}));
}

TEST(Save, AFolderOrPipeOfThatNameIsRefused) {
  const Scratch scratch;
  fs::create_directory(scratch / "a.png");
  EXPECT_TRUE(contains(saveError(scratch / "a.png"), {"a.png", "is a folder"}));
  ASSERT_EQ(::mkfifo((scratch / "b.png").c_str(), 0600), 0);
  EXPECT_TRUE(contains(saveError(scratch / "b.png"), {"b.png", "not a regular file"}));
  EXPECT_EQ(scratch.names(), (std::vector<std::string>{"a.png", "b.png"}));
}

TEST(Save, ANameThatIsTooLongOrHasAByteZeroIsRefused) {
  const Scratch scratch;
  EXPECT_TRUE(contains(saveError(scratch / (std::string(300, 'n') + ".png")), {"too long"}));
  EXPECT_TRUE(contains(saveError(scratch / std::string_view("a\0b.png", 7)), {"byte 0"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Save, APathOf5000CharactersIsRefused) {
  const Scratch scratch;
  fs::path path = scratch.folder();
  while (path.native().size() < 5000) path /= std::string(100, 'n');
  EXPECT_TRUE(contains(saveError(path / "a.png"), {"a.png", "too long"}));
  EXPECT_TRUE(
      contains(saveError(path / "a.png", imageOf(kSix), {.createFolders = true}), {"too long"}));
  EXPECT_TRUE(
      contains(saveError(path / "a.png", imageOf(kSix), {.asynchronous = true}), {"too long"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Save, TheLongestNameIsNotTooLong) {
  const Scratch scratch;
  const fs::path file = scratch / (std::string(251, 'n') + ".png");
  EXPECT_EQ(saveImage(imageOf(kSix), file), file);
}

/// 64 KiB of room while it lives; only root can make one.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST(Save, ADiskWithoutRoomIsToldInEveryFormatAndLeavesTheOldFile) {
  const Scratch scratch;
  const SmallDisk disk(scratch / "disk");
  if (!disk.mounted()) GTEST_SKIP() << "only root can mount a small disk";
  const Image large = noisePicture(400, 300, PixelFormat::Rgba8Fixed, 1);
  for (const std::string_view suffix : writableSuffixes()) {
    const fs::path file = scratch / "disk" / ("a" + std::string(suffix));
    saveImage(imageOf(kSix), file);
    const Bytes before = readBytes(file);
    EXPECT_TRUE(contains(saveError(file, large), {file.string(), "No space left on device"}));
    const FileSaveStatus later = saveImage(large, file, {.asynchronous = true});
    EXPECT_TRUE(contains(errorOf([&] { later.wait(); }), {"No space left on device"}));
    EXPECT_EQ(readBytes(file), before) << suffix;
    fs::remove(file);
    EXPECT_TRUE(fs::is_empty(scratch / "disk")) << suffix;
  }
}

TEST(Save, AFailedRenameLeavesNoTemporary) {
  const Scratch scratch;
  const fs::path file = scratch / "a.exr";
  EXPECT_TRUE(contains(saveError(file, imageOf(kSix), {.metadata = {{"", ""}}}), {"a.exr"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Save, ReadOnlyFoldersAndFilesAreRefusedToOrdinaryUsers) {
  const Scratch scratch;
  const fs::path file = saveImage(imageOf(kSix), scratch / "a.png");
  const Bytes before = readBytes(file);
  fs::permissions(scratch.folder(), fs::perms{0755});
  fs::permissions(file, fs::perms{0444});
  // Permissions do not bind root, so it steps down for a moment.
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  } else {
    fs::permissions(scratch.folder(), fs::perms{0555});
  }
  const std::string fileError = saveError(file);
  const std::string folderError = saveError(scratch / "b.png");
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  fs::permissions(scratch.folder(), fs::perms{0755});
  EXPECT_TRUE(contains(fileError, {"a.png", "Permission denied"}));
  EXPECT_TRUE(contains(folderError, {"b.png", "folder: Permission denied"}));
  EXPECT_EQ(readBytes(file), before);
}

}  // namespace
}  // namespace topknot::test
