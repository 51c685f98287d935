// A user's shader run over its outputs: inputs by kind, slices, passes, colour buffers.
#include "top/shader/shader_run.h"

#include <algorithm>
#include <cstring>

#include "gl/context/work.h"
#include "gl/program/driver_limits.h"
#include "gl/program/lookup_textures.h"
#include "topknot/error.h"

namespace topknot {

namespace {

/// `TDTexInfo` of the prelude, as std140 lays it out.
struct TexInfo {
  float res[4];
  float depth[4];
};

TexInfo infoOf(const gl::TextureShape& shape, int newestSlice) {
  const auto w = static_cast<float>(shape.width);
  const auto h = static_cast<float>(shape.height);
  const auto d = static_cast<float>(shape.depth);
  const auto newest = static_cast<float>(newestSlice);
  const float offset = shape.dimension == glsl::Dimension::Volume ? newest / d : newest;
  return {{1.0f / w, 1.0f / h, w, h}, {1.0f / d, d, offset, 0.0f}};
}

/// Where slice `slice` lies for a sampler of such a texture.
float sliceCoordinate(const gl::TextureShape& shape, int slice) {
  const auto index = static_cast<float>(slice);
  if (shape.dimension == glsl::Dimension::Volume) {
    return (index + 0.5f) / static_cast<float>(shape.depth);
  }
  return index;
}

struct Bound {
  gl::Input input;
  TexInfo info;
  glsl::Dimension dimension;
};

class Run {
 public:
  Run(TopCook& cook, const UserShader& shader, const ShaderRun& run,
      const std::vector<ShaderInput>& inputs)
      : cook_(cook), shader_(shader), run_(run) {
    for (const ShaderInput& input : inputs) bind(input);
  }

  void draw() {
    const int passes = cook_.passCount();
    const bool feedsBack = !bound_.empty() && bound_[0].dimension == run_.shape.dimension;
    std::vector<gl::TexturePtr> targets = cook_.targets(shader_.setting.buffers, run_.shape);
    std::vector<gl::TexturePtr> previous;
    for (int pass = 0; pass < passes; ++pass) {
      cook_.beginPass(pass);
      for (int slice = 0; slice < run_.shape.depth; ++slice) drawSlice(targets, pass, slice);
      if (pass + 1 == passes) break;
      if (!feedsBack) continue;  // the same again
      std::swap(targets, previous);
      if (targets.empty()) targets = borrow();
      feedBack(*previous[0]);
    }
    cook_.showTextures(std::move(targets));
  }

  void compute() {
    std::vector<gl::TexturePtr> targets =
        cook_.targetsAsTheyWere(shader_.setting.buffers, run_.shape, !run_.clears);
    if (run_.clears) {
      const glm::vec4 v = stored(run_.clearValue);
      for (const gl::TexturePtr& target : targets) target->clear(v.r, v.g, v.b, v.a);
    }
    const unsigned groups[3] = {groupsAlong(0), groupsAlong(1), groupsAlong(2)};
    const std::vector<gl::Input> inputs = inputsOf(0);
    for (int pass = 0; pass < cook_.passCount(); ++pass) {
      gl::refuseIfLost(gl::currentState());
      cook_.beginPass(pass);
      writeBlock(pass, 0);
      cook_.timed(bytesOf(targets), [&] {
        gl::dispatch(shader_.program(), targets, shader_.setting.reads, inputs, groups);
      });
      restore(targets);
    }
    cook_.showTextures(std::move(targets));
  }

 private:
  void bind(const ShaderInput& input) {
    gl::Input sampled = cook_.sampled(input.socket, run_.extend);
    if (!input.shape.isFlat()) sampled.extendDepth = run_.extendDepth;
    bound_.push_back({sampled, infoOf(input.shape, input.newestSlice), input.shape.dimension});
  }

  std::vector<gl::TexturePtr> borrow() const {
    std::vector<gl::TexturePtr> textures;
    for (int i = 0; i < shader_.setting.buffers; ++i) {
      textures.push_back(gl::Pool::borrow(run_.shape));
    }
    return textures;
  }

