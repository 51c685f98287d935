// cudaMemory, against a stand-in for NVIDIA's driver, which TOPKNOT_CUDA names.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <thread>

#include "support/cuda_pictures.h"
#include "support/cuda_stand_in.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::expectedInCuda;
using test::expectSamePixels;
using test::formatInCuda;
using test::thrown;

/// The stand-in as the library loads it.
struct StandIn {
  StandIn() {
    ::setenv("TOPKNOT_CUDA", TOPKNOT_CUDA_STAND_IN, 1);
    void* library = ::dlopen(TOPKNOT_CUDA_STAND_IN, RTLD_NOW);
    counts = reinterpret_cast<test::StandInCounts>(::dlsym(library, "standInCounts"));
    fail = reinterpret_cast<test::StandInFail>(::dlsym(library, "standInFail"));
  }
  test::StandInCounts counts = nullptr;
  test::StandInFail fail = nullptr;
};

StandIn& standIn() {
  static StandIn standIn;
  return standIn;
}

void expectNothingAlive() {
  const test::CudaCounts counts = standIn().counts();
  EXPECT_EQ(counts.contexts, 0);
  EXPECT_EQ(counts.pushed, 0);
  EXPECT_EQ(counts.allocations, 0);
  EXPECT_EQ(counts.resources, 0);
  EXPECT_EQ(counts.mapped, 0);
}

/// Device memory is ordinary memory here.
Image imageIn(const CudaMemory& memory, PixelFormat format) {
  Image image(memory.shape().width, memory.shape().height, format);
  EXPECT_EQ(memory.size(), image.bytes().size());
  std::memcpy(image.bytes().data(), reinterpret_cast<const void*>(memory.ptr()),
              std::min<std::size_t>(memory.size(), image.bytes().size()));
  return image;
}

class Cuda : public test::GlTest {
 protected:
  Cuda() {
    standIn();
    saveImage(test::sixColours(), folder_ / "six.png");
    auto& file = graph().add("moviefilein", "six");
    file.par("file") = (folder_ / "six.png").string();
    six_ = &graph().add("level", "level").as<Top>();
    file >> *six_;
  }
  ~Cuda() override { expectNothingAlive(); }

  Top& six() { return *six_; }

  test::Folder folder_;
  Top* six_;
};

// Comes first, while nothing is loaded.
TEST_F(Cuda, WithoutADriverItSaysWhatIsMissing) {
  ::setenv("TOPKNOT_CUDA", "/nowhere/libcuda.so.1", 1);
  const std::string error = thrown([&] { six().cudaMemory(); });
  EXPECT_TRUE(contains(error, "level 'level': cudaMemory: CUDA is missing: the NVIDIA driver"));
  EXPECT_TRUE(contains(error, "/nowhere/libcuda.so.1"));
  ::setenv("TOPKNOT_CUDA", "libEGL.so.1", 1);  // a library, but another one
  EXPECT_TRUE(contains(thrown([&] { six().cudaMemory(); }), "libEGL.so.1 has no function cuInit"));
  ::setenv("TOPKNOT_CUDA", TOPKNOT_CUDA_STAND_IN, 1);
  EXPECT_EQ(thrown([&] { six().cudaMemory(); }), "");
}

TEST_F(Cuda, EightBitsAreBlueGreenRedAlphaBottomRowFirst) {
  const CudaMemory memory = six().cudaMemory();
  EXPECT_EQ(memory.size(), 3u * 2 * 4);
  EXPECT_EQ(memory.shape(), (CudaMemoryShape{3, 2, 4, CudaDataType::UInt8}));
  const unsigned char expected[] = {0,   0,   255, 255, 0,   255, 0,   255, 255, 0,   0,   255,
                                    255, 255, 0,   255, 255, 0,   255, 255, 128, 128, 128, 128};
  EXPECT_EQ(std::memcmp(reinterpret_cast<const void*>(memory.ptr()), expected, sizeof expected), 0);
}

TEST_F(Cuda, EveryPixelFormatArrivesInItsShape) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    six().par("format") = info.name;
    const CudaMemory memory = six().cudaMemory();
    const PixelFormatInfo& there = pixelFormatInfo(formatInCuda(info.format));
    EXPECT_EQ(memory.shape().numComps, there.components) << info.name;
    EXPECT_TRUE(memory.shape().numComps != 3) << info.name;
    const Image expected = expectedInCuda(six().readback());
    const Image found = imageIn(memory, there.format);
    if (info.format == PixelFormat::Rgb10A2Fixed) {
      expectSamePixels(found, expected, 1.0f / 65535, info.name);
    } else {
      EXPECT_EQ(found, expected) << info.name;
    }
  }
}

