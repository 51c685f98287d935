// Buffers: uniform blocks, and pixels that are read back at once.
#include "gl/program/buffer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "gl/context/host_state.h"
#include "image/sizes.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

/// Goes on in the next part of the ring, as soon as the GPU has read what was written there.
void nextPart(UniformRing& ring) {
  ring.fences[ring.part] = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  ring.part = (ring.part + 1) % UniformRing::kParts;
  ring.at = ring.part * UniformRing::kPart;
  GLsync& fence = ring.fences[ring.part];
  if (fence == nullptr) return;
  glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, 10'000'000'000u);
  glDeleteSync(fence);
  fence = nullptr;
}

}  // namespace

void bindUniforms(GLuint binding, std::span<const std::byte> bytes) {
  Context::State& state = currentState();
  UniformRing& ring = state.ring;
  if (bytes.size() > UniformRing::kPart) {
    throw Error("a block of uniforms is larger than " + std::to_string(UniformRing::kPart) +
                " bytes");
  }
  if (ring.name == 0) {
    constexpr GLbitfield kAccess = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    constexpr auto kAll = static_cast<GLsizeiptr>(UniformRing::kPart * UniformRing::kParts);
    glCreateBuffers(1, &ring.name);
    glNamedBufferStorage(ring.name, kAll, nullptr, kAccess);
    ring.memory = static_cast<std::byte*>(glMapNamedBufferRange(ring.name, 0, kAll, kAccess));
    if (ring.memory == nullptr) throw Error("out of memory: the driver gives no uniform buffer");
  }
  const std::size_t end = (ring.part + 1) * UniformRing::kPart;
  if (ring.at + bytes.size() > end) nextPart(ring);
  std::memcpy(ring.memory + ring.at, bytes.data(), bytes.size());
  if (state.host != nullptr) state.host->keepUniforms(binding);
  glBindBufferRange(GL_UNIFORM_BUFFER, binding, ring.name, static_cast<GLintptr>(ring.at),
                    static_cast<GLsizeiptr>(bytes.size()));
  constexpr std::size_t kAlign = 256;  // no driver asks for more
  ring.at = (ring.at + bytes.size() + kAlign - 1) / kAlign * kAlign;
}

std::size_t pictureBytes(const TextureShape& shape) {
  const auto bytes = imageBytes(shape.width, shape.height, shape.depth, shape.format);
  if (!bytes) throw Error("a picture of " + sizeText(shape) + " pixels exceeds 2^40 bytes");
  return static_cast<std::size_t>(*bytes);
}

void finish() {
  glFinish();
}

void readPixels(const Texture& texture, const Region& region, std::byte* out, std::size_t bytes) {
  constexpr std::size_t kMost = 1 << 30;  // bytes at once: the driver counts them in an int
  const TextureShape& shape = texture.shape();
  const Format& format = formatOf(shape.format);
  // NVIDIA's driver takes twice as long by glGetTextureImage into ordinary memory.
  const bool attached = shape.isFlat() && !currentState().info.software;
  if (attached) {
    const GLuint framebuffer = texture.framebuffer();
    currentState().keepTarget();
    glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer);
  }
  if (region.isWhole() && bytes <= kMost && !attached) {
    glGetTextureImage(texture.name(), 0, format.layout, format.type, static_cast<GLsizei>(bytes),
                      out);
    return;
  }
  const Region part = region.isWhole() ? Region{0, 0, shape.width, shape.height} : region;
  const int width = part.x1 - part.x0;
  const std::size_t rowBytes =
      static_cast<std::size_t>(width) *
      static_cast<std::size_t>(pixelFormatInfo(shape.format).bytesPerPixel);
  const int mostRows = static_cast<int>(std::max<std::size_t>(1, kMost / rowBytes));
  auto at = reinterpret_cast<std::uintptr_t>(out);  // in a pixel buffer it counts from 0
  for (int z = 0; z < shape.depth; ++z) {
    for (int y = part.y0; y < part.y1; y += mostRows) {
      const int rows = std::min(mostRows, part.y1 - y);
      const std::size_t size = rowBytes * static_cast<std::size_t>(rows);
      const auto most = static_cast<GLsizei>(size);
      auto* const to = reinterpret_cast<void*>(at);
      if (attached) {
        glReadnPixels(part.x0, y, width, rows, format.layout, format.type, most, to);
      } else {
        glGetTextureSubImage(texture.name(), 0, part.x0, y, z, width, rows, 1, format.layout,
                             format.type, most, to);
      }
      at += size;
    }
  }
}

void download(const Texture& texture, std::span<std::byte> out) {
  readPixels(texture, {}, out.data(), out.size());
}

Image download(const Texture& texture, const Region& region) {
  TextureShape shape = texture.shape();
  if (!region.isWhole()) {
    shape.width = region.x1 - region.x0;
    shape.height = region.y1 - region.y0;
  }
  Image image = Image::uninitialised(shape.width, shape.height, shape.format, shape.depth);
  readPixels(texture, region, image.bytes().data(), image.bytes().size());
  return image;
}

Image downloadPixel(const Texture& texture, int x, int y, int z) {
  Image image(1, 1, texture.shape().format);
  const Format& format = formatOf(texture.shape().format);
  glGetTextureSubImage(texture.name(), 0, x, y, z, 1, 1, 1, format.layout, format.type,
                       static_cast<GLsizei>(image.bytes().size()), image.bytes().data());
  return image;
}

}  // namespace topknot::gl
