// A libcuda.so.1 without a GPU: its memory is ordinary memory, textures are read back by OpenGL. It
// refuses what the real one refuses: formats that it cannot register, calls without a context.
#include "support/cuda_stand_in.h"

#include <dlfcn.h>
#include <glad/gl.h>

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

constexpr int kInvalidValue = 1, kOutOfMemory = 2, kNoDevice = 100, kInvalidContext = 201,
              kNotMapped = 211, kInvalidHandle = 400, kUnknown = 999;

struct Array {
  std::size_t rowBytes = 0, rows = 0;
  std::vector<unsigned char> bytes;
};

struct Resource {
  unsigned texture = 0;
  bool mapped = false;
  Array array;
};

/// As cuda.h has it.
struct Copy {
  std::size_t sourceX, sourceY;
  unsigned sourceType;
  const void* sourceHost;
  unsigned long long sourceDevice;
  Array* sourceArray;
  std::size_t sourcePitch;
  std::size_t targetX, targetY;
  unsigned targetType;
  void* targetHost;
  unsigned long long targetDevice;
  void* targetArray;
  std::size_t targetPitch;
  std::size_t widthInBytes, height;
};

topknot::test::CudaCounts counts;
std::string failing;
std::map<unsigned long long, std::size_t> memory;
std::set<Resource*> resources;
thread_local std::vector<void*> stack;
int context;  // its address is the primary context

bool fails(const char* function) {
  if (failing != function) return false;
  failing.clear();
  return true;
}

template <class Function>
Function glFunction(const char* name) {
  static void* egl = ::dlopen("libEGL.so.1", RTLD_NOW);
  using Find = void (*(*)(const char*))();
  static const auto find = reinterpret_cast<Find>(::dlsym(egl, "eglGetProcAddress"));
  return reinterpret_cast<Function>(find(name));
}

struct Form {
  GLenum layout, type;
  std::size_t bytes;
};

/// Of the formats that the documentation of cuGraphicsGLRegisterImage lists.
const Form* formOf(GLint internal) {
  static const std::map<GLint, Form> kForms = {
      {GL_R8, {GL_RED, GL_UNSIGNED_BYTE, 1}},     {GL_RG8, {GL_RG, GL_UNSIGNED_BYTE, 2}},
      {GL_RGBA8, {GL_RGBA, GL_UNSIGNED_BYTE, 4}}, {GL_R16, {GL_RED, GL_UNSIGNED_SHORT, 2}},
      {GL_RG16, {GL_RG, GL_UNSIGNED_SHORT, 4}},   {GL_RGBA16, {GL_RGBA, GL_UNSIGNED_SHORT, 8}},
      {GL_R16F, {GL_RED, GL_HALF_FLOAT, 2}},      {GL_RG16F, {GL_RG, GL_HALF_FLOAT, 4}},
      {GL_RGBA16F, {GL_RGBA, GL_HALF_FLOAT, 8}},  {GL_R32F, {GL_RED, GL_FLOAT, 4}},
      {GL_RG32F, {GL_RG, GL_FLOAT, 8}},           {GL_RGBA32F, {GL_RGBA, GL_FLOAT, 16}},
  };
  const auto found = kForms.find(internal);
  return found == kForms.end() ? nullptr : &found->second;
}

GLint levelNumber(unsigned texture, GLenum what) {
  GLint number = 0;
  glFunction<PFNGLGETTEXTURELEVELPARAMETERIVPROC>("glGetTextureLevelParameteriv")(texture, 0, what,
                                                                                  &number);
  return number;
}

void download(Resource& resource) {
  const Form& form = *formOf(levelNumber(resource.texture, GL_TEXTURE_INTERNAL_FORMAT));
  const auto width = static_cast<std::size_t>(levelNumber(resource.texture, GL_TEXTURE_WIDTH));
  const auto height = static_cast<std::size_t>(levelNumber(resource.texture, GL_TEXTURE_HEIGHT));
  resource.array = {width * form.bytes, height,
                    std::vector<unsigned char>(width * form.bytes * height)};
  glFunction<PFNGLGETTEXTUREIMAGEPROC>("glGetTextureImage")(
      resource.texture, 0, form.layout, form.type,
      static_cast<GLsizei>(resource.array.bytes.size()), resource.array.bytes.data());
}

}  // namespace

