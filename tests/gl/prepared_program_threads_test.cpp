// Programs that a worker prepares: every kind of target and input, compute, and nothing left to do
// for the first draw.
#include "gl/program/prepared_program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <span>
#include <stdexcept>
#include <thread>

#include "gl/context/driver_cache.h"
#include "gl/program/buffer.h"
#include "gl/program/pass.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using test::contains;

constexpr PixelFormat kFloat = PixelFormat::Rgba32Float;
constexpr PixelFormat kBytes = PixelFormat::Rgba8Fixed;

/// What Mesa compiles goes to a cache of this process's own. It is set before a driver is loaded.
class CacheFolder {
 public:
  CacheFolder() {
    path_ = std::filesystem::temp_directory_path() / ("prepared-" + std::to_string(getpid()));
    std::filesystem::create_directory(path_);
    setenv("MESA_SHADER_CACHE_DIR", path_.c_str(), 1);
    setenv("MESA_SHADER_CACHE_DISABLE", "false", 1);
  }
  ~CacheFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;

  /// What was compiled so far.
  int entries() const {
    waitForDriverCache(std::chrono::seconds(10));
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      count += entry.is_regular_file() && entry.path().filename() != "marker" ? 1 : 0;
    }
    return count;
  }

 private:
  std::filesystem::path path_;
};
const CacheFolder gCache;

class PreparedPrograms : public ::testing::Test {
 protected:
  ~PreparedPrograms() override { EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR)); }

  std::string version() const {
    return "#version " + std::to_string(context_.info().glsl) + " core\n";
  }
  ShaderTexts pass(const std::string& pixel) const {
    return {passVertexShader(context_.info().glsl), version() + pixel, {}};
  }
  static void wait(const PreparedProgram& program) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!program.ready()) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("never ready");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  static ProgramPtr prepared(const ShaderTexts& texts, const PreparedTarget& target,
                             std::vector<PreparedInput> inputs = {},
                             std::vector<PreparedBlock> blocks = {}) {
    const auto program =
        PreparedProgram::start(texts, target, std::move(inputs), std::move(blocks));
    if (!program) throw std::runtime_error("there is no worker");
    wait(*program);
    const ProgramPtr built = program->take();
    if (!built) throw std::runtime_error("it does not build");
    return built;
  }
  static std::vector<TexturePtr> textures(const TextureShape& shape, int count) {
    std::vector<TexturePtr> made;
    for (int i = 0; i < count; ++i) made.push_back(std::make_shared<Texture>(shape));
    return made;
  }
  /// Draws, and tells how much had to be compiled for it.
  static int compiledBy(const std::function<void()>& work) {
    const int before = gCache.entries();
    work();
    finish();
    return gCache.entries() - before;
  }

  Context context_ = Context::headless({.debug = true});
  Use use_{current()};
};

const char* const kThree =
    "layout(location = 0) in vec3 P;\nlayout(location = 1) in vec3 uv;\nout vec2 place;\n"
    "void main() { place = uv.st * 2.0; gl_Position = vec4(P, 1.0); }\n";

TEST_F(PreparedPrograms, AUsersVertexShaderAndThreeColourBuffersNeedNothingMoreInTheFirstDraw) {
  const ShaderTexts texts = {
      version() + kThree,
      version() +
          "in vec2 place;\nlayout(location = 0) out vec4 a;\nlayout(location = 1) out vec4 b;\n"
          "layout(location = 2) out vec4 c;\n"
          "void main() { a = vec4(place, 0.0, 1.0); b = a * 2.0; c = vec4(7.0); }\n",
      {}};
  const TextureShape shape{5, 3, kFloat};
  const ProgramPtr program = prepared(texts, {shape, 3, Geometry::Quad});
  const auto drawn = textures(shape, 3);
  ColourBuffers buffers;
  const auto draws = [&] {
    drawInto(buffers.framebuffer(drawn, 0), 5, 3, *program, {}, {}, Geometry::Quad);
  };
  EXPECT_EQ(compiledBy(draws), 0);
  EXPECT_NEAR(download(*drawn[1]).pixel(4, 0)[0], 3.6f, 1e-6f);
  EXPECT_EQ(download(*drawn[2]).pixel(0, 2)[3], 7.0f);
}

