// The two textures that every shader of the dialect may sample.
#include "gl/program/lookup_textures.h"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "gl/context/context_state.h"

namespace topknot::gl {

namespace {

/// PCG hash (Jarzynski and Olano, "Hash Functions for GPU Rendering", 2020).
std::uint32_t hash(std::uint32_t input) {
  const std::uint32_t state = input * 747796405u + 2891336453u;
  const std::uint32_t word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

void setRedOnly(GLuint name) {
  const GLint swizzle[] = {GL_RED, GL_ZERO, GL_ZERO, GL_ONE};
  glTextureParameteriv(name, GL_TEXTURE_SWIZZLE_RGBA, swizzle);
}

}  // namespace

GLuint noiseMap() {
  GLuint& name = current()->noiseMap;
  if (name == 0) {
    constexpr int kSide = 256;
    std::vector<std::uint8_t> values(kSide * kSide);
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::uint8_t>(hash(i) >> 24);
    }
    glCreateTextures(GL_TEXTURE_2D, 1, &name);
    glTextureStorage2D(name, 1, GL_R8, kSide, kSide);
    glTextureSubImage2D(name, 0, 0, 0, kSide, kSide, GL_RED, GL_UNSIGNED_BYTE, values.data());
    setRedOnly(name);
  }
  return name;
}

GLuint sineLookup() {
  GLuint& name = current()->sineLookup;
  if (name == 0) {
    constexpr int kSize = 1024;
    std::vector<float> values(kSize);
    for (int i = 0; i < kSize; ++i) {
      values[static_cast<std::size_t>(i)] =
          static_cast<float>((1.0 - std::cos(std::numbers::pi * i / (kSize - 1))) / 2.0);
    }
    glCreateTextures(GL_TEXTURE_1D, 1, &name);
    glTextureStorage1D(name, 1, GL_R32F, kSize);
    glTextureSubImage1D(name, 0, 0, kSize, GL_RED, GL_FLOAT, values.data());
    setRedOnly(name);
  }
  return name;
}

}  // namespace topknot::gl
