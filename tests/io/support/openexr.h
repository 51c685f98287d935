// What OpenEXR itself reads from a file, without any code of ours.
#pragma once

#include <filesystem>
#include <glm/vec4.hpp>
#include <vector>

#include "topknot/image.h"

namespace topknot::test {

/// The display window of an exr's first part as (r, g, b, a), top row first: Y or one other channel
/// spread, missing colours 0, missing alpha 1, outside of the data window 0.
struct ExrPixels {
  int width = 0, height = 0;
  std::vector<glm::vec4> pixels;
};
ExrPixels byOpenExr(const std::filesystem::path& file);

/// How many pixels of the image are others; NaN is NaN. All, if the sizes differ.
std::size_t differing(const Image& image, const ExrPixels& expected);

}  // namespace topknot::test
