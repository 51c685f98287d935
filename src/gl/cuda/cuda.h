// Textures copied into CUDA memory.
#pragma once

#include "gl/context/texture.h"
#include "gl/program/program.h"
#include "topknot/cuda_memory.h"

namespace topknot::gl {

/// A copy of a flat texture, with all that was drawn into it before. `copy` draws `inputA` as it
/// is. The copy comes after what is in the stream already, and is done when this returns. Throws
/// Error if there is no CUDA, if the context is not one of a CUDA device, or a call fails; nothing
/// is left behind then.
CudaMemory copyToCuda(const Texture& source, const Program& copy, std::uintptr_t stream);

}  // namespace topknot::gl
