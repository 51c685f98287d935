// Frames on their way into another process, beside those of GStreamer.
#include "shm_handover.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "support.h"
#ifdef HAVE_GSTAPP
#include "common/gstpull.hpp"
#endif

namespace topknot::measure {

namespace {

constexpr int kWidth = 1920, kHeight = 1080;

/// This program as a producer. It stands still while others are measured.
class Producer {
 public:
  Producer(const std::string& kind, const std::string& what) {
    std::cout.flush();
    pid_ = fork();
    if (pid_ != 0) return;
    execl("/proc/self/exe", "bench_shm", "--producer", kind.c_str(), what.c_str(), nullptr);
    _exit(1);
  }
  ~Producer() {
    kill(pid_, SIGTERM);
    run(true);
    waitpid(pid_, nullptr, 0);
  }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  pid_t pid() const { return pid_; }
  void run(bool on) const { kill(pid_, on ? SIGCONT : SIGSTOP); }

 private:
  pid_t pid_ = 0;
};

volatile std::sig_atomic_t over = 0;

void publish(const std::string& name, bool moves) {
  signal(SIGTERM, [](int) { over = 1; });
  const Context context = Context::headless();
  Graph graph;
  Top& source = graph.add("constant", "source").as<Top>();
  source.par("outputresolution") = "custom";
  source.par("resolution") = glm::vec2(kWidth, kHeight);
  auto& out = graph.add<SharedMemOut>("out");
  out.par("name") = name;
  source >> out;
  for (int frame = 0; over == 0; ++frame) {
    if (moves) source.par("colorr") = (frame & 255) / 255.0;
    graph.cook();
    if (frame == 2) expectSound(graph);
  }
}

/// Waits for the next frame of a producer and looks at it.
void take(SharedMemReader& reader) {
  static volatile int sum = 0;
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (!reader.waitForNew(std::chrono::seconds(10))) break;
    const auto view = reader.view();
    if (!view) continue;
    sum = sum + static_cast<int>(view->pixels()[view->pixels().size() / 2]);
    return;
  }
  throw Error("the producer sends nothing");
}

struct OwnPeer {
  OwnPeer(const std::string& what, const std::string& name)
      : kind(what), producer(what, name), reader(name) {
    take(reader);
    producer.run(false);
  }
  std::string kind;
  Producer producer;
  SharedMemReader reader;
};

#ifdef HAVE_GSTAPP
std::string caps() {
  return "format=RGBA,width=" + std::to_string(kWidth) + ",height=" + std::to_string(kHeight) +
         ",framerate=60/1";
}

/// `gltestsrc … shmsink`, and what it sends here. It waits while nothing is taken.
class GstPeer {
 public:
  GstPeer()
      : socket_((std::filesystem::temp_directory_path() /
                 ("topknot-bench-" + std::to_string(getpid()) + ".sock"))
                    .string()),
        producer_("gst", "gltestsrc pattern=blink ! video/x-raw(memory:GLMemory)," + caps() +
                             " ! gldownload ! video/x-raw," + caps() + " ! shmsink socket-path=" +
                             socket_ + " shm-size=40000000 wait-for-connection=true sync=false") {
    for (int i = 0; i < 500 && !std::filesystem::exists(socket_); ++i) usleep(20000);
    usleep(200000);
    if (!pull_.start("shmsrc socket-path=" + socket_ + " ! video/x-raw," + caps() +
                     " ! appsink name=out")) {
      throw Error("GStreamer's gltestsrc sends nothing");
    }
  }
  // A producer that is killed leaves its memory behind.
  ~GstPeer() {
    char left[64];
    std::snprintf(left, sizeof left, "/shmpipe.%5d.%5d", static_cast<int>(producer_.pid()), 0);
    shm_unlink(left);
    std::filesystem::remove(socket_);
  }
  void take() {
    if (!pull_.pull()) throw Error("GStreamer's producer has stopped");
  }

 private:
  std::string socket_;
  Producer producer_;
  gstk::Pull pull_;
};

[[noreturn]] void runPipeline(const std::string& text) {
  gstk::init();
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(text.c_str(), &error);
  if (pipeline == nullptr) {
    std::cerr << error->message << '\n';
    _exit(1);
  }
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (;;) pause();
}
#endif

}  // namespace

void produce(const std::string& kind, const std::string& what) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifdef HAVE_GSTAPP
  if (kind == "gst") runPipeline(what);
#endif
  publish(what, kind == "moving");
  std::exit(0);
}

void measureHandOver(const bench::Options& options) {
  const std::string name = "topknot-bench-handover-" + std::to_string(getpid());
  Rounds rounds("hand-over", sizeText(kWidth, kHeight), "rgba8", "ms_per_frame", options);
  OwnPeer still("still", name + "-still"), moving("moving", name + "-moving");
  for (OwnPeer* own : {&still, &moving}) {
    rounds.add(
        "topknot_" + own->kind,
        [own] {
          own->producer.run(true);
          for (int i = 0; i < 8; ++i) take(own->reader);
        },
        [own](int) { take(own->reader); });
    rounds.after([own] { own->producer.run(false); });
  }
#ifdef HAVE_GSTAPP
  GstPeer gst;
  rounds.add(
      "gst_shm_gltestsrc",
      [&] {
        for (int i = 0; i < 8; ++i) gst.take();
      },
      [&](int) { gst.take(); });
  // What it makes ahead is no part of another case.
  rounds.after([] { usleep(150000); });
#endif
  rounds.measure();
  rounds.time("frames into another process, a still picture", "topknot_still", "ms");
  rounds.ratio("… to GStreamer's gltestsrc … shmsink", "topknot_still", "gst_shm_gltestsrc",
               atMost(1.0));
  rounds.ratio("… a constant that is drawn each time, to the same", "topknot_moving",
               "gst_shm_gltestsrc");
}

}  // namespace topknot::measure
