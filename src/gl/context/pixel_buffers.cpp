// Pinned memory between the GPU and us, used again and again.
#include "gl/context/pixel_buffers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gl/context/texture.h"

namespace topknot::gl {

namespace {

/// Buffers that wait at most; more are not worth their memory.
constexpr std::size_t kMostWaiting = 12;

}  // namespace

PixelBuffer::PixelBuffer(Use use, std::size_t bytes) : capacity(bytes) {
  const bool upload = use == Use::Upload;
  const GLbitfield access =
      (upload ? GL_MAP_WRITE_BIT : GL_MAP_READ_BIT) | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
  GLuint name = 0;
  glCreateBuffers(1, &name);
  object = Object(ObjectKind::Buffer, name);
  const auto size = static_cast<GLsizeiptr>(bytes);
  glNamedBufferStorage(name, size, nullptr, access | GL_CLIENT_STORAGE_BIT);
  memory = static_cast<std::byte*>(glMapNamedBufferRange(name, 0, size, access));
  if (memory == nullptr) {
    throw OutOfMemory(std::string("out of memory: ") + (upload ? "an upload" : "a download") +
                      " of " + std::to_string(bytes) + " bytes finds no pixel buffer");
  }
}

PixelBufferPtr PixelBuffers::take(std::size_t bytes) {
  PixelBuffers& shelf = *currentState().pixelBuffers;
  {
    const std::lock_guard lock(shelf.mutex_);
    for (const GLsync fence : std::exchange(shelf.fences_, {})) glDeleteSync(fence);
    // Not one that is much too large: that would be missed where it is needed.
    const auto fits = [&](const PixelBufferPtr& buffer) {
      return buffer->capacity >= bytes && buffer->capacity / 2 <= bytes;
    };
    // The latest first, whose memory may still be in the cache.
    const auto found = std::find_if(shelf.waiting_.rbegin(), shelf.waiting_.rend(), fits);
    if (found != shelf.waiting_.rend()) {
      PixelBufferPtr buffer = std::move(*found);
      shelf.waiting_.erase(std::next(found).base());
      return buffer;
    }
  }
  return std::make_unique<PixelBuffer>(PixelBuffer::Use::Download, bytes);
}

void PixelBuffers::put(PixelBufferPtr buffer) {
  // What goes, goes after the lock: it asks the context.
  PixelBufferPtr dropped;
  const Context::State& home = *buffer->object.home();
  const std::lock_guard lock(mutex_);
  if (isGone(home) || home.borrowers == 0) {
    dropped = std::move(buffer);
    return;
  }
  waiting_.push_back(std::move(buffer));
  if (waiting_.size() <= kMostWaiting) return;
  dropped = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
}

void PixelBuffers::drop(GLsync fence) {
  const std::lock_guard lock(mutex_);
  fences_.push_back(fence);
}

bool PixelBuffers::empty() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty() && fences_.empty();
}

void PixelBuffers::clear() {
  std::vector<GLsync> fences;
  {
    const std::lock_guard lock(mutex_);
    fences.swap(fences_);
  }
  for (const GLsync fence : fences) glDeleteSync(fence);
  forget();
}

void PixelBuffers::forget() {
  std::vector<PixelBufferPtr> buffers;
  const std::lock_guard lock(mutex_);
  buffers.swap(waiting_);
  fences_.clear();
}

void PixelBuffers::beginReading() {
  const std::lock_guard lock(mutex_);
  ++readers_;
}

void PixelBuffers::endReading() {
  const std::lock_guard lock(mutex_);
  --readers_;
  changed_.notify_all();
}

void PixelBuffers::waitForReaders() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return readers_ == 0; });
}

}  // namespace topknot::gl
