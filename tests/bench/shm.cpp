// What publishing a frame in shared memory costs above drawing it, and how soon a reader sees it.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <ctime>
#include <iostream>
#include <memory>
#include <thread>

#include "ipc/shared_mem_writer.h"
#include "shm_handover.h"
#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kWidth = 1920, kHeight = 1080;
constexpr std::size_t kBytes = std::size_t{kWidth} * kHeight * 4;

std::string ownName(const char* what) {
  return "topknot-bench-" + std::string(what) + "-" + std::to_string(getpid());
}

/// Raw OpenGL: draws, and reads into one of three slots in shared memory.
class Floor {
 public:
  Floor() {
    program_ = glk::program(
        "#version 450 core\nlayout(location=0) in vec2 uv; layout(location=0) out vec4 o;\n"
        "layout(location=0) uniform float t; void main() { o = vec4(uv, t, 1.0); }");
    target_.create(kWidth, kHeight, GL_RGBA8);
    const std::string name = ownName("floor");
    const int fd = shm_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
    shm_unlink(name.c_str());
    if (fd < 0 || ftruncate(fd, 3 * kBytes) != 0) throw Error("no shared memory for the floor");
    slots_ = static_cast<std::uint8_t*>(
        mmap(nullptr, 3 * kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0));
    close(fd);
    if (slots_ == MAP_FAILED) throw Error("no mapping for the floor");
  }
  void draw(int frame) {
    glBindFramebuffer(GL_FRAMEBUFFER, target_.fbo);
    glViewport(0, 0, kWidth, kHeight);
    glUseProgram(program_);
    glProgramUniform1f(program_, 0, static_cast<float>(frame & 255) / 255.0f);
    glk::drawFull();
  }
  void publish(int frame) {
    draw(frame);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, target_.fbo);
    glReadPixels(0, 0, kWidth, kHeight, GL_RGBA, GL_UNSIGNED_BYTE, slots_ + frame % 3 * kBytes);
  }

 private:
  GLuint program_ = 0;
  glk::Target target_;
  std::uint8_t* slots_ = nullptr;
};

/// The same picture through a graph, published or only drawn.
class Publisher {
 public:
  explicit Publisher(const char* name, const char* type = nullptr, bool oldClients = false,
                     bool moves = true) {
    source_ = &graph_.add<GlslTop>("source");
    source_->pixelShader("uniform float t; out vec4 o; void main() { o = vec4(vUV.st, t, 1.0); }");
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(kWidth, kHeight);
    source_->par("format") = "rgba8fixed";
    if (moves) source_->uniform("t", [](const Frame& now) { return (now.index & 255) / 255.0; });
    if (type == nullptr) {
      source_->pin();
    } else {
      out_ = &graph_.add<SharedMemOut>("out");
      out_->par("name") = ownName(name);
      out_->par("downloadtype") = type;
      out_->par("oldclients") = oldClients;
      *source_ >> *out_;
    }
    cook();
    cook();
    expectSound(graph_);
  }
  void cook() { graph_.cook(); }
  double share() const { return out_->cookTime(); }  // milliseconds of the latest cook
  void settle() const { out_->published(); }

 private:
  Graph graph_;
  GlslTop* source_ = nullptr;
  SharedMemOut* out_ = nullptr;
};

void measurePublishing(Context& context, const glk::Context& floors,
                       const bench::Options& options) {
  floors.makeCurrent();
  glk::prepareState();
  Floor floor;
  context.makeCurrent();
  Publisher drawn("drawn"), fresh("new", "immediate"), old("old", "immediate", true);
  Publisher next("next", "nextframe", true);
  const auto raw = [&] { floors.makeCurrent(); };
  const auto own = [&] { context.makeCurrent(); };
  Rounds rounds("publish", sizeText(kWidth, kHeight), "rgba8", "ms_per_frame", options);
  rounds.add("readpixels_into_shm", raw, [&](int frame) { floor.publish(frame); });
  rounds.add("gl_draw", raw, [&](int frame) {
    floor.draw(frame);
    glFinish();
  });
  rounds.add("topknot_draw", own, [&](int) {
    drawn.cook();
    glFinish();
  });
  rounds.add("topknot_new", own, [&](int) { fresh.cook(); });
  rounds.add("topknot_old", own, [&](int) { old.cook(); });
  rounds.add("topknot_next", own, [&](int) { next.cook(); });
  rounds.measure();
  rounds.netRatio("publish, new clients alone, to `readpixels_into_shm`, both net of drawing",
                  {"topknot_new", "topknot_draw"}, {"readpixels_into_shm", "gl_draw"},
                  atMost(1.25));
  rounds.netRatio("… with the image for old clients", {"topknot_old", "topknot_draw"},
                  {"readpixels_into_shm", "gl_draw"}, atMost(1.6));
  rounds.ratio("publish, new clients alone, drawing included", "topknot_new",
               "readpixels_into_shm");
  rounds.ratio("… in nextframe mode, old clients as well", "topknot_next", "readpixels_into_shm");
}