extern "C" {

topknot::test::CudaCounts standInCounts() {
  counts.pushed = static_cast<int>(stack.size());
  return counts;
}

void standInFail(const char* function) {
  failing = function ? function : "";
}

int cuInit(unsigned) {
  return fails("cuInit") ? kUnknown : 0;
}

int cuGetErrorString(int error, const char** text) {
  switch (error) {
    case kInvalidValue:
      *text = "invalid argument";
      return 0;
    case kOutOfMemory:
      *text = "out of memory";
      return 0;
    case kNoDevice:
      *text = "no CUDA-capable device is detected";
      return 0;
    case kInvalidContext:
      *text = "invalid device context";
      return 0;
    case kNotMapped:
      *text = "resource not mapped";
      return 0;
    case kUnknown:
      *text = "unknown error";
      return 0;
    default:
      return kInvalidValue;
  }
}

int cuGLGetDevices_v2(unsigned* count, int* devices, unsigned room, int list) {
  if (fails("cuGLGetDevices")) return kNoDevice;
  if (room < 1 || list != 1) return kInvalidValue;
  *count = 1;
  devices[0] = 7;
  return 0;
}

int cuDevicePrimaryCtxRetain(void** result, int device) {
  if (fails("cuDevicePrimaryCtxRetain")) return kUnknown;
  if (device != 7) return kInvalidValue;
  ++counts.contexts;
  *result = &context;
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  if (device != 7 || counts.contexts < 1) return kInvalidContext;
  --counts.contexts;
  return 0;
}

int cuCtxPushCurrent_v2(void* pushed) {
  if (fails("cuCtxPushCurrent")) return kUnknown;
  if (!pushed) return kInvalidContext;
  stack.push_back(pushed);
  return 0;
}

int cuCtxPopCurrent_v2(void** popped) {
  if (stack.empty()) return kInvalidContext;
  *popped = stack.back();
  stack.pop_back();
  return 0;
}

int cuMemAlloc_v2(unsigned long long* result, std::size_t bytes) {
  if (fails("cuMemAlloc")) return kOutOfMemory;
  if (stack.empty()) return kInvalidContext;
  if (bytes == 0) return kInvalidValue;
  *result = reinterpret_cast<unsigned long long>(new unsigned char[bytes]);
  memory[*result] = bytes;
  ++counts.allocations;
  return 0;
}

int cuMemFree_v2(unsigned long long block) {
  if (stack.empty()) return kInvalidContext;
  if (memory.erase(block) == 0) return kInvalidValue;
  delete[] reinterpret_cast<unsigned char*>(block);
  --counts.allocations;
  ++counts.freed;
  return 0;
}

int cuGraphicsGLRegisterImage(void** result, unsigned texture, unsigned target, unsigned flags) {
  if (fails("cuGraphicsGLRegisterImage")) return kUnknown;
  if (stack.empty()) return kInvalidContext;
  if (target != GL_TEXTURE_2D || flags != 1) return kInvalidValue;
  if (!formOf(levelNumber(texture, GL_TEXTURE_INTERNAL_FORMAT))) return kInvalidValue;
  auto* resource = new Resource{texture, false, {}};
  resources.insert(resource);
  ++counts.resources;
  *result = resource;
  return 0;
}

int cuGraphicsUnregisterResource(void* handle) {
  if (fails("cuGraphicsUnregisterResource")) return kUnknown;
  auto* resource = static_cast<Resource*>(handle);
  if (resources.erase(resource) == 0) return kInvalidHandle;
  if (resource->mapped) --counts.mapped;
  delete resource;
  --counts.resources;
  return 0;
}

int cuGraphicsMapResources(unsigned count, void** handles, void*) {
  if (fails("cuGraphicsMapResources")) return kUnknown;
  auto* resource = static_cast<Resource*>(handles[0]);
  if (count != 1 || !resources.contains(resource) || resource->mapped) return kInvalidHandle;
  download(*resource);
  resource->mapped = true;
  ++counts.mapped;
  return 0;
}

int cuGraphicsUnmapResources(unsigned count, void** handles, void*) {
  if (fails("cuGraphicsUnmapResources")) return kUnknown;
  auto* resource = static_cast<Resource*>(handles[0]);
  if (count != 1 || !resources.contains(resource) || !resource->mapped) return kNotMapped;
  resource->mapped = false;
  --counts.mapped;
  return 0;
}

int cuGraphicsSubResourceGetMappedArray(void** result, void* handle, unsigned layer,
                                        unsigned level) {
  if (fails("cuGraphicsSubResourceGetMappedArray")) return kUnknown;
  auto* resource = static_cast<Resource*>(handle);
  if (!resources.contains(resource) || !resource->mapped) return kNotMapped;
  if (layer != 0 || level != 0) return kInvalidValue;
  *result = &resource->array;
  return 0;
}

int cuMemcpy2DAsync_v2(const Copy* copy, void* stream) {
  if (fails("cuMemcpy2DAsync")) return kUnknown;
  if (stack.empty()) return kInvalidContext;
  constexpr unsigned kDevice = 2, kArray = 3;
  const Array* from = copy->sourceArray;
  const auto to = memory.find(copy->targetDevice);
  const bool sound =
      copy->sourceType == kArray && copy->targetType == kDevice && from && to != memory.end() &&
      copy->sourceX == 0 && copy->sourceY == 0 && copy->targetX == 0 && copy->targetY == 0 &&
      copy->widthInBytes == from->rowBytes && copy->height == from->rows &&
      copy->targetPitch == copy->widthInBytes && to->second == copy->widthInBytes * copy->height;
  if (!sound) return kInvalidValue;
  std::memcpy(reinterpret_cast<void*>(copy->targetDevice), from->bytes.data(), to->second);
  ++counts.copies;
  counts.stream = stream;
  return 0;
}

int cuStreamSynchronize(void*) {
  if (fails("cuStreamSynchronize")) return kUnknown;
  ++counts.waits;
  return 0;
}

}  // extern "C"