  static std::int64_t bytesOf(const std::vector<gl::TexturePtr>& textures) {
    std::int64_t bytes = 0;
    for (const gl::TexturePtr& texture : textures) bytes += texture->bytes();
    return bytes;
  }

  /// The inputs that a slice sees, grouped by kind.
  std::vector<const Bound*> seenBy(int slice) const {
    std::vector<const Bound*> seen;
    const std::size_t all = bound_.size();
    const auto n = static_cast<std::size_t>(run_.perSlice);
    const std::size_t count = n == 0 ? all : std::min(n, all);
    const std::size_t first = n == 0 ? 0 : static_cast<std::size_t>(slice) * n;
    for (std::size_t i = 0; i < count; ++i) seen.push_back(&bound_[(first + i) % all]);
    std::stable_sort(seen.begin(), seen.end(),
                     [](const Bound* a, const Bound* b) { return a->dimension < b->dimension; });
    return seen;
  }

  std::vector<gl::Input> inputsOf(int slice) const {
    std::vector<gl::Input> inputs;
    for (const Bound* bound : seenBy(slice)) inputs.push_back(bound->input);
    if (shader_.usesNoise) {
      inputs.push_back({nullptr, gl::noiseMap(), gl::Filter::Linear, gl::Extend::Repeat});
    }
    if (shader_.usesSine) {
      inputs.push_back({nullptr, gl::sineLookup(), gl::Filter::Linear, gl::Extend::Hold});
    }
    return inputs;
  }

  void writeBlock(int pass, int slice) const {
    struct Head {
      TexInfo output;
      std::int32_t pass, depth;
      float slice, padding;
    };
    static_assert(sizeof(Head) == UserShader::blockBytes(0));
    static_assert(sizeof(Head) + sizeof(TexInfo) == UserShader::blockBytes(1));
    const Head head{infoOf(run_.shape, 0), pass, slice, sliceCoordinate(run_.shape, slice), 0.0f};
    const std::vector<const Bound*> seen = seenBy(slice);
    std::vector<std::byte> bytes(UserShader::blockBytes(seen.size()));
    std::memcpy(bytes.data(), &head, sizeof(head));
    std::size_t at = sizeof(Head);
    for (const Bound* bound : seen) {
      std::memcpy(bytes.data() + at, &bound->info, sizeof(TexInfo));
      at += sizeof(TexInfo);
    }
    gl::bindUniforms(UserShader::kBlockBinding, bytes);
  }

  void drawSlice(const std::vector<gl::TexturePtr>& targets, int pass, int slice) {
    gl::refuseIfLost(gl::currentState());
    const GLuint framebuffer =
        targets.size() == 1 ? targets[0]->framebuffer(slice) : buffers_.framebuffer(targets, slice);
    const gl::ChannelMask mask = cook_.storedMask(run_.shape.format);
    if (slice == 0 && (shader_.leavesPixels || !mask.all())) prepare(targets, mask);
    writeBlock(pass, slice);
    const std::vector<gl::Input> inputs = inputsOf(slice);
    for (const gl::Input& input : inputs) {
      for (const gl::TexturePtr& target : targets) {
        if (input.texture == target.get()) throw Error("a picture cannot be drawn from itself");
      }
    }
    const gl::Geometry geometry =
        shader_.texts.vertex ? gl::Geometry::Quad : gl::Geometry::Triangle;
    cook_.timed(bytesOf(targets), [&] {
      gl::drawInto(framebuffer, run_.shape.width, run_.shape.height, shader_.program(), inputs,
                   mask, geometry);
    });
  }

  /// What is not drawn over is transparent black, or, where the channel mask leaves it out, the
  /// first input's.
  void prepare(const std::vector<gl::TexturePtr>& targets, const gl::ChannelMask& mask) const {
    for (const gl::TexturePtr& target : targets) target->clear(0.0f, 0.0f, 0.0f, 0.0f);
    if (mask.all() || bound_.empty() || !run_.shape.isFlat()) return;
    const gl::Input& first = bound_[0].input;
    if (bound_[0].dimension != glsl::Dimension::Flat) return;
    gl::draw(*pixelProgram("copy", run_.shape.format), *targets[0], {&first, 1});
  }

