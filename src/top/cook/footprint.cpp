// Which pixels of a picture another one is made from.
#include "top/cook/footprint.h"

#include <algorithm>
#include <cmath>

namespace topknot {

namespace {

/// What floats lose on the way to a place, of its size.
constexpr double kFloat = 1e-6;
/// What a sampler may lose, in pixels: it counts in fractions of them.
constexpr double kSampler = 1.0 / 64.0;

struct Span {
  int low = 0, high = gl::Region::kFar;
};

/// How far from a place a sampler reads, in pixels; `shrunk` is how many pixels of the source lie
/// under one of the picture. With mipmaps, a pixel of level n is made of those less than 2ⁿ⁺¹ away;
/// the sampler looks at its neighbours, and drivers may choose the next level.
double sampled(gl::Filter filter, double shrunk) {
  if (filter == gl::Filter::Nearest) return 0.0;
  if (filter == gl::Filter::Linear) return 0.5;
  return std::exp2(std::ceil(std::log2(std::max(shrunk, 1.0))) + 3.0);
}

/// The pixels from one place to another, of `size`, and so many around. Drivers compute slopes from
/// two by two pixels, so all four of them are needed.
Span pixels(double low, double high, double around, int size, gl::Extend extend) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {};
  const bool repeats = extend == gl::Extend::Repeat || extend == gl::Extend::Mirror;
  if (!repeats) {  // beyond the edges is what lies there
    low = std::clamp(low, 0.0, static_cast<double>(size));
    high = std::clamp(high, 0.0, static_cast<double>(size));
  }
  const double first = std::floor(low - around), behind = std::floor(high + around) + 1.0;
  if (repeats && (first < 0.0 || behind > size)) return {};
  const auto pixel = [size](double v) { return static_cast<int>(std::clamp(v, -2.0, size + 2.0)); };
  return {pixel(first) & ~1, (pixel(behind) + 1) & ~1};
}

}  // namespace

gl::Region Footprint::of(const gl::Region& part, const gl::TextureShape& shape,
                         const Source& source) const {
  const glm::dvec2 pixel(1.0 / shape.width, 1.0 / shape.height);
  const gl::TextureShape& from = source.shape;
  const glm::dvec2 size(from.width, from.height);
  // Centres of the outermost pixels.
  const glm::dvec2 low = (glm::dvec2(std::max(part.x0, 0), std::max(part.y0, 0)) + 0.5) * pixel;
  const glm::dvec2 high =
      (glm::dvec2(std::min(part.x1, shape.width), std::min(part.y1, shape.height)) - 0.5) * pixel;
  const glm::dvec2 middle = (low + high) * 0.5, half = glm::abs(high - low) * 0.5;
  double shrunk = 0.0;
  const glm::dmat3x2 to(at);
  for (int i = 0; i < 2; ++i) {
    shrunk += size[i] * (std::abs(to[0][i]) * pixel.x + std::abs(to[1][i]) * pixel.y);
  }
  Span spans[2];
  for (int i = 0; i < 2; ++i) {
    const double centre = to[0][i] * middle.x + to[1][i] * middle.y + to[2][i];
    const double most = std::abs(to[0][i]) + std::abs(to[1][i]) + std::abs(to[2][i]) + around[i];
    const double reach = std::abs(to[0][i]) * half.x + std::abs(to[1][i]) * half.y + around[i];
    const double further = (reach + kFloat * most) * size[i] + kSampler;
    spans[i] =
        pixels(centre * size[i] - further, centre * size[i] + further,
               sampled(source.filter, shrunk), i == 0 ? from.width : from.height, source.extend);
  }
  return gl::Region{spans[0].low, spans[1].low, spans[0].high, spans[1].high}.within(from.width,
                                                                                     from.height);
}

}  // namespace topknot
