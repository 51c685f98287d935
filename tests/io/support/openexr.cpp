// What OpenEXR itself reads from a file, without any code of ours.
#include "io/support/openexr.h"

#include <ImfArray.h>
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfRgbaFile.h>

#include <algorithm>

namespace topknot::test {
namespace {

using Imath::Box2i;

/// One plane of the data window, row by row.
std::vector<float> plane(Imf::InputFile& file, const char* name, float missing) {
  const Box2i window = file.header().dataWindow();
  const auto width = static_cast<std::size_t>(window.max.x - window.min.x + 1);
  const auto height = static_cast<std::size_t>(window.max.y - window.min.y + 1);
  std::vector<float> values(width * height, missing);
  if (file.header().channels().findChannel(name) == nullptr) return values;
  Imf::FrameBuffer buffer;
  buffer.insert(name, Imf::Slice::Make(Imf::FLOAT, values.data(), window, 4, 4 * width));
  file.setFrameBuffer(buffer);
  file.readPixels(window.min.y, window.max.y);
  return values;
}

std::vector<glm::vec4> chromaPixels(const std::filesystem::path& path) {
  Imf::RgbaInputFile file(path.c_str());
  const Box2i window = file.dataWindow();
  const int width = window.max.x - window.min.x + 1, height = window.max.y - window.min.y + 1;
  std::vector<Imf::Rgba> rgba(static_cast<std::size_t>(width * height));
  file.setFrameBuffer(rgba.data() - window.min.x - window.min.y * width, 1,
                      static_cast<std::size_t>(width));
  file.readPixels(window.min.y, window.max.y);
  std::vector<glm::vec4> pixels;
  for (const Imf::Rgba& each : rgba) pixels.emplace_back(each.r, each.g, each.b, each.a);
  return pixels;
}

}  // namespace

ExrPixels byOpenExr(const std::filesystem::path& path) {
  Imf::InputFile file(path.c_str());
  const Imf::ChannelList& channels = file.header().channels();
  std::vector<glm::vec4> data;
  if (channels.findChannel("RY") != nullptr) {
    data = chromaPixels(path);
  } else {
    const char* grey = channels.findChannel("Y") != nullptr ? "Y" : nullptr;
    const auto r = plane(file, grey ? grey : "R", 0), g = plane(file, grey ? grey : "G", 0);
    const auto b = plane(file, grey ? grey : "B", 0), a = plane(file, "A", 1);
    for (std::size_t i = 0; i < r.size(); ++i) data.emplace_back(r[i], g[i], b[i], a[i]);
  }
  const Box2i window = file.header().dataWindow(), display = file.header().displayWindow();
  ExrPixels result{display.max.x - display.min.x + 1, display.max.y - display.min.y + 1, {}};
  for (int y = display.min.y; y <= display.max.y; ++y) {
    for (int x = display.min.x; x <= display.max.x; ++x) {
      const bool inside = window.intersects(Imath::V2i(x, y));
      const int width = window.max.x - window.min.x + 1;
      const auto at = static_cast<std::size_t>((y - window.min.y) * width + x - window.min.x);
      result.pixels.push_back(inside ? data[at] : glm::vec4(0));
    }
  }
  return result;
}

std::size_t differing(const Image& image, const ExrPixels& expected) {
  if (image.width() != expected.width || image.height() != expected.height) {
    return expected.pixels.size();
  }
  std::size_t count = 0, at = 0;
  for (int y = image.height(); y-- > 0;) {
    for (int x = 0; x < image.width(); ++x, ++at) {
      const glm::vec4 have = image.pixel(x, y), want = expected.pixels[at];
      bool same = true;
      for (int i = 0; i < 4; ++i) {
        same = same && (have[i] == want[i] || (have[i] != have[i] && want[i] != want[i]));
      }
      if (!same) ++count;
    }
  }
  return count;
}

}  // namespace topknot::test
