// TOP: its picture in CUDA memory.
#include "gl/cuda/cuda.h"
#include "gl/program/pass.h"
#include "top/cook/top_cook.h"

namespace topknot {

CudaMemory Top::cudaMemory(std::uintptr_t stream, std::optional<PixelFormat> pixelFormat,
                           bool allowStale) {
  pull();
  if (!allowStale) refuseFailed();
  const gl::Work watched = workOf(*this, contextInUse());
  const std::string where = describe() + ": cudaMemory: ";
  const gl::TexturePtr held = drawnTexture();
  const gl::Texture& source = *held;
  const gl::TextureShape& shape = source.shape();
  if (!shape.isFlat()) {
    throw Error(where + "expected a 2D texture, found a " + gl::dimensionName(shape.dimension) +
                " of " + gl::sizeText(shape));
  }
  try {
    const gl::ProgramPtr copy = pixelProgram("copy", PixelFormat::Rgba8Fixed);
    if (!pixelFormat || *pixelFormat == shape.format) return gl::copyToCuda(source, *copy, stream);
    const gl::Texture converted({shape.width, shape.height, *pixelFormat});
    const gl::Input input{.texture = &source, .filter = gl::Filter::Nearest};
    gl::draw(*pixelProgram("copy", *pixelFormat), converted, {&input, 1});
    return gl::copyToCuda(converted, *copy, stream);
  } catch (const Error& error) {
    throw Error(where + error.what());
  }
}

}  // namespace topknot