TEST_F(PreparedPrograms, AnotherFormatWouldHaveToBeCompiledAnew) {
  const ProgramPtr program = prepared(
      pass("in vec3 vUV;\nlayout(location = 0) out vec4 c;\nvoid main() { c = vUV.stst; }\n"),
      {{8, 8, kFloat}});
  if (!context_.info().software) GTEST_SKIP() << "only Mesa's software renderer's cache is known";
  EXPECT_EQ(compiledBy([&] { draw(*program, Texture({9, 9, kFloat}), {}); }), 0);
  EXPECT_GT(compiledBy([&] { draw(*program, Texture({9, 9, kBytes}), {}); }), 0);
}

TEST_F(PreparedPrograms, VolumesArraysAndCubesCanBeReadAndDrawn) {
  const ShaderTexts texts = pass(
      "in vec3 vUV;\nlayout(location = 0) out vec4 c;\n"
      "layout(binding = 0) uniform sampler3D a;\nlayout(binding = 1) uniform sampler2DArray b;\n"
      "layout(binding = 2) uniform samplerCube d;\n"
      "void main() { c = texture(a, vUV) + texture(b, vUV) + texture(d, vUV - 0.5); }\n");
  const TextureShape volume{7, 6, kFloat, false, glsl::Dimension::Volume, 5};
  const TextureShape array{8, 8, kBytes, false, glsl::Dimension::Array, 3};
  const TextureShape cube{6, 6, kFloat, false, glsl::Dimension::Cube, 6};
  const Extend hold = Extend::Hold, zero = Extend::Zero;
  const ProgramPtr program = prepared(texts, {volume},
                                      {{volume, Filter::Linear, hold, zero},
                                       {array, Filter::Nearest, zero, hold},
                                       {cube, Filter::Linear, hold, hold}});
  Texture a(volume), b(array), d(cube), target(volume);
  a.clear(1, 0, 0, 0);
  b.clear(0, 1, 0, 0);
  d.clear(0, 0, 4, 0);
  const std::vector<Input> inputs = {{&a, 0, Filter::Linear, hold, zero},
                                     {&b, 0, Filter::Nearest, zero, hold},
                                     {&d, 0, Filter::Linear, hold, hold}};
  const auto draws = [&] {
    drawInto(target.framebuffer(2), 7, 6, *program, inputs, {}, Geometry::Triangle);
  };
  // At a depth of 0 the outside counts half.
  EXPECT_EQ(compiledBy(draws), 0);
  std::vector<float> pixels(std::size_t{7} * 6 * 5 * 4);
  glGetTextureImage(target.name(), 0, GL_RGBA, GL_FLOAT,
                    static_cast<GLsizei>(pixels.size() * sizeof(float)), pixels.data());
  const std::size_t at = (std::size_t{2} * 6 * 7 + 3 * 7 + 3) * 4;
  EXPECT_EQ(pixels[at], 0.5f);
  EXPECT_EQ(pixels[at + 1], 1.0f);
  EXPECT_EQ(pixels[at + 2], 4.0f);
}

TEST_F(PreparedPrograms, AComputeProgramIsRunOnceThereAndWritesHere) {
  const ShaderTexts texts = {{},
                             {},
                             version() +
                                 "layout(local_size_x = 4, local_size_y = 2) in;\n"
                                 "layout(rgba32f, binding = 0) uniform image2D result;\n"
                                 "layout(binding = 0) uniform sampler2D a;\n"
                                 "layout(std140, binding = 7) uniform Block { vec4 k[3]; };\n"
                                 "void main() {\n  ivec2 at = ivec2(gl_GlobalInvocationID.xy);\n"
                                 "  vec4 was = imageLoad(result, at);\n"
                                 "  imageStore(result, at, was + texelFetch(a, ivec2(0), 0) + k[2] "
                                 "+ vec4(at, 0.0, 0.0));\n"
                                 "}\n"};
  const TextureShape shape{6, 5, kFloat};
  const ProgramPtr program = prepared(texts, {shape, 1, Geometry::Triangle, true},
                                      {{shape, Filter::Nearest, Extend::Hold}}, {{7, 48}});
  Texture input(shape);
  input.clear(10, 20, 30, 40);
  const auto written = textures(shape, 1);
  written[0]->clear(0.5f, 0, 0, 0);
  const std::vector<float> numbers = {0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300, 400};
  const std::vector<Input> inputs = {{&input, 0, Filter::Nearest, Extend::Hold}};
  const auto runs = [&] {
    bindUniforms(7, std::as_bytes(std::span(numbers)));
    dispatch(*program, written, true, inputs, {2, 3, 1});
  };
  EXPECT_EQ(compiledBy(runs), 0);
  EXPECT_EQ(download(*written[0]).pixel(5, 4), (glm::vec4{115.5f, 224, 330, 440}));
}