TEST_F(Cuda, TheComponentsTypeIsToldForEach) {
  const auto typeOf = [&](const char* format) {
    six().par("format") = format;
    return six().cudaMemory().shape().dataType;
  };
  EXPECT_EQ(typeOf("mono8fixed"), CudaDataType::UInt8);
  EXPECT_EQ(typeOf("rg16fixed"), CudaDataType::UInt16);
  EXPECT_EQ(typeOf("rgb10a2fixed"), CudaDataType::UInt16);
  EXPECT_EQ(typeOf("rgba11float"), CudaDataType::Float16);
  EXPECT_EQ(typeOf("monoalpha16float"), CudaDataType::Float16);
  EXPECT_EQ(typeOf("rgb32float"), CudaDataType::Float32);
}

TEST_F(Cuda, AnotherFormatMayBeAskedFor) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const CudaMemory memory = six().cudaMemory(0, info.format);
    const Image found = imageIn(memory, formatInCuda(info.format));
    expectSamePixels(found, expectedInCuda(six().readback().converted(info.format)), 1.0f / 128,
                     info.name);
  }
}

TEST_F(Cuda, TheCopyIsInTheStreamAndDone) {
  const test::CudaCounts before = standIn().counts();
  const CudaMemory memory = six().cudaMemory(0x1234);
  const test::CudaCounts after = standIn().counts();
  EXPECT_EQ(after.copies, before.copies + 1);
  EXPECT_EQ(after.waits, before.waits + 1);
  EXPECT_EQ(after.stream, reinterpret_cast<void*>(0x1234));
}

TEST_F(Cuda, MemoryIsFreedOnceWithItsObject) {
  const int freed = standIn().counts().freed;
  {
    CudaMemory first = six().cudaMemory();
    CudaMemory second = std::move(first);
    EXPECT_EQ(first.ptr(), 0u);  // NOLINT: that is what is asked
    EXPECT_EQ(first.size(), 0u);
    EXPECT_EQ(first.shape(), CudaMemoryShape{});
    EXPECT_NE(second.ptr(), 0u);
    second = six().cudaMemory();
    EXPECT_EQ(standIn().counts().freed, freed + 1);
    EXPECT_EQ(standIn().counts().allocations, 1);
  }
  EXPECT_EQ(standIn().counts().freed, freed + 2);
}

TEST_F(Cuda, MemoryOutlivesTheGraphAndMayEndOnAnotherThread) {
  std::optional<CudaMemory> memory = six().cudaMemory();
  const Image expected = expectedInCuda(six().readback());
  dropGraph();
  EXPECT_EQ(imageIn(*memory, PixelFormat::Rgba8Fixed), expected);
  std::thread([&] { memory.reset(); }).join();
  EXPECT_EQ(standIn().counts().allocations, 0);
}

TEST_F(Cuda, EveryCallThatFailsIsNamedAndLeavesNothing) {
  for (const std::string function :
       {"cuInit", "cuDevicePrimaryCtxRetain", "cuCtxPushCurrent", "cuMemAlloc",
        "cuGraphicsGLRegisterImage", "cuGraphicsMapResources",
        "cuGraphicsSubResourceGetMappedArray", "cuMemcpy2DAsync", "cuStreamSynchronize",
        "cuGraphicsUnmapResources", "cuGraphicsUnregisterResource"}) {
    standIn().fail(function.c_str());
    const std::string error = thrown([&] { six().cudaMemory(); });
    EXPECT_TRUE(contains(error, "level 'level': cudaMemory: " + function + " failed: ")) << error;
    EXPECT_TRUE(
        contains(error, function == "cuMemAlloc" ? "out of memory (2)" : "unknown error (999)"));
    standIn().fail(nullptr);
    expectNothingAlive();
    EXPECT_EQ(thrown([&] { six().cudaMemory(); }), "") << "after " << function;
  }
}

TEST_F(Cuda, AnOpenGLContextThatIsOnNoCudaDeviceIsNamed) {
  standIn().fail("cuGLGetDevices");
  const std::string error = thrown([&] { six().cudaMemory(); });
  standIn().fail(nullptr);
  EXPECT_TRUE(contains(error, "cuGLGetDevices failed: no CUDA-capable device is detected"));
  EXPECT_TRUE(contains(error, "OpenGL runs on \"" + context().info().renderer + "\""));
}

TEST_F(Cuda, OnlyFlatPicturesAreCopied) {
  auto& volume = graph().add("texture3d", "volume").as<Top>();
  six() >> volume;
  EXPECT_TRUE(contains(thrown([&] { volume.cudaMemory(); }), "expected a 2D texture, found a "));
}

TEST_F(Cuda, ATopWithoutAPictureSaysWhy) {
  auto& alone = graph().add("null", "alone").as<Top>();
  EXPECT_EQ(thrown([&] { alone.cudaMemory(); }),
            "null 'alone': Not enough sources specified "
            "('allowStale' takes the picture that is there)");
}

}  // namespace
}  // namespace topknot
