// Tiny pictures with no symmetry, and questions about pictures.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "io/support/scratch.h"
#include "topknot/error.h"
#include "topknot/image_file.h"

namespace topknot::test {

/// 3 × 2 pixels of six colours, as rgba bytes in file order: top row first.
inline constexpr std::array<std::uint8_t, 24> kSix = {
    255, 0,  0,  255, 0,   200, 30, 255, 10, 20, 240, 255,  // red, green, blue
    90,  80, 70, 255, 250, 240, 5,  255, 0,  0,  0,   255,  // brown, yellow, black
};

/// The same with six different alphas.
std::array<std::uint8_t, 24> sixWithAlpha();

/// An image of these bytes, through pixel values of byte/255.
Image imageOf(const std::array<std::uint8_t, 24>& topFirst,
              PixelFormat format = PixelFormat::Rgba8Fixed);

/// The image's pixels times 255, rounded, top row first.
std::array<std::uint8_t, 24> bytesOfSix(const Image& image);

/// The same of a file of that format, as ImageMagick reads it and would show it.
std::array<std::uint8_t, 24> sixByMagick(const Bytes& file, const std::string& format);

/// A larger picture that does not compress to nothing.
Image noisePicture(int width, int height, PixelFormat format, unsigned seed);

/// The sentence that loading, saving or the like throws; "no error" if it does not.
template <class Work>
std::string errorOf(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Whether `text` holds all the parts; GoogleTest prints both.
::testing::AssertionResult contains(const std::string& text, const std::vector<std::string>& parts);

/// The folder with real pictures, or an empty path where it is absent.
std::filesystem::path sharedPictures();

}  // namespace topknot::test