  /// The same behind a compute shader, which writes all channels.
  void restore(const std::vector<gl::TexturePtr>& targets) const {
    const gl::ChannelMask mask = cook_.storedMask(run_.shape.format);
    if (mask.all()) return;
    const gl::ChannelMask others{!mask.r, !mask.g, !mask.b, !mask.a};
    const gl::TexturePtr black = gl::Pool::borrow({1, 1, PixelFormat::Rgba8Fixed});
    black->clear(0.0f, 0.0f, 0.0f, 0.0f);
    const bool passes =
        !bound_.empty() && run_.shape.isFlat() && bound_[0].dimension == glsl::Dimension::Flat;
    for (const gl::TexturePtr& target : targets) {
      gl::Input from{black.get()};
      if (passes && target == targets[0]) from = bound_[0].input;
      for (int slice = 0; slice < run_.shape.depth; ++slice) {
        gl::drawInto(target->framebuffer(slice), run_.shape.width, run_.shape.height,
                     *pixelProgram("copy", run_.shape.format), {&from, 1}, others,
                     gl::Geometry::Triangle);
      }
    }
  }

  /// The first input becomes what was drawn last.
  void feedBack(const gl::Texture& drawn) {
    gl::Input& first = bound_[0].input;
    if (first.filter == gl::Filter::Mipmap) first.filter = gl::Filter::Linear;
    first.texture = &drawn;
    bound_[0].info = infoOf(run_.shape, 0);
  }

  unsigned groupsAlong(int axis) const {
    const int sizes[] = {run_.shape.width, run_.shape.height, run_.shape.depth};
    const unsigned local = shader_.localSize[axis];
    if (run_.automatic) return (static_cast<unsigned>(sizes[axis]) + local - 1) / local;
    const int most = gl::mostGroups(axis);
    const int wanted = run_.groups[axis];
    if (wanted <= most) return static_cast<unsigned>(wanted);
    throw Error(std::string("dispatchsize") + "xyz"[axis] + ": " + std::to_string(wanted) +
                " work groups are more than this driver takes: 0 to " + std::to_string(most));
  }

  /// A colour as the outputs store its channels.
  glm::vec4 stored(glm::vec4 c) const {
    if (shader_.setting.swizzle == 1) return glm::vec4(c.a);
    if (shader_.setting.swizzle == 2) return {c.r, c.a, c.a, c.a};
    return c;
  }

  TopCook& cook_;
  const UserShader& shader_;
  const ShaderRun& run_;
  std::vector<Bound> bound_;  // in the order of the sockets
  gl::ColourBuffers buffers_;
};

}  // namespace

std::vector<ShaderInput> shaderInputs(const TopCook& cook) {
  std::vector<ShaderInput> inputs;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (!cook.connected(i)) continue;
    inputs.push_back({i, cook.input(i).shape(), cook.input(i).newestSlice});
  }
  return inputs;
}

std::array<int, glsl::kDimensions> ShaderRun::counts(const std::vector<ShaderInput>& inputs) const {
  std::array<int, glsl::kDimensions> counts{};
  for (const ShaderInput& input : inputs) ++counts[static_cast<std::size_t>(input.shape.dimension)];
  if (perSlice <= 0 || perSlice >= static_cast<int>(inputs.size())) return counts;
  for (int& count : counts) {
    if (count == 0) continue;
    if (count != static_cast<int>(inputs.size())) {
      throw Error(
          "inputs of different kinds (2D, 3D, array) cannot take turns: set 'inputmapping' "
          "to 'all'");
    }
    count = perSlice;
  }
  return counts;
}

void runShader(TopCook& cook, const UserShader& shader, const ShaderRun& run,
               const std::vector<ShaderInput>& inputs) {
  Run each(cook, shader, run, inputs);
  if (shader.setting.compute) {
    each.compute();
  } else {
    each.draw();
  }
}

}  // namespace topknot
