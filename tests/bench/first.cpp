// What a person feels who edits a shader: how long the cooking thread stalls while the chain goes
// over to the new text, and in which frame. Each sample is a text that no cache has seen.
#include <time.h>

#include <algorithm>
#include <chrono>
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

/// The longest and the median of frames, each for itself in both respects.
struct Frames {
  std::vector<double> wall, own;

  void add(Time time) {
    wall.push_back(time.wall);
    own.push_back(time.own);
  }
  Time median() const { return {bench::Stat::of(wall).median, bench::Stat::of(own).median}; }
  Time longest() const { return {bench::Stat::of(wall).max, bench::Stat::of(own).max}; }
};

/// One change of a text, milliseconds above a usual frame; `usual` is the longest of as many frames
/// as the worker took, while it had nothing to do.
struct Change {
  double handsOver = 0.0, shows = 0.0, meanwhile = 0.0, usual = 0.0, own = 0.0;
};

/// `seen` tells whether the picture is that of the new text; it is asked after each frame.
Change changed(const Cook& frame, const std::function<void()>& change,
               const std::function<bool()>& seen) {
  const auto frames = [&](int count) {
    Frames made;
    for (int i = 0; i < count; ++i) {
      made.add(timed([&] { frame(i); }));
      seen();
    }
    return made;
  };
  const Time before = frames(40).median();
  const Time first = timed([&] {
    change();
    frame(0);
  });
  Frames meanwhile;
  Time last = first;
  const double end = bench::wallMs() + kPatience;
  for (int i = 1; !seen(); ++i) {
    if (i > 1) meanwhile.add(last);
    last = timed([&] { frame(i); });
    if (bench::wallMs() > end) throw Error("the new shader was never drawn");
  }
  Change result{first.wall - before.wall, last.wall - before.wall, 0.0, 0.0, 0.0};
  result.own = std::max(first.own, last.own);
  const Time after = frames(10).longest();
  if (!meanwhile.wall.empty()) {
    result.meanwhile = meanwhile.longest().wall - before.wall;
    result.own = std::max(result.own, meanwhile.longest().own);
    // The driver may still write what was compiled.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    result.usual = frames(int(meanwhile.wall.size())).longest().wall - before.wall;
  }
  result.own = std::max(result.own, after.own) - before.own;
  return result;
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

/// What the operator is whose text is edited.
enum class Kind { Function, Whole };

class Ours {
 public:
  Ours(const Pictures& pictures, const w1::Job& job, Kind kind, bool fusion)
      : chain_(pictures, job, ChainBlur::Exact, fusion), kind_(kind) {
    if (kind == Kind::Whole) chain_.saturation().par("mode") = "vertexpixel";
    give();
    chain_.settle();
    expectSound(chain_.graph());
  }

  Change sample() {
    const auto old = look();
    return changed([&](int i) { chain_.run(i); }, [&] { give(); },
                   [&] { return differs(old, look()); });
  }

 private:
  void give() {
    const std::string text = Chain::saturationText(amounts_.next());
    chain_.saturation().pixelShader(kind_ == Kind::Function ? text : text + kMain);
  }
  std::vector<std::uint8_t> look() {
    const Image image = chain_.last().readback().converted(PixelFormat::Rgba8Fixed);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(image.bytes().data());
    return {bytes, bytes + image.bytes().size()};
  }
  static bool differs(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    return bench::psnr8(a.data(), b.data(), a.size()) < 45.0;
  }

  static constexpr const char* kMain =
      "out vec4 fragColor;\nvoid main() { fragColor = TDOutputSwizzle("
      "pixel(texture(sTD2DInputs[0], vUV.st), vUV.st)); }\n";

  Chain chain_;
  Kind kind_;
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

  Change sample() {
    return changed([this](int i) { draw(program_, target_, i); }, [this] { take(build()); },
                   [] { return true; });
  }
  Change sampleAfterWorker() {
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
    return changed([this](int i) { draw(program_, target_, i); }, [&] { take(made); },
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

struct Case {
  std::string name, title;
  std::function<void()> enter;
  std::function<Change()> sample;
  Limit limit;
  bool atOnce = false;  // nothing is compiled meanwhile
  std::vector<Change> changes = {};

  void print() const {
    const auto row = [&](const char* what, double Change::*figure, Limit held) {
      std::vector<double> figures;
      for (const Change& one : changes) figures.push_back(one.*figure);
      measure::print({title + ": " + what, sizeText(kWidth, kHeight), "rgba8", "ms", held},
                     figures);
    };
    row("first frame that shows it, above a usual frame", &Change::shows, limit);
    if (!atOnce) {
      row("frame that hands it over, above a usual frame", &Change::handsOver, limit);
      row("longest frame while a worker compiles it", &Change::meanwhile, {});
      row("longest of as many usual frames", &Change::usual, {});
    }
    row("work of the cooking thread in the worst frame", &Change::own, limit);
  }
};

void measureAll(const bench::Options& options) {
  const glk::Context floors;
  Context context = Context::headless();
  const Pictures pictures(kWidth, kHeight);
  const w1::Job job{kWidth, kHeight, "rgba8", {}, &pictures.a, &pictures.b};
  Raw raw(floors, pictures);
  context.makeCurrent();
  Ours fused(pictures, job, Kind::Function, true), apart(pictures, job, Kind::Function, false);
  Ours whole(pictures, job, Kind::Whole, true);

  const auto floor = [&] { floors.makeCurrent(); };
  const auto own = [&] { context.makeCurrent(); };
  std::vector<Case> cases = {
      {"topknot", "edited pixel function", own, [&] { return fused.sample(); }, atMost(3.0)},
      {"topknot_unfused", "… fusion off", own, [&] { return apart.sample(); }, {}},
      {"topknot_whole", "edited whole shader", own, [&] { return whole.sample(); }, atMost(3.0)},
      {"gl", "raw, one pass", floor, [&] { return raw.sample(); }, {}, true},
      {"gl_worker",
       "raw, after a worker drew it",
       floor,
       [&] { return raw.sampleAfterWorker(); },
       {},
       true},
  };
  const int rounds = options.frames > 0 ? 1 : options.rounds;
  for (int round = 0; round < rounds; ++round) {
    if (options.quietMs > 0) bench::waitQuiet(options.quietMs);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      Case& one = cases[(i + std::size_t(round)) % cases.size()];
      if (!options.wants(one.name)) continue;
      one.enter();
      one.changes.push_back(one.sample());
    }
  }
  for (const Case& one : cases) {
    if (!one.changes.empty()) one.print();
  }
  context.makeCurrent();
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const TemporaryFolder cache;
  useShaderCache(cache.path());
  measureAll(options);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
