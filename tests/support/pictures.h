// Tiny pictures, files and folders for tests.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "topknot/image_file.h"

namespace topknot::test {

/// A fresh folder that goes with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "topknot-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// 3 × 2, every pixel another: bottom row red, green, blue; top row cyan, magenta, half grey of
/// alpha one half.
inline Image sixColours(PixelFormat format = PixelFormat::Rgba8Fixed) {
  Image image(3, 2, format);
  image.setPixel(0, 0, {1, 0, 0, 1});
  image.setPixel(1, 0, {0, 1, 0, 1});
  image.setPixel(2, 0, {0, 0, 1, 1});
  image.setPixel(0, 1, {0, 1, 1, 1});
  image.setPixel(1, 1, {1, 0, 1, 1});
  image.setPixel(2, 1, {0.5f, 0.5f, 0.5f, 0.5f});
  return image;
}

inline ::testing::AssertionResult nearly(glm::vec4 a, glm::vec4 b, float tolerance = 1e-6f) {
  for (int i = 0; i < 4; ++i) {
    const float difference = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    if (!(difference <= tolerance)) {
      return ::testing::AssertionFailure()
             << "(" << a.r << ", " << a.g << ", " << a.b << ", " << a.a << ") is not (" << b.r
             << ", " << b.g << ", " << b.b << ", " << b.a << ")";
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace topknot::test
