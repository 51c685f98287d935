// What a person feels who edits a shader: how long the cooking thread stalls while the chain goes
// over to the new text. Each sample is a text that no cache has seen.
#include <time.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "chain.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

// Small, so that a frame takes less than what is to be measured.
constexpr int kWidth = 128, kHeight = 72;
constexpr double kPatience = 5000.0;  // milliseconds until the new text has to be seen

using Cook = std::function<void(int)>;

/// Of a frame, in milliseconds: until it is there, and what the cooking thread itself did for it.
/// The former is longer where others want the processors, the worker among them.
struct Time {
  double wall = 0.0, own = 0.0;
};

Time now() {
  timespec own{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
  return {bench::wallMs(), double(own.tv_sec) * 1e3 + double(own.tv_nsec) * 1e-6};
}

Time timed(const std::function<void()>& work) {
  const Time start = now();
  work();
  const Time end = now();
  return {end.wall - start.wall, end.own - start.own};
}

Time usual(const Cook& frame) {
  std::vector<double> wall, own;
  for (int i = 0; i < 40; ++i) {
    const Time time = timed([&] { frame(i); });
    wall.push_back(time.wall);
    own.push_back(time.own);
  }
  return {bench::Stat::of(wall).median, bench::Stat::of(own).median};
}

/// The longest frame from the change on, above a usual one. `seen` tells whether the picture is
/// that of the new text; it is asked between frames.
Time stall(const Cook& frame, const std::function<void()>& change,
           const std::function<bool()>& seen) {
  const Time before = usual(frame);
  Time longest = timed([&] {
    change();
    frame(0);
  });
  const double end = bench::wallMs() + kPatience;
  int after = 0;
  for (int i = 1; after < 10; ++i) {
    const Time time = timed([&] { frame(i); });
    longest = {std::max(longest.wall, time.wall), std::max(longest.own, time.own)};
    if (after > 0 || seen()) ++after;
    if (after == 0 && bench::wallMs() > end) throw Error("the new shader was never drawn");
  }
  return {longest.wall - before.wall, longest.own - before.own};
}

/// The amounts of one case: each far from the one before, and none the same as another case's.
class Amounts {
 public:
  double next() {
    low_ = !low_;
    return (low_ ? 0.2 : 0.9) + 1e-4 * ++count_;
  }

 private:
  bool low_ = false;
  static inline int count_ = 0;
};

class Ours {
 public:
  Ours(const Pictures& pictures, const w1::Job& job, bool fusion)
      : chain_(pictures, job, ChainBlur::Exact, fusion) {
    chain_.settle();
    expectSound(chain_.graph());
  }

  Time sample() {
    const auto old = look();
    // Where the library compiles on a worker, this is the call that starts it.
    const auto change = [&] {
      setPixelFunction(chain_.saturation(), Chain::saturationText(amounts_.next()));
    };
    return stall([&](int i) { chain_.run(i); }, change, [&] { return differs(old, look()); });
  }

 private:
  std::vector<std::uint8_t> look() {
    const Image image = chain_.last().readback().converted(PixelFormat::Rgba8Fixed);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(image.bytes().data());
    return {bytes, bytes + image.bytes().size()};
  }
  static bool differs(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    return bench::psnr8(a.data(), b.data(), a.size()) < 45.0;
  }

  Chain chain_;
  Amounts amounts_;
};

/// One pass of it by hand: compiled and drawn where it is needed, or first by a worker.
class Raw {
 public:
  Raw(const glk::Context& context, const Pictures& pictures) : context_(context) {
    context_.makeCurrent();
    glk::prepareState();
    a_ = glk::texture(kWidth, kHeight, GL_RGBA8, pictures.a.px.data());
    b_ = glk::texture(kWidth, kHeight, GL_RGBA8, pictures.b.px.data());
    target_.create(kWidth, kHeight, GL_RGBA8);
    program_ = build();
  }
  ~Raw() {
    context_.makeCurrent();
    target_.destroy();
    glDeleteTextures(1, &a_);
    glDeleteTextures(1, &b_);
    glDeleteProgram(program_);
  }

  Time sample() {
    return stall([this](int i) { draw(program_, target_, i); }, [this] { take(build()); },
                 [] { return true; });
  }
  Time sampleAfterWorker() {
    GLuint made = 0;
    // A context of its own each time: Mesa 22.3 crashes where one that lives on finds programs gone
    // that it drew with.
    std::thread worker([&] {
      const glk::Context shared(context_, true);
      shared.makeCurrent();
      glk::prepareState();
      glk::Target target;
      target.create(16, 16, GL_RGBA8);
      made = build();
      draw(made, target, 0);
      glUseProgram(0);
      target.destroy();
    });
    worker.join();
    return stall([this](int i) { draw(program_, target_, i); }, [&] { take(made); },
                 [] { return true; });
  }

 private:
  GLuint build() {
    return glk::program(
        "#version 450 core\nlayout(location=0) in vec2 uv;\nlayout(location=0) out vec4 o;\n"
        "layout(binding=0) uniform sampler2D t0;\nlayout(binding=1) uniform sampler2D t1;\n"
        "layout(location=0) uniform vec4 p;\n" +
        w1::levelsGlsl() + w1::overGlsl() +
        "void main() { o = over(texture(t1, uv), levels(texture(t0, uv), p.x, p.y, p.z * " +
        std::to_string(amounts_.next()) + ")); }");
  }
  void take(GLuint program) {
    glDeleteProgram(program_);
    program_ = program;
  }
  void draw(GLuint program, const glk::Target& target, int frame) {
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target.fbo);
    glViewport(0, 0, target.w, target.h);
    glUseProgram(program);
    glBindTextureUnit(0, a_);
    glBindTextureUnit(1, b_);
    glProgramUniform4f(program, 0, w1::gainOf({}, frame), 0.8f, 0.7f, 0.0f);
    glk::drawFull();
    glFinish();
  }

  const glk::Context& context_;
  GLuint a_ = 0, b_ = 0, program_ = 0;
  glk::Target target_;
  Amounts amounts_;
};

