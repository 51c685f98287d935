// Pixels that another thread reads out of a texture, where a download is a copy made by the
// processor.
#include "gl/fetch.h"

#include <string>
#include <utility>

#include "gl/buffer.h"
#include "gl/format.h"
#include "gl/work.h"
#include "gl/worker.h"
#include "topknot/error.h"

namespace topknot::gl {

std::unique_ptr<Fetch> Fetch::start(TexturePtr texture) {
  Context::State& state = currentState();
  // The driver counts the bytes of one call in an int.
  constexpr std::size_t kMost = 1 << 30;
  const bool fits = texture->shape().isFlat() && pictureBytes(texture->shape()) <= kMost;
  if (!state.info.software || !fits || fetcherOf(state) == nullptr) return nullptr;
  return std::unique_ptr<Fetch>(new Fetch(std::move(texture)));
}

Fetch::Fetch(TexturePtr texture) : texture_(std::move(texture)), home_(current()) {
  fence_ = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  glFlush();
}

Fetch::~Fetch() {
  std::string why;
  // A fence that cannot be deleted here goes with its context.
  if (usable(*home_, why)) glDeleteSync(fence_);
}

void Fetch::post(std::function<void()> job) {
  if (Worker* worker = fetcherOf(*home_)) worker->post(std::move(job));
}

void Fetch::read(std::span<std::byte> out) const {
  constexpr GLuint64 kSlice = 20'000'000;  // nanoseconds
  for (GLenum status = GL_TIMEOUT_EXPIRED; status == GL_TIMEOUT_EXPIRED;) {
    refuseIfLost(*home_);
    refuseIfLost(currentState());
    status = glClientWaitSync(fence_, 0, kSlice);
    if (status == GL_WAIT_FAILED) throw Error("the driver has lost a picture that was to be read");
  }
  // Not glGetTextureImage, during which Mesa lets nobody else draw with any texture.
  GLuint name = 0;
  glCreateFramebuffers(1, &name);
  const Object framebuffer(ObjectKind::Framebuffer, name);
  texture_->attachSlice(name, GL_COLOR_ATTACHMENT0, 0);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, name);
  const Format& format = formatOf(shape().format);
  glReadPixels(0, 0, shape().width, shape().height, format.layout, format.type, out.data());
  glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
}

}  // namespace topknot::gl
