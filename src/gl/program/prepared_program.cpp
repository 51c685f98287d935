// A program that a worker compiles and draws once, so that its first draw does not stall.
#include "gl/program/prepared_program.h"

#include <bit>
#include <optional>
#include <utility>

#include "gl/context/driver_cache.h"
#include "gl/context/worker.h"
#include "gl/program/buffer.h"
#include "gl/program/lookup_textures.h"
#include "gl/program/pass.h"

namespace topknot::gl {

struct PreparedProgram::Plan {
  Texts texts;
  std::optional<PreparedTarget> target;  // none: it is not drawn
  std::vector<PreparedInput> inputs;
  std::vector<PreparedBlock> blocks;
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

int polyfill(int size) {
  return std::has_single_bit(static_cast<unsigned>(size)) ? 4 : 3;
}

/// A small texture that drivers treat in the same way.
TextureShape smallShape(TextureShape shape) {
  shape.width = polyfill(shape.width);
  shape.height = polyfill(shape.height);
  const bool layered =
      shape.dimension == glsl::Dimension::Volume || shape.dimension == glsl::Dimension::Array;
  if (layered) shape.depth = polyfill(shape.depth);
  return shape;
}

/// Small pictures of the kinds that the program will see.
class Polyfills {
 public:
  explicit Polyfills(const std::vector<PreparedInput>& inputs) {
    textures_.reserve(inputs.size());
    for (const PreparedInput& input : inputs) {
      Input bound{nullptr, 0, input.filter, input.extend, input.extendDepth};
      switch (input.kind) {
        case PreparedInput::Kind::NoiseMap:
          bound.raw = noiseMap();
          break;
        case PreparedInput::Kind::SineLookup:
          bound.raw = sineLookup();
          break;
        case PreparedInput::Kind::Picture:
          bound.texture = &make(input.shape);
          break;
      }
      bound_.push_back(bound);
    }
  }

  const std::vector<Input>& bound() const { return bound_; }

 private:
  const Texture& make(const TextureShape& shape) {
    Texture& texture = textures_.emplace_back(smallShape(shape));
    // Renderers on the CPU give black ones, and Mesa 22.3 may crash, if seldom, when one context
    // writes to a texture at the moment in which another one ends a pass.
    if (currentState().info.software) return texture;
    texture.clear(0, 0, 0, 0);
    if (shape.mipmaps) texture.makeMipmaps();
    return texture;
  }

  std::vector<Texture> textures_;  // reserved: they stay where they are
  std::vector<Input> bound_;
};

/// As the cooking thread will do it: what differs would be compiled once more there.
void runOnce(const Program& program, bool isCompute, const PreparedTarget& target,
             const std::vector<Input>& inputs) {
  const TextureShape shape = smallShape(target.shape);
  std::vector<TexturePtr> textures;
  for (int i = 0; i < target.buffers; ++i) textures.push_back(std::make_shared<Texture>(shape));
  if (isCompute) return dispatch(program, textures, target.reads, inputs, {1, 1, 1});
  ColourBuffers buffers;
  drawInto(buffers.framebuffer(textures, 0), shape.width, shape.height, program, inputs, {},
           target.geometry);
}

}  // namespace

std::shared_ptr<PreparedProgram> PreparedProgram::start(ShaderTexts texts,
                                                        const PreparedTarget& target,
                                                        std::vector<PreparedInput> inputs,
                                                        std::vector<PreparedBlock> blocks,
                                                        SetUp setUp) {
  return start([texts = std::move(texts)] { return texts; }, target, std::move(inputs),
               std::move(blocks), std::move(setUp));
}

std::shared_ptr<PreparedProgram> PreparedProgram::start(Texts texts, const PreparedTarget& target,
                                                        std::vector<PreparedInput> inputs,
                                                        std::vector<PreparedBlock> blocks,
                                                        SetUp setUp) {
  return post({std::move(texts), target, std::move(inputs), std::move(blocks), std::move(setUp)});
}

std::shared_ptr<PreparedProgram> PreparedProgram::compile(Texts texts) {
  return post({std::move(texts), {}, {}, {}, {}});
}

std::shared_ptr<PreparedProgram> PreparedProgram::post(Plan what) {
  StatePtr home = current();
  Worker* worker = workerOf(*home);
  if (worker == nullptr) return nullptr;
  auto program = std::make_shared<PreparedProgram>();
  program->home_ = std::move(home);
  auto plan = std::make_shared<const Plan>(std::move(what));
  worker->postBehindFrame([plan = std::move(plan), finish = std::make_shared<Finish>(program)] {
    try {
      finish->program->build(*plan);
    } catch (const std::exception& error) {
      finish->fail(error.what());
    }
  });
  return program;
}

void PreparedProgram::build(const Plan& plan) {
  Program built = Program::build(plan.texts(), log_);
  if (log_.failed || !plan.target) return;
  if (plan.setUp) plan.setUp(built);
  for (const PreparedBlock& block : plan.blocks) {
    if (block.bytes > 0) bindUniforms(block.binding, std::vector<std::byte>(block.bytes));
  }
  const Polyfills inputs(plan.inputs);
  runOnce(built, log_.isCompute, *plan.target, inputs.bound());
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
  return std::make_shared<const Program>(takeProgram());
}

Program PreparedProgram::takeProgram() {
  return ready() ? std::move(program_) : Program();
}

const Program::Log& PreparedProgram::log() const {
  static const Program::Log kNothing;
  return ready() ? log_ : kNothing;
}

}  // namespace topknot::gl
