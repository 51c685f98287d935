// Registers a texture with CUDA for a moment, and copies it. What CUDA cannot register, or has in
// another order, is drawn into a texture of another format first.
#include "gl/cuda/cuda.h"

#include <optional>
#include <utility>

#include "gl/cuda/cuda_driver.h"
#include "gl/program/pass.h"
#include "topknot/error.h"

namespace topknot {

namespace gl::cuda {
namespace {

/// Holds on to a device's primary context.
class Primary {
 public:
  explicit Primary(DeviceNumber device) : device_(device) {
    check(driver().primaryRetain(&context_, device), "cuDevicePrimaryCtxRetain");
  }
  Primary(Primary&& other) noexcept
      : device_(other.device_), context_(std::exchange(other.context_, nullptr)) {}
  Primary& operator=(Primary&&) = delete;
  ~Primary() {
    if (context_) driver().primaryRelease(device_);
  }
  ContextHandle get() const { return context_; }

 private:
  DeviceNumber device_;
  ContextHandle context_ = nullptr;
};

/// Has a context current while it lives; the thread's own comes back.
class Current {
 public:
  explicit Current(ContextHandle context) { check(driver().push(context), "cuCtxPushCurrent"); }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;
  ~Current() {
    ContextHandle ours;
    driver().pop(&ours);
  }
};

/// A texture that CUDA can see while this lives.
class Mapped {
 public:
  Mapped(const Texture& texture, Stream stream) : stream_(stream) {
    constexpr unsigned kReadOnly = 1;
    check(driver().registerImage(&resource_, texture.name(), texture.target(), kReadOnly),
          "cuGraphicsGLRegisterImage");
    try {
      check(driver().map(1, &resource_, stream_), "cuGraphicsMapResources");
      mapped_ = true;
    } catch (...) {
      leave();
      throw;
    }
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() { leave(); }

  ArrayHandle array() const {
    ArrayHandle array = nullptr;
    check(driver().mappedArray(&array, resource_, 0, 0), "cuGraphicsSubResourceGetMappedArray");
    return array;
  }
  /// The end, where a failure is told.
  void release() {
    check(driver().unmap(1, &resource_, stream_), "cuGraphicsUnmapResources");
    mapped_ = false;
    check(driver().unregister(resource_), "cuGraphicsUnregisterResource");
    resource_ = nullptr;
  }

 private:
  void leave() {
    if (mapped_) driver().unmap(1, &resource_, stream_);
    if (resource_) driver().unregister(resource_);
  }

  Stream stream_;
  Resource resource_ = nullptr;
  bool mapped_ = false;
};

/// The device that draws in the current OpenGL context.
DeviceNumber glDevice() {
  constexpr int kAll = 1;
  DeviceNumber device = 0;
  unsigned count = 0;
  check(driver().init(0), "cuInit");
  const std::string renderer = "; OpenGL runs on \"" + currentState().info.renderer + "\"";
  try {
    check(driver().glGetDevices(&count, &device, 1, kAll), "cuGLGetDevices");
  } catch (const Error& error) {
    throw Error(error.what() + renderer);
  }
  if (count == 0) throw Error("cuGLGetDevices found no CUDA device" + renderer);
  return device;
}

}  // namespace
}  // namespace gl::cuda

struct CudaMemory::State {
  State(gl::cuda::Primary where, const CudaMemoryShape& form, std::uint64_t bytes)
      : primary(std::move(where)), shape(form), size(bytes) {
    const gl::cuda::Current current(primary.get());
    gl::cuda::check(gl::cuda::driver().allocate(&memory, size), "cuMemAlloc");
  }
  ~State() {
    try {
      const gl::cuda::Current current(primary.get());
      gl::cuda::driver().free(memory);
    } catch (const Error&) {
      // The driver is shutting down with the process; the memory goes with it.
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  gl::cuda::Primary primary;
  CudaMemoryShape shape;
  std::uint64_t size;
  gl::cuda::DevicePointer memory = 0;
};

CudaMemory::CudaMemory(std::unique_ptr<State> state) : state_(std::move(state)) {}
CudaMemory::CudaMemory(CudaMemory&&) noexcept = default;
CudaMemory& CudaMemory::operator=(CudaMemory&&) noexcept = default;
CudaMemory::~CudaMemory() = default;

std::uint64_t CudaMemory::ptr() const {
  return state_ ? state_->memory : 0;
}
std::uint64_t CudaMemory::size() const {
  return state_ ? state_->size : 0;
}

const CudaMemoryShape& CudaMemory::shape() const {
  static const CudaMemoryShape kNone;
  return state_ ? state_->shape : kNone;
}

namespace gl {
namespace {

/// The format as CUDA gets it: one that it can register.
PixelFormat registrable(PixelFormat format) {
  switch (format) {
    case PixelFormat::Srgba8Fixed:
      return PixelFormat::Rgba8Fixed;
    case PixelFormat::Rgb10A2Fixed:
      return PixelFormat::Rgba16Fixed;
    case PixelFormat::Rgba11Float:
    case PixelFormat::Rgb16Float:
      return PixelFormat::Rgba16Float;
    case PixelFormat::Rgb32Float:
      return PixelFormat::Rgba32Float;
    default:
      return format;
  }
}

CudaDataType dataTypeOf(Component component) {
  switch (component) {
    case Component::Fixed8:
      return CudaDataType::UInt8;
    case Component::Fixed16:
      return CudaDataType::UInt16;
    case Component::Float16:
      return CudaDataType::Float16;
    default:
      return CudaDataType::Float32;
  }
}

/// Sees the bytes of an 8-bit texture as they are, blue first.
Object blueFirst(const Texture& texture) {
  GLuint name = 0;
  glGenTextures(1, &name);
  Object view(ObjectKind::Texture, name);
  glTextureView(name, texture.target(), texture.name(), imageFormat(texture.shape().format), 0, 1,
                0, 1);
  constexpr GLint kBgra[] = {GL_BLUE, GL_GREEN, GL_RED, GL_ALPHA};
  glTextureParameteriv(name, GL_TEXTURE_SWIZZLE_RGBA, kBgra);
  return view;
}

/// The picture in another format or order, if it has to be.
std::optional<Texture> redrawn(const Texture& source, const Program& copy) {
  const TextureShape& shape = source.shape();
  const PixelFormat format = registrable(shape.format);
  const bool bytes = format == PixelFormat::Rgba8Fixed;
  if (!bytes && format == shape.format) return std::nullopt;
  Texture target({shape.width, shape.height, format});
  const Object view = bytes ? blueFirst(source) : Object();
  const Input input{
      .texture = bytes ? nullptr : &source, .raw = view.name(), .filter = Filter::Nearest};
  draw(copy, target, {&input, 1});
  return target;
}

}  // namespace

CudaMemory copyToCuda(const Texture& source, const Program& copy, std::uintptr_t stream) {
  const cuda::Driver& driver = cuda::driver();
  cuda::Primary primary(cuda::glDevice());
  const std::optional<Texture> other = redrawn(source, copy);
  const Texture& texture = other ? *other : source;
  const PixelFormatInfo& info = pixelFormatInfo(texture.shape().format);
  const CudaMemoryShape shape{texture.shape().width, texture.shape().height, info.components,
                              dataTypeOf(info.component)};
  const auto rowBytes =
      static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(info.bytesPerPixel);
  const auto rows = static_cast<std::size_t>(shape.height);
  const cuda::ContextHandle context = primary.get();
  auto state = std::make_unique<CudaMemory::State>(std::move(primary), shape, rowBytes * rows);

  const cuda::Current current(context);
  const auto queue = reinterpret_cast<cuda::Stream>(stream);
  cuda::Mapped mapped(texture, queue);
  cuda::Copy2D order;
  order.sourceType = cuda::MemoryType::Array;
  order.sourceArray = mapped.array();
  order.targetType = cuda::MemoryType::Device;
  order.targetDevice = state->memory;
  order.targetPitch = order.widthInBytes = rowBytes;
  order.height = rows;
  cuda::check(driver.copy2D(&order, queue), "cuMemcpy2DAsync");
  // A texture must not leave CUDA, nor a temporary one end, before it was read.
  cuda::check(driver.synchronize(queue), "cuStreamSynchronize");
  mapped.release();
  return CudaMemory(std::move(state));
}

}  // namespace gl
}  // namespace topknot
