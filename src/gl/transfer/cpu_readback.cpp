// Pixels that another thread reads out of a texture, where a download is a copy made by the
// processor.
#include "gl/transfer/cpu_readback.h"

#include <array>
#include <cstdlib>
#include <utility>

#include "gl/context/format.h"
#include "gl/context/pixel_buffers.h"
#include "gl/context/work.h"
#include "gl/context/worker.h"
#include "gl/program/buffer.h"
#include "gl/transfer/completion.h"
#include "gl/transfer/download.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

constexpr char kLost[] = "the driver has lost a picture that was to be read";

/// All of it, in its own format. The context is current.
/// Not glGetTextureImage, during which Mesa lets nobody else draw with any texture.
void readPixels(const Texture& texture, std::span<std::byte> out) {
  GLuint name = 0;
  glCreateFramebuffers(1, &name);
  const Object framebuffer(ObjectKind::Framebuffer, name);
  texture.attachSlice(name, GL_COLOR_ATTACHMENT0, 0);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, name);
  const Format& format = formatOf(texture.shape().format);
  glReadPixels(0, 0, texture.shape().width, texture.shape().height, format.layout, format.type,
               out.data());
  glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
}

/// At the program's end Mesa destroys the tables that it made when it first read pixels. What is
/// read on other threads must have arrived by then: so they are made here and now, and exit() calls
/// those first who came last.
void arriveBeforeTheDriverEnds(Worker& worker) {
  static const bool kOnce = [&] {
    worker.post([] {
      const Texture pixel({.width = 1, .height = 1, .format = PixelFormat::Rgba8Fixed});
      std::array<std::byte, 4> bytes;
      readPixels(pixel, bytes);
    });
    worker.drain();
    return std::atexit(Worker::drainPictures) == 0;
  }();
  static_cast<void>(kOnce);
}

}  // namespace

std::unique_ptr<CpuReadback> CpuReadback::start(TexturePtr texture) {
  Context::State& state = currentState();
  // The driver counts the bytes of one call in an int.
  constexpr std::size_t kMost = 1 << 30;
  const bool fits = texture->shape().isFlat() && pictureBytes(texture->shape()) <= kMost;
  if (!state.info.software || !fits) return nullptr;
  Worker* const worker = readbackWorkerOf(state);
  if (worker == nullptr) return nullptr;
  arriveBeforeTheDriverEnds(*worker);
  return std::unique_ptr<CpuReadback>(new CpuReadback(std::move(texture)));
}

CpuReadback::CpuReadback(TexturePtr texture) : texture_(std::move(texture)), home_(current()) {
  fence_ = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  glFlush();
}

CpuReadback::~CpuReadback() {
  std::string why;
  // A fence that cannot be deleted here goes with its context.
  if (fence_ != nullptr && usable(*home_, why)) glDeleteSync(fence_);
}

void CpuReadback::post(std::function<void()> job) {
  if (Worker* worker = readbackWorkerOf(*home_)) worker->post(std::move(job));
}

void CpuReadback::read(std::span<std::byte> out) {
  constexpr GLuint64 kSlice = 20'000'000;  // nanoseconds
  for (GLenum status = GL_TIMEOUT_EXPIRED; status == GL_TIMEOUT_EXPIRED;) {
    refuseIfLost(*home_);
    refuseIfLost(currentState());
    status = glClientWaitSync(fence_, 0, kSlice);
    if (status == GL_WAIT_FAILED) throw Error(kLost);
  }
  glDeleteSync(std::exchange(fence_, nullptr));
  readPixels(*texture_, out);
}

namespace {

/// A fetch for an image; the end of its context waits for it.
struct Lending {
  Lending(std::unique_ptr<CpuReadback> what, std::shared_ptr<Image> where)
      : fetch(std::move(what)), image(std::move(where)) {}

  void run() {
    completion.tell([this] {
      fetch->read(image->bytes());
      fetch.reset();  // who learns of the completion finds the texture given back
    });
  }

  const Reading reading{current()};  // goes after the fetch
  std::unique_ptr<CpuReadback> fetch;
  const std::shared_ptr<Image> image;
  Completion completion{current(), kLost};
};

}  // namespace

PendingImage lend(TexturePtr texture) {
  std::unique_ptr<CpuReadback> fetch = CpuReadback::start(texture);
  if (!fetch) {
    const auto download = std::make_shared<Download>(*texture);
    const std::shared_future<void> completion = completionOf(download);
    return {lentImage(download), completion};
  }
  texture.reset();
  const TextureShape& shape = fetch->shape();
  const auto image =
      std::make_shared<Image>(Image::uninitialised(shape.width, shape.height, shape.format));
  CpuReadback& started = *fetch;
  const auto lending = std::make_shared<Lending>(std::move(fetch), image);
  // Here, not in the job, lest it should be gone.
  PendingImage lent{Image::borrowed(image->width(), image->height(), image->format(), 1,
                                    std::as_const(*image).bytes(), image),
                    lending->completion.known()};
  started.post([lending] { lending->run(); });
  return lent;
}

}  // namespace topknot::gl
