// What ImageMagick and OpenEXR find in the files that the program wrote.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/support/command.h"

namespace topknot::test {

/// A picture as others read it, top row first.
template <class Component>
struct Pixels {
  int width = 0, height = 0;
  std::vector<std::array<Component, 4>> rgba;

  const std::array<Component, 4>& at(int x, int y) const {
    return rgba.at(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(x));
  }
  /// The four corners: top left, top right, bottom left, bottom right.
  std::vector<std::array<Component, 4>> corners() const {
    return {at(0, 0), at(width - 1, 0), at(0, height - 1), at(width - 1, height - 1)};
  }
};

/// Read by ImageMagick, 0..255.
Pixels<int> magickPixels(Workshop& shop, const std::filesystem::path& file);
/// Read by the OpenEXR library.
Pixels<float> exrPixels(const std::filesystem::path& file);

/// ImageMagick's convert, and not a stand-in of that name.
std::string magickProgram(Workshop& shop);

}  // namespace topknot::test
