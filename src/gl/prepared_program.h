// A program that a worker compiles and draws once, so that its first draw does not stall.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gl/program.h"
#include "gl/texture.h"

namespace topknot::gl {

/// What one sampler of a program will see. Drivers make a variant of the program for each kind of
/// texture and sampler. Of a size they look only at whether it is a power of two.
struct PreparedInput {
  enum class Kind { Picture, NoiseMap, SineLookup };
  TextureShape shape{3, 3, PixelFormat::Rgba8Fixed, false};
  Filter filter = Filter::Linear;
  Extend extend = Extend::Hold;
  Kind kind = Kind::Picture;
};

/// A program on its way. Meanwhile the cooking thread draws with the one it had.
///
/// Thread: that of the context, but the last holder may let go on any.
class PreparedProgram {
 public:
  using SetUp = std::function<void(const Program&)>;

  /// Lets the current context's worker compile and link the program and draw it into a picture of
  /// the target's format; input i is bound to texture unit i, and a block of `uniformBytes` zeros to
  /// binding 1 unless that is 0. `setUp` runs on the worker between link and draw. Null if the
  /// context has no worker: build it here, then.
  static std::shared_ptr<PreparedProgram> start(std::string vertex, std::string pixel,
                                                PixelFormat target,
                                                std::vector<PreparedInput> inputs,
                                                std::size_t uniformBytes, SetUp setUp = {});

  /// True once it is built, or will never be.
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  /// The program, once; null before it is ready and if it failed.
  ProgramPtr take();
  /// What the driver said; empty before it is ready.
  const Program::Log& log() const;

 private:
  struct Finish;
  struct Plan;
  void build(const Plan& plan);

  StatePtr home_;
  std::atomic<bool> ready_ = false;
  // The worker's until ready.
  Program program_;
  Program::Log log_;
};

}  // namespace topknot::gl
