// A program that a worker compiles and draws once, so that its first draw does not stall.
#include "gl/prepared_program.h"

#include <bit>
#include <utility>

#include "gl/buffer.h"
#include "gl/driver_cache.h"
#include "gl/lookup_textures.h"
#include "gl/pass.h"
#include "gl/worker.h"

namespace topknot::gl {

struct PreparedProgram::Plan {
  std::string vertex, pixel;
  PixelFormat target;
  std::vector<PreparedInput> inputs;
  std::size_t uniformBytes;
  SetUp setUp;
};

/// Held by the job alone: however that ends, nobody waits for it in vain.
struct PreparedProgram::Finish {
  std::shared_ptr<PreparedProgram> program;

  explicit Finish(std::shared_ptr<PreparedProgram> p) : program(std::move(p)) {
    fail("the OpenGL context ended before the shader was compiled");
  }
  Finish(const Finish&) = delete;
  Finish& operator=(const Finish&) = delete;
  ~Finish() { program->ready_.store(true, std::memory_order_release); }

  void fail(const char* why) const {
    program->log_ = {};
    program->log_.failed = true;
    program->log_.link.push_back({.message = why});
  }
};

namespace {

int standIn(int size) { return std::has_single_bit(static_cast<unsigned>(size)) ? 4 : 3; }

/// Small pictures of the kinds that the program will see.
class StandIns {
 public:
  explicit StandIns(const std::vector<PreparedInput>& inputs) {
    textures_.reserve(inputs.size());
    for (const PreparedInput& input : inputs) {
      Input bound{nullptr, 0, input.filter, input.extend};
      switch (input.kind) {
        case PreparedInput::Kind::NoiseMap: bound.raw = noiseMap(); break;
        case PreparedInput::Kind::SineLookup: bound.raw = sineLookup(); break;
        case PreparedInput::Kind::Picture: bound.texture = &make(input.shape); break;
      }
      bound_.push_back(bound);
    }
  }

  const std::vector<Input>& bound() const { return bound_; }

 private:
  const Texture& make(const TextureShape& shape) {
    Texture& texture = textures_.emplace_back(
        TextureShape{standIn(shape.width), standIn(shape.height), shape.format, shape.mipmaps});
    texture.clear(0, 0, 0, 0);
    if (shape.mipmaps) texture.makeMipmaps();
    return texture;
  }

  std::vector<Texture> textures_;  // reserved: they stay where they are
  std::vector<Input> bound_;
};

void drawOnce(const Program& program, PixelFormat format, const std::vector<PreparedInput>& inputs,
              std::size_t uniformBytes) {
  const Texture target({4, 4, format, false});
  const StandIns standIns(inputs);
  if (uniformBytes > 0) bindUniforms(1, std::vector<std::byte>(uniformBytes));
  draw(program, target, standIns.bound());
}

}  // namespace

std::shared_ptr<PreparedProgram> PreparedProgram::start(std::string vertex, std::string pixel,
                                                        PixelFormat target,
                                                        std::vector<PreparedInput> inputs,
                                                        std::size_t uniformBytes, SetUp setUp) {
  StatePtr home = current();
  Worker* worker = workerOf(*home);
  if (worker == nullptr) return nullptr;
  auto program = std::make_shared<PreparedProgram>();
  program->home_ = std::move(home);
  auto plan = std::make_shared<const Plan>(Plan{std::move(vertex), std::move(pixel), target,
                                                std::move(inputs), uniformBytes,
                                                std::move(setUp)});
  worker->post([plan = std::move(plan), finish = std::make_shared<Finish>(program)] {
    try {
      finish->program->build(*plan);
    } catch (const std::exception& error) {
      finish->fail(error.what());
    }
  });
  return program;
}

void PreparedProgram::build(const Plan& plan) {
  Program built = Program::build(plan.vertex, plan.pixel, log_);
  if (log_.failed) return;
  if (plan.setUp) plan.setUp(built);
  drawOnce(built, plan.target, plan.inputs, plan.uniformBytes);
  // What the other context sees must be there, and what it cannot see must be in the cache.
  finish();
  // Whoever lets go of it last deletes what the driver made of it for all contexts; only its own is
  // safe. So nothing of it may stay bound here.
  glUseProgram(0);
  if (currentState().info.software) waitForDriverCache(std::chrono::seconds(2));
  program_ = std::move(built);
  program_.moveTo(home_);
  home_->keepFromWorker(program_.name());
}

ProgramPtr PreparedProgram::take() {
  if (!ready() || !program_) return nullptr;
  return std::make_shared<const Program>(std::move(program_));
}

const Program::Log& PreparedProgram::log() const {
  static const Program::Log kNothing;
  return ready() ? log_ : kNothing;
}

}  // namespace topknot::gl