void measureAll(const bench::Options& options) {
  const glk::Context floors;
  Context context = Context::headless();
  const Pictures pictures(kWidth, kHeight);
  const w1::Job job{kWidth, kHeight, "rgba8", {}, &pictures.a, &pictures.b};
  Raw raw(floors, pictures);
  context.makeCurrent();
  Ours fused(pictures, job, true), apart(pictures, job, false);

  struct Case {
    std::string name, title;
    std::function<void()> enter;
    std::function<Time()> sample;
    Limit limit;
    std::vector<double> stalls = {}, own = {};
  };
  const auto floor = [&] { floors.makeCurrent(); };
  const auto own = [&] { context.makeCurrent(); };
  std::vector<Case> cases = {
      {"topknot", "stall after a change of a user's shader in the chain", own,
       [&] { return fused.sample(); }, atMost(3.0)},
      {"topknot_unfused", "… fusion off", own, [&] { return apart.sample(); }, {}},
      {"gl", "… raw, one pass", floor, [&] { return raw.sample(); }, {}},
      {"gl_worker",
       "… raw, after a worker drew it",
       floor,
       [&] { return raw.sampleAfterWorker(); },
       {}},
  };
  const int rounds = options.frames > 0 ? 1 : options.rounds;
  for (int round = 0; round < rounds; ++round) {
    if (options.quietMs > 0) bench::waitQuiet(options.quietMs);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      Case& one = cases[(i + std::size_t(round)) % cases.size()];
      if (!options.wants(one.name)) continue;
      one.enter();
      const Time time = one.sample();
      one.stalls.push_back(time.wall);
      one.own.push_back(time.own);
    }
  }
  for (const Case& one : cases) {
    if (one.stalls.empty()) continue;
    const std::string size = sizeText(kWidth, kHeight);
    print({one.title, size, "rgba8", "ms", one.limit}, one.stalls);
    print({one.title + ": work of the cooking thread", size, "rgba8", "ms", one.limit}, one.own);
  }
  context.makeCurrent();
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const TemporaryFolder cache;
  setenv("MESA_SHADER_CACHE_DIR", cache.path().c_str(), 1);
  setenv("MESA_SHADER_CACHE_DISABLE", "false", 1);
  measureAll(options);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