TEST_F(PreparedPrograms, AComputeShaderThatDoesNotCompileTellsItsLog) {
  const auto program = PreparedProgram::start(
      {{}, {}, version() + "layout(local_size_x = 1) in;\nvoid main() { nothing(); }\n"},
      {{4, 4, kFloat}}, {}, {});
  wait(*program);
  EXPECT_EQ(program->take(), nullptr);
  EXPECT_FALSE(program->takeProgram());
  ASSERT_TRUE(program->log().failed);
  ASSERT_FALSE(program->log().compute.empty());
  EXPECT_TRUE(contains(program->log().compute[0].message, "nothing"));
}

TEST_F(PreparedPrograms, TextsCanBeMadeOnTheWorker) {
  std::thread::id there;
  const ShaderTexts texts =
      pass("layout(location = 0) out vec4 c;\nvoid main() { c = vec4(3); }\n");
  const auto program = PreparedProgram::start(
      [&] {
        there = std::this_thread::get_id();
        return texts;
      },
      {{4, 4, kFloat}}, {}, {});
  wait(*program);
  EXPECT_NE(there, std::this_thread::get_id());
  const Program built = program->takeProgram();
  ASSERT_TRUE(built);
  EXPECT_EQ(program->take(), nullptr) << "it is given once";
  const Texture target({1, 1, kFloat});
  draw(built, target, {});
  EXPECT_EQ(download(target).pixel(0, 0)[0], 3.0f);
}

TEST_F(PreparedPrograms, TextsThatCannotBeMadeAreAFailureWithItsSentence) {
  const auto program = PreparedProgram::start([]() -> ShaderTexts { throw Error("no text today"); },
                                              {{4, 4, kFloat}}, {}, {});
  wait(*program);
  ASSERT_TRUE(program->log().failed);
  EXPECT_EQ(program->log().link.at(0).message, "no text today");
}

TEST_F(PreparedPrograms, TextsThatAreOnlyCompiledGiveTheirLogAlone) {
  const auto compile = [&](const std::string& body) {
    const ShaderTexts texts =
        pass("layout(location = 0) out vec4 c;\nvoid main() { c = " + body + "; }\n");
    const auto program = PreparedProgram::compile([texts] { return texts; });
    wait(*program);
    EXPECT_FALSE(program->takeProgram());
    return program->log();
  };
  EXPECT_FALSE(compile("vec4(1)").failed);
  const Program::Log log = compile("vec4(nothing)");
  ASSERT_TRUE(log.failed);
  EXPECT_TRUE(contains(log.pixel.at(0).message, "nothing"));
}

TEST_F(PreparedPrograms, FiftyShadersArePreparedSideBySideWithTheDrawing) {
  std::vector<std::shared_ptr<PreparedProgram>> programs;
  for (int i = 0; i < 50; ++i) {
    programs.push_back(
        PreparedProgram::start(pass("layout(location = 0) out vec4 c;\nvoid main() { c = vec4(" +
                                    std::to_string(i) + ".5); }\n"),
                               {{4, 4, kFloat}}, {}, {}));
  }
  const Texture target({4, 4, kFloat});
  for (std::size_t i = 0; i < programs.size(); ++i) {
    wait(*programs[i]);
    const ProgramPtr program = programs[i]->take();
    ASSERT_NE(program, nullptr);
    draw(*program, target, {});
    EXPECT_EQ(downloadPixel(target, 1, 2).pixel(0, 0)[0], static_cast<float>(i) + 0.5f);
  }
}

}  // namespace
}  // namespace topknot::gl
