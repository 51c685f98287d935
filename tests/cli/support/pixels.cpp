// Asks ImageMagick for raw bytes, and OpenEXR for its RGBA interface.
#include "cli/support/pixels.h"

#include <OpenEXR/ImfRgbaFile.h>

#include <sstream>
#include <stdexcept>

namespace topknot::test {

std::string magickProgram(Workshop& shop) {
  for (const char* name : {"magick", "convert-im6.q16", "convert"}) {
    const Result result = shop.run({name, "-version"});
    const bool real = result.out.find("ImageMagick") != std::string::npos &&
                      result.out.find("Copyright") != std::string::npos;
    if (result.status == 0 && real) return name;
  }
  throw std::runtime_error("this test needs ImageMagick (Debian package imagemagick)");
}

Pixels<int> magickPixels(Workshop& shop, const std::filesystem::path& file) {
  const std::string program = magickProgram(shop);
  const Result size = shop.run({program, file.string(), "-format", "%w %h", "info:"});
  const Result raw = shop.run({program, file.string(), "-depth", "8", "rgba:-"});
  if (size.status != 0 || raw.status != 0) throw std::runtime_error(size.err + raw.err);
  Pixels<int> pixels;
  std::istringstream(size.out) >> pixels.width >> pixels.height;
  for (std::size_t i = 0; i + 3 < raw.out.size(); i += 4) {
    std::array<int, 4> pixel{};
    for (std::size_t c = 0; c < 4; ++c) pixel[c] = static_cast<unsigned char>(raw.out[i + c]);
    pixels.rgba.push_back(pixel);
  }
  return pixels;
}

Pixels<float> exrPixels(const std::filesystem::path& file) {
  Imf::RgbaInputFile input(file.c_str());
  const Imath::Box2i window = input.dataWindow();
  Pixels<float> pixels;
  pixels.width = window.max.x - window.min.x + 1;
  pixels.height = window.max.y - window.min.y + 1;
  std::vector<Imf::Rgba> rows(static_cast<std::size_t>(pixels.width) *
                              static_cast<std::size_t>(pixels.height));
  input.setFrameBuffer(rows.data() - window.min.x - window.min.y * pixels.width, 1,
                       static_cast<std::size_t>(pixels.width));
  input.readPixels(window.min.y, window.max.y);
  for (const Imf::Rgba& p : rows) pixels.rgba.push_back({p.r, p.g, p.b, p.a});
  return pixels;
}

void Workshop::writePng(const std::string& name, int width, int height, const std::string& rgb) {
  write("raw.rgb", rgb);
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  const Result result = run({magickProgram(*this), "-size", size, "-depth", "8", "rgb:raw.rgb",
                             "-define", "png:color-type=2", name});
  if (result.status != 0) throw std::runtime_error(result.err);
}

}  // namespace topknot::test