/// What the thread of the context spends in the operator while the GPU has had its time. The
/// picture stands still, as drawing it would be counted with the operator that wants it.
void measureShare(Context& context, const bench::Options& options) {
  context.makeCurrent();
  Publisher next("share", "nextframe", true, false);
  std::vector<double> rounds;
  for (int round = 0; round < options.rounds; ++round) {
    std::vector<double> times;
    for (int i = 0; i < 50; ++i) {
      next.cook();
      times.push_back(next.share() * 1000.0);
      glFinish();
      next.settle();
    }
    std::nth_element(times.begin(), times.begin() + 25, times.end());
    rounds.push_back(times[25]);
  }
  print({"nextframe: the operator's share of the drawing thread", sizeText(kWidth, kHeight),
         "rgba8", "µs", atMost(50.0)},
        rounds);
}

struct Latencies {
  std::atomic<int> count;
  std::atomic<bool> done;
  double microseconds[100000];
};

double nowUs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

[[noreturn]] void watch(const std::string& name, Latencies& seen) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  SharedMemReader reader(name);
  volatile int sum = 0;
  while (!seen.done) {
    if (!reader.waitForNew(std::chrono::milliseconds(100))) continue;
    const auto view = reader.view();
    if (!view) continue;
    const double now = nowUs();
    sum = sum + static_cast<int>(view->pixels()[kBytes / 2]);
    const int index = seen.count;
    if (index >= 100000) continue;
    seen.microseconds[index] = now - static_cast<double>(view->publishedNs()) * 1e-3;
    seen.count = index + 1;
  }
  _exit(0);
}

/// Before any context is made, as the reader is a fork.
void measureLatency(const bench::Options& options) {
  void* place =
      mmap(nullptr, sizeof(Latencies), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& seen = *new (place) Latencies();
  const std::string name = ownName("latency");
  const pid_t reader = fork();
  if (reader == 0) watch(name, seen);
  std::vector<double> medians, late;
  {
    ipc::SharedMemWriter writer(name, {.oldClients = false});
    const std::vector<std::byte> pixels(kBytes, std::byte{1});
    writer.publish({kWidth, kHeight}, pixels);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (int round = 0; round < options.rounds; ++round) {
      seen.count = 0;
      for (int frame = 0; frame < 300; ++frame) {
        writer.publish({kWidth, kHeight}, pixels);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      std::vector<double> times(seen.microseconds, seen.microseconds + seen.count);
      if (times.empty()) throw Error("the reader saw nothing");
      std::sort(times.begin(), times.end());
      medians.push_back(times[times.size() / 2]);
      late.push_back(times[times.size() * 99 / 100]);
    }
    seen.done = true;
    waitpid(reader, nullptr, 0);
  }
  const std::string size = sizeText(kWidth, kHeight);
  print({"publish to seen by another process, median", size, "rgba8", "µs", atMost(60.0)}, medians);
  print({"… 99th percentile", size, "rgba8", "µs", atMost(200.0)}, late);
  munmap(place, sizeof(Latencies));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 4 && std::string_view(argv[1]) == "--producer") produce(argv[2], argv[3]);
  const auto options = bench::Options::parse(argc, argv);
  measureLatency(options);
  measureHandOver(options);
  const glk::Context floors;
  Context context = Context::headless();
  measurePublishing(context, floors, options);
  measureShare(context, options);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
