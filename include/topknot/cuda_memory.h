// A picture in CUDA memory.
#pragma once

#include <cstdint>
#include <memory>

namespace topknot {

/// What one component of a pixel is; numpy's uint8, uint16, float16, float32.
enum class CudaDataType { UInt8, UInt16, Float16, Float32 };

/// How the memory is laid out: as a numpy array of the shape (height, width, numComps).
struct CudaMemoryShape {
  int width = 0, height = 0;  ///< pixels
  int numComps = 0;           ///< components of a pixel: 1, 2 or 4
  CudaDataType dataType = CudaDataType::UInt8;
  friend bool operator==(const CudaMemoryShape&, const CudaMemoryShape&) = default;
};

/// Memory of a CUDA device with a copy of a TOP's picture, as `Top::cudaMemory` gives it.
/// Move-only; freed with the object.
///
/// Layout: rows are tightly packed, the **bottom row first**. Four components of uint8 are **B, G,
/// R, A** (of sRGB formats still encoded); of any other type R, G, B, A. Two are those of the
/// format: red and green, or grey and alpha. Formats of three channels have four components, the
/// last 1; rgb10a2fixed becomes uint16, rgba11float becomes float16.
///
/// The memory lies in the primary context of its device, the one that CUDA's runtime, CuPy and
/// PyTorch use. It needs neither the TOP nor the OpenGL context any more.
///
/// Thread: any, one at a time, also for its end; the thread's current CUDA context stays what it
/// is. Work of yours with the memory has to be done when it is freed.
class CudaMemory {
 public:
  CudaMemory(CudaMemory&&) noexcept;
  CudaMemory& operator=(CudaMemory&&) noexcept;
  ~CudaMemory();

  std::uint64_t ptr() const;   ///< device pointer; 0 of what was moved away
  std::uint64_t size() const;  ///< bytes: width · height · numComps · bytes of a component
  const CudaMemoryShape& shape() const;  ///< all 0 of what was moved away

  /// The insides, for the library itself.
  struct State;
  explicit CudaMemory(std::unique_ptr<State> state);

 private:
  std::unique_ptr<State> state_;
};

}  // namespace topknot
