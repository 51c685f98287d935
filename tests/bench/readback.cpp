// What it costs to bring a picture into ordinary memory, every frame, beside one memcpy of it.
#include <cstring>
#include <memory>

#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

/// Memory that was touched before.
struct Memory {
  explicit Memory(std::size_t size) : from(size, std::byte{1}), to(size, std::byte{2}) {}
  std::vector<std::byte> from, to;
};

/// A picture that is there: nothing is drawn, which would vary more than what is measured.
class Scene {
 public:
  Scene(int height, const std::string& format) : context_(Context::headless()) {
    picture_ = &graph_.add("constant").as<Top>();
    picture_->par("resolutionw") = height * 16 / 9;
    picture_->par("resolutionh") = height;
    picture_->par("format") = formatNamed(format);
    readback_ = std::make_unique<Readback>(*picture_, ReadbackRing{.depth = 2});
  }

  void enter() { context_.makeCurrent(); }
  void cook(int frame) { graph_.cook({.index = frame, .seconds = frame / 60.0}); }
  void render(int frame) {
    cook(frame);
    picture_->textureName();
    glFinish();
  }
  void view(int frame) {
    cook(frame);
    readback_->start();
    // A GPU may still be writing it: the ring waits, once it is full.
    const ReadbackTicket ticket = readback_->takeTicket();
    if (!ticket) return;
    const PixelView view = ticket.view();
    if (view.bytes[view.bytes.size() / 2] == std::byte{3}) std::abort();
  }
  void copy(int frame) {
    cook(frame);
    readback_->start();
    readback_->take();
  }
  void converted(int frame, const ReadbackOptions& options) {
    cook(frame);
    readback_->start(options);
    readback_->take();
  }
  void expectAllFetched() const {
    const ReadbackCounters counters = readback_->counters();
    if (counters.dropped > 0 || counters.pending > readback_->ring().depth) std::abort();
  }
  void sample(int frame) {
    cook(frame);
    if (picture_->sample({.u = 0.5, .v = 0.5}).a < 0.5f) std::abort();
  }
  void sampleAgain(int) {
    if (picture_->sample({.u = 0.5, .v = 0.5}).a < 0.5f) std::abort();
  }

 private:
  Context context_;
  Graph graph_;
  Top* picture_;
  std::unique_ptr<Readback> readback_;
};

void measureReadback(const bench::Options& options, int height, const std::string& format) {
  const int width = height * 16 / 9;
  const int bytesPerPixel = pixelFormatInfo(pixelFormatFromName(formatNamed(format))).bytesPerPixel;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Memory memory(pixels * static_cast<std::size_t>(bytesPerPixel)), floats(pixels * 16);
  Scene scene(height, format);
  Rounds rounds("readback", sizeText(width, height), format, "ms", options);
  const auto enter = [&] { scene.enter(); };
  const auto copying = [](Memory& which) {
    return [&which](int frame) {
      std::memcpy(which.to.data(), which.from.data(), which.to.size());
      which.from[static_cast<std::size_t>(frame) & 4095] ^= std::byte{1};
    };
  };
  const bool isFloat = format == "rgba32f";
  rounds.add("memcpy", enter, copying(memory));
  if (!isFloat) rounds.add("memcpy_float", enter, copying(floats));
  rounds.add("render", enter, [&](int frame) { scene.render(frame); });
  rounds.add("view", enter, [&](int frame) { scene.view(frame); });
  rounds.add("copy", enter, [&](int frame) { scene.copy(frame); });
  const ReadbackOptions numpy{.channels = "rgba", .type = ReadbackType::Float32};
  if (!isFloat) rounds.add("float", enter, [&](int frame) { scene.converted(frame, numpy); });
  rounds.add("red", enter, [&](int frame) { scene.converted(frame, {.channels = "r"}); });
  rounds.measure();
  scene.expectAllFetched();
  rounds.netRatio("readback as a view, net / memcpy", {"view", "render"}, {"memcpy"}, atMost(1.15));
  rounds.netRatio("readback as memory of one's own, net / memcpy", {"copy", "render"}, {"memcpy"},
                  atMost(2.15));
  if (!isFloat) {
    rounds.netRatio("readback to float32, net / memcpy of the floats", {"float", "render"},
                    {"memcpy_float"}, atMost(2));
  }
  rounds.netRatio("readback of one channel, net / memcpy", {"red", "render"}, {"memcpy"},
                  atMost(2));
}

void measureSample(const bench::Options& options) {
  Scene small(64, "rgba8"), large(2160, "rgba8");
  Rounds rounds("sample", "3840x2160", "rgba8", "ms", options);
  rounds.add(
      "small", [&] { small.enter(); }, [&](int frame) { small.sampleAgain(frame); });
  rounds.add(
      "large", [&] { large.enter(); }, [&](int frame) { large.sampleAgain(frame); });
  rounds.measure();
  rounds.ratio("sample of a 4K texture / of one of 64 rows", "large", "small", atMost(1.2));
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = bench::Options::parse(argc, argv);
  for (const int height : {1080, 2160}) {
    if (!options.wantsSize(height)) continue;
    for (const char* format : {"rgba8", "rgba16f", "rgba32f"}) {
      if (options.wantsFormat(format)) measureReadback(options, height, format);
    }
  }
  if (options.wantsSize(2160) && options.wantsFormat("rgba8")) measureSample(options);
}
