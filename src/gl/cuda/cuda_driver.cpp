// Loads libcuda.so.1, which comes with NVIDIA's driver; nothing of it is needed for a build.
#include "gl/cuda/cuda_driver.h"

#include <dlfcn.h>

#include <cstdlib>
#include <memory>
#include <mutex>

#include "image/text_or.h"
#include "topknot/error.h"

namespace topknot::gl::cuda {
namespace {

constexpr const char* kLibrary = "libcuda.so.1";

/// TOPKNOT_CUDA: another file in its place, as for tests without a GPU.
std::string libraryName() {
  const char* given = std::getenv("TOPKNOT_CUDA");
  return given && *given ? given : kLibrary;
}

struct Close {
  void operator()(void* library) const { ::dlclose(library); }
};
using Library = std::unique_ptr<void, Close>;

/// The function under the first of the names that there is.
template <class Function>
void find(void* library, Function& function, const char* name, const char* older = nullptr) {
  void* found = ::dlsym(library, name);
  if (!found && older) found = ::dlsym(library, older);
  if (!found) {
    throw Error("CUDA is missing: the NVIDIA driver is too old: " + libraryName() +
                " has no function " + name);
  }
  function = reinterpret_cast<Function>(found);
}

// The names are those to which the API's headers lead: many functions have a second version.
Driver functionsOf(void* library) {
  Driver d{};
  find(library, d.init, "cuInit");
  find(library, d.getErrorString, "cuGetErrorString");
  find(library, d.glGetDevices, "cuGLGetDevices_v2", "cuGLGetDevices");
  find(library, d.primaryRetain, "cuDevicePrimaryCtxRetain");
  find(library, d.primaryRelease, "cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease");
  find(library, d.push, "cuCtxPushCurrent_v2");
  find(library, d.pop, "cuCtxPopCurrent_v2");
  find(library, d.allocate, "cuMemAlloc_v2");
  find(library, d.free, "cuMemFree_v2");
  find(library, d.registerImage, "cuGraphicsGLRegisterImage");
  find(library, d.unregister, "cuGraphicsUnregisterResource");
  find(library, d.map, "cuGraphicsMapResources");
  find(library, d.unmap, "cuGraphicsUnmapResources");
  find(library, d.mappedArray, "cuGraphicsSubResourceGetMappedArray");
  find(library, d.copy2D, "cuMemcpy2DAsync_v2");
  find(library, d.synchronize, "cuStreamSynchronize");
  return d;
}

}  // namespace

const Driver& driver() {
  static std::mutex mutex;
  static std::unique_ptr<const Driver> loaded;
  const std::lock_guard lock(mutex);
  if (loaded) return *loaded;
  Library library(::dlopen(libraryName().c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library) {
    throw Error("CUDA is missing: the NVIDIA driver's library cannot be loaded: " +
                textOr(::dlerror(), kLibrary));
  }
  loaded = std::make_unique<const Driver>(functionsOf(library.get()));
  (void)library.release();  // memory may be freed to the very end
  return *loaded;
}

void check(Result result, const char* function) {
  if (result == 0) return;
  const char* text = nullptr;
  if (driver().getErrorString(result, &text) != 0) text = nullptr;
  throw Error(std::string(function) + " failed: " + textOr(text, "an unknown error") + " (" +
              std::to_string(result) + ")");
}

}  // namespace topknot::gl::cuda
