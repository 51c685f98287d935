// How OpenGL stores, transfers and samples each pixel format.
#include "gl/context/format.h"

#include "topknot/error.h"

namespace topknot::gl {

namespace {

constexpr GLint R = GL_RED, G = GL_GREEN, B = GL_BLUE, A = GL_ALPHA, Zero = GL_ZERO, One = GL_ONE;
constexpr std::array<GLint, 4> kRgba = {R, G, B, A};
constexpr std::array<GLint, 4> kRgb = {R, G, B, One};
constexpr std::array<GLint, 4> kMono = {R, R, R, One};
constexpr std::array<GLint, 4> kRg = {R, G, Zero, One};
constexpr std::array<GLint, 4> kAlpha = {Zero, Zero, Zero, R};
constexpr std::array<GLint, 4> kMonoAlpha = {R, R, R, G};

// In the order of PixelFormat.
constexpr Format kFormats[] = {
    {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, kRgba, 4},
    {GL_SRGB8_ALPHA8, GL_RGBA, GL_UNSIGNED_BYTE, kRgba, 4},
    {GL_RGBA16F, GL_RGBA, GL_HALF_FLOAT, kRgba, 8},
    {GL_RGBA32F, GL_RGBA, GL_FLOAT, kRgba, 16},
    {GL_RGB10_A2, GL_RGBA, GL_UNSIGNED_INT_2_10_10_10_REV, kRgba, 4},
    {GL_RGBA16, GL_RGBA, GL_UNSIGNED_SHORT, kRgba, 8},
    {GL_R11F_G11F_B10F, GL_RGB, GL_UNSIGNED_INT_10F_11F_11F_REV, kRgb, 4},
    {GL_RGBA16F, GL_RGB, GL_HALF_FLOAT, kRgb, 8},
    {GL_RGBA32F, GL_RGB, GL_FLOAT, kRgb, 16},
    {GL_R8, GL_RED, GL_UNSIGNED_BYTE, kMono, 1},
    {GL_R16, GL_RED, GL_UNSIGNED_SHORT, kMono, 2},
    {GL_R16F, GL_RED, GL_HALF_FLOAT, kMono, 2},
    {GL_R32F, GL_RED, GL_FLOAT, kMono, 4},
    {GL_RG8, GL_RG, GL_UNSIGNED_BYTE, kRg, 2},
    {GL_RG16, GL_RG, GL_UNSIGNED_SHORT, kRg, 4},
    {GL_RG16F, GL_RG, GL_HALF_FLOAT, kRg, 4},
    {GL_RG32F, GL_RG, GL_FLOAT, kRg, 8},
    {GL_R8, GL_RED, GL_UNSIGNED_BYTE, kAlpha, 1},
    {GL_R16, GL_RED, GL_UNSIGNED_SHORT, kAlpha, 2},
    {GL_R16F, GL_RED, GL_HALF_FLOAT, kAlpha, 2},
    {GL_R32F, GL_RED, GL_FLOAT, kAlpha, 4},
    {GL_RG8, GL_RG, GL_UNSIGNED_BYTE, kMonoAlpha, 2},
    {GL_RG16, GL_RG, GL_UNSIGNED_SHORT, kMonoAlpha, 4},
    {GL_RG16F, GL_RG, GL_HALF_FLOAT, kMonoAlpha, 4},
    {GL_RG32F, GL_RG, GL_FLOAT, kMonoAlpha, 8},
};
static_assert(std::size(kFormats) == static_cast<std::size_t>(PixelFormat::MonoAlpha32Float) + 1);

}  // namespace

const Format& formatOf(PixelFormat format) {
  return kFormats[static_cast<std::size_t>(format)];
}

GLenum imageFormat(PixelFormat format) {
  const GLenum internal = formatOf(format).internal;
  return internal == GL_SRGB8_ALPHA8 ? GL_RGBA8 : internal;
}

const char* imageLayout(PixelFormat format) {
  switch (imageFormat(format)) {
    case GL_RGBA8:
      return "rgba8";
    case GL_RGBA16F:
      return "rgba16f";
    case GL_RGBA32F:
      return "rgba32f";
    case GL_RGB10_A2:
      return "rgb10_a2";
    case GL_RGBA16:
      return "rgba16";
    case GL_R11F_G11F_B10F:
      return "r11f_g11f_b10f";
    case GL_R8:
      return "r8";
    case GL_R16:
      return "r16";
    case GL_R16F:
      return "r16f";
    case GL_R32F:
      return "r32f";
    case GL_RG8:
      return "rg8";
    case GL_RG16:
      return "rg16";
    case GL_RG16F:
      return "rg16f";
    case GL_RG32F:
      return "rg32f";
    default:
      throw Error("no image format");
  }
}

}  // namespace topknot::gl
