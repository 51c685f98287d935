// A program that a worker compiles and draws once, so that its first draw does not stall.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gl/context/texture.h"
#include "gl/program/pass.h"
#include "gl/program/program.h"

namespace topknot::gl {

/// What one sampler of a program will see. Drivers make a variant of the program for each kind of
/// texture and sampler. Of a size they look only at whether it is a power of two.
struct PreparedInput {
  enum class Kind { Picture, NoiseMap, SineLookup };
  TextureShape shape{3, 3, PixelFormat::Rgba8Fixed, false};
  Filter filter = Filter::Linear;
  Extend extend = Extend::Hold;
  Extend extendDepth = Extend::Hold;
  Kind kind = Kind::Picture;
};

/// What a program draws into, or a compute program writes: so many textures of one shape.
struct PreparedTarget {
  TextureShape shape;
  int buffers = 1;
  Geometry geometry = Geometry::Triangle;
  bool reads = false;  // a compute program reads them as well
};

/// A uniform block that the program has: zeros while it is prepared.
struct PreparedBlock {
  GLuint binding = 0;
  std::size_t bytes = 0;
};

/// A program on its way. Meanwhile the cooking thread draws with the one it had.
///
/// Thread: that of the context, but the last holder may let go on any.
class PreparedProgram {
 public:
  using SetUp = std::function<void(const Program&)>;

  using Texts = std::function<ShaderTexts()>;

  /// Lets the current context's worker compile and link the program and draw it once, or run one
  /// group of a compute program: into small textures of the target's kind and format, which for
  /// those are the image units from 0 on. Input i is bound to texture unit i. `setUp` runs on the
  /// worker between link and draw. Null if the context has no worker: build it here, then.
  static std::shared_ptr<PreparedProgram> start(ShaderTexts texts, const PreparedTarget& target,
                                                std::vector<PreparedInput> inputs,
                                                std::vector<PreparedBlock> blocks,
                                                SetUp setUp = {});
  /// The same, with texts that are made on the worker. What making them throws is a failure whose
  /// log has the sentence.
  static std::shared_ptr<PreparedProgram> start(Texts texts, const PreparedTarget& target,
                                                std::vector<PreparedInput> inputs,
                                                std::vector<PreparedBlock> blocks,
                                                SetUp setUp = {});
  /// Lets it compile and link them, and no more: `log` is all there is to have.
  static std::shared_ptr<PreparedProgram> compile(Texts texts);

  /// True once it is built, or will never be.
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  /// The program, once; null before it is ready and if it failed.
  ProgramPtr take();
  /// The same, by value; empty instead of null.
  Program takeProgram();
  /// What the driver said; empty before it is ready.
  const Program::Log& log() const;

 private:
  struct Finish;
  struct Plan;
  static std::shared_ptr<PreparedProgram> post(Plan plan);
  void build(const Plan& plan);

  StatePtr home_;
  std::atomic<bool> ready_ = false;
  // The worker's until ready.
  Program program_;
  Program::Log log_;
};

}  // namespace topknot::gl
