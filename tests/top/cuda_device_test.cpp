// cudaMemory on a GPU, read back by the driver's own copy. Skips where no OpenGL of NVIDIA runs.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "support/cuda_pictures.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::expectedInCuda;
using test::expectSamePixels;
using test::formatInCuda;

/// What a user of the memory calls: the device's primary context, and a copy to ordinary memory.
struct Cuda {
  Cuda() {
    void* library = ::dlopen("libcuda.so.1", RTLD_NOW);
    if (library == nullptr) return;
    find(library, init, "cuInit");
    find(library, retain, "cuDevicePrimaryCtxRetain");
    find(library, setCurrent, "cuCtxSetCurrent");
    find(library, getCurrent, "cuCtxGetCurrent");
    find(library, copy, "cuMemcpyDtoH_v2");
    find(library, freeAndTotal, "cuMemGetInfo_v2");
  }
  template <class Function>
  void find(void* library, Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    EXPECT_NE(function, nullptr) << name;
  }

  int (*init)(unsigned) = nullptr;
  int (*retain)(void**, int) = nullptr;
  int (*setCurrent)(void*) = nullptr;
  int (*getCurrent)(void**) = nullptr;
  int (*copy)(void*, unsigned long long, std::size_t) = nullptr;
  int (*freeAndTotal)(std::size_t*, std::size_t*) = nullptr;
};

class CudaDevice : public test::GlTest {
 protected:
  void SetUp() override {
    ::unsetenv("TOPKNOT_CUDA");
    if (context().info().vendor.find("NVIDIA") == std::string::npos) {
      GTEST_SKIP() << "OpenGL runs on " << context().info().renderer << ", not on a CUDA device";
    }
    ASSERT_NE(cuda_.copy, nullptr) << "NVIDIA's OpenGL, but no libcuda.so.1";
    ASSERT_EQ(cuda_.init(0), 0);
    ASSERT_EQ(cuda_.retain(&primary_, 0), 0);
    ASSERT_EQ(cuda_.setCurrent(primary_), 0);
    saveImage(test::sixColours(), folder_ / "six.png");
    auto& file = graph().add("moviefilein", "six");
    file.par("file") = (folder_ / "six.png").string();
    six_ = &graph().add("level", "level").as<Top>();
    file >> *six_;
  }

  Image imageIn(const CudaMemory& memory, PixelFormat format) {
    Image image(memory.shape().width, memory.shape().height, format);
    EXPECT_EQ(memory.size(), image.bytes().size());
    EXPECT_EQ(cuda_.copy(image.bytes().data(), memory.ptr(), image.bytes().size()), 0);
    return image;
  }
  std::size_t freeMemory() {
    std::size_t free = 0, total = 0;
    EXPECT_EQ(cuda_.freeAndTotal(&free, &total), 0);
    return free;
  }

  Cuda cuda_;
  void* primary_ = nullptr;
  test::Folder folder_;
  Top* six_ = nullptr;
};

TEST_F(CudaDevice, EightBitsAreBlueGreenRedAlphaBottomRowFirst) {
  const CudaMemory memory = six_->cudaMemory();
  EXPECT_EQ(memory.shape(), (CudaMemoryShape{3, 2, 4, CudaDataType::UInt8}));
  unsigned char found[24] = {};
  ASSERT_EQ(cuda_.copy(found, memory.ptr(), memory.size()), 0);
  const unsigned char expected[] = {0,   0,   255, 255, 0,   255, 0,   255, 255, 0,   0,   255,
                                    255, 255, 0,   255, 255, 0,   255, 255, 128, 128, 128, 128};
  for (int i = 0; i < 24; ++i) EXPECT_EQ(found[i], expected[i]) << i;
}

TEST_F(CudaDevice, EveryPixelFormatArrives) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    six_->par("format") = info.name;
    const CudaMemory memory = six_->cudaMemory();
    const PixelFormatInfo& there = pixelFormatInfo(formatInCuda(info.format));
    EXPECT_EQ(memory.shape().numComps, there.components) << info.name;
    // Ten bits become sixteen, and the driver may round a half the other way.
    const float tolerance = info.format == PixelFormat::Rgb10A2Fixed ? 1.0f / 65535 : 0.0f;
    expectSamePixels(imageIn(memory, there.format), expectedInCuda(six_->readback()), tolerance,
                     info.name);
  }
}

TEST_F(CudaDevice, AnotherFormatMayBeAskedFor) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const CudaMemory memory = six_->cudaMemory(0, info.format);
    expectSamePixels(imageIn(memory, formatInCuda(info.format)),
                     expectedInCuda(six_->readback().converted(info.format)), 1.0f / 128,
                     info.name);
  }
}

TEST_F(CudaDevice, EachFrameIsItsOwnCopyAndTheThreadsContextStays) {
  auto& grey = graph().add("constant", "grey").as<Top>();
  grey.par("format") = "mono32float";
  std::vector<CudaMemory> frames;
  for (int frame = 0; frame < 20; ++frame) {
    grey.par("colorr") = frame / 32.0;
    frames.push_back(grey.cudaMemory());
    graph().cook();
  }
  void* current = nullptr;
  ASSERT_EQ(cuda_.getCurrent(&current), 0);
  EXPECT_EQ(current, primary_);
  dropGraph();
  for (int frame = 0; frame < 20; ++frame) {
    const Image image = imageIn(frames[static_cast<std::size_t>(frame)], PixelFormat::Mono32Float);
    EXPECT_EQ(image.pixel(image.width() - 1, 0).r, static_cast<float>(frame) / 32.0f);
  }
}

TEST_F(CudaDevice, MemoryIsFreedWithItsObject) {
  auto& large = graph().add("constant", "large").as<Top>();
  large.par("outputresolution") = "custom";
  large.par("resolution") = glm::vec2(2048, 2048);
  large.par("format") = "rgba32float";  // 64 MiB
  large.cudaMemory();
  const std::size_t before = freeMemory();
  for (int i = 0; i < 40; ++i) large.cudaMemory();
  EXPECT_LT(before - std::min(before, freeMemory()), std::size_t{64} << 20);
}

}  // namespace
}  // namespace topknot
