// Buffers: uniform blocks, and pixels that are read back at once.
#pragma once

#include <cstddef>
#include <span>

#include "gl/context/context_state.h"
#include "gl/context/texture.h"
#include "gl/program/pass.h"

namespace topknot::gl {

/// Writes a block of uniforms for the next draw and binds it. The memory is a ring of the
/// context's.
void bindUniforms(GLuint binding, std::span<const std::byte> bytes);

/// Bytes of a texture's picture at rest.
std::size_t pictureBytes(const TextureShape& shape);

/// Waits until all that was asked of the GPU is done.
void finish();

/// Reads all slices of a region in the texture's own format, into memory or, with null, into the
/// pixel buffer that is bound.
void readPixels(const Texture& texture, const Region& region, std::byte* out, std::size_t bytes);

/// Downloads a whole picture in its own format, waiting for it.
void download(const Texture& texture, std::span<std::byte> out);
Image download(const Texture& texture, const Region& region = {});
/// One pixel of slice z in its own format, as a 1 × 1 picture.
Image downloadPixel(const Texture& texture, int x, int y, int z = 0);

}  // namespace topknot::gl
