// The functions of NVIDIA's driver that we call, found at run time.
// https://docs.nvidia.com/cuda/cuda-driver-api/
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace topknot::gl::cuda {

using Result = int;  // 0 is success
using DeviceNumber = int;
using DevicePointer = std::uint64_t;
using ContextHandle = struct ContextTag*;
using Stream = struct StreamTag*;
using Resource = struct ResourceTag*;
using ArrayHandle = struct ArrayTag*;

enum class MemoryType : unsigned { Host = 1, Device = 2, Array = 3 };

/// CUDA_MEMCPY2D.
struct Copy2D {
  std::size_t sourceX = 0, sourceY = 0;
  MemoryType sourceType{};
  const void* sourceHost = nullptr;
  DevicePointer sourceDevice = 0;
  ArrayHandle sourceArray = nullptr;
  std::size_t sourcePitch = 0;
  std::size_t targetX = 0, targetY = 0;
  MemoryType targetType{};
  void* targetHost = nullptr;
  DevicePointer targetDevice = 0;
  ArrayHandle targetArray = nullptr;
  std::size_t targetPitch = 0;
  std::size_t widthInBytes = 0, height = 0;
};

struct Driver {
  Result (*init)(unsigned flags);
  Result (*getErrorString)(Result result, const char** text);
  Result (*glGetDevices)(unsigned* count, DeviceNumber* devices, unsigned room, int list);
  Result (*primaryRetain)(ContextHandle* context, DeviceNumber device);
  Result (*primaryRelease)(DeviceNumber device);
  Result (*push)(ContextHandle context);
  Result (*pop)(ContextHandle* context);
  Result (*allocate)(DevicePointer* memory, std::size_t bytes);
  Result (*free)(DevicePointer memory);
  Result (*registerImage)(Resource* resource, unsigned texture, unsigned target, unsigned flags);
  Result (*unregister)(Resource resource);
  Result (*map)(unsigned count, Resource* resources, Stream stream);
  Result (*unmap)(unsigned count, Resource* resources, Stream stream);
  Result (*mappedArray)(ArrayHandle* array, Resource resource, unsigned layer, unsigned level);
  Result (*copy2D)(const Copy2D* copy, Stream stream);
  Result (*synchronize)(Stream stream);
};

/// The one of this process; it stays loaded. Throws Error saying what is missing. Thread: any.
const Driver& driver();

/// Throws Error naming the function and the driver's reason, unless `result` is success.
void check(Result result, const char* function);

}  // namespace topknot::gl::cuda
