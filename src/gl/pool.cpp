// Textures that wait to be used again.
#include "gl/pool.h"

#include <algorithm>
#include <thread>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxWaiting = 64;
constexpr std::int64_t kMaxWaitingBytes = std::int64_t{1} << 30;

using Waiting = std::vector<std::unique_ptr<Texture>>;

std::int64_t bytesOf(const Waiting& waiting) {
  std::int64_t bytes = 0;
  for (const auto& texture : waiting) bytes += texture->bytes();
  return bytes;
}

/// Takes a texture back. One that comes back on another thread, or after its context, just goes.
void giveBack(const std::weak_ptr<Context::State>& home, Texture* texture) {
  std::unique_ptr<Texture> owned(texture);
  const StatePtr state = home.lock();
  if (!state || !state->alive || state->thread != std::this_thread::get_id()) return;
  Waiting& waiting = state->waiting;
  waiting.push_back(std::move(owned));
  while (waiting.size() > kMaxWaiting || bytesOf(waiting) > kMaxWaitingBytes) {
    const std::unique_ptr<Texture> longest = std::move(waiting.front());
    waiting.erase(waiting.begin());
  }
}

}  // namespace

TexturePtr Pool::borrow(const TextureShape& shape) {
  const StatePtr state = current();
  Waiting& waiting = state->waiting;
  const auto found = std::find_if(waiting.rbegin(), waiting.rend(), [&](const auto& texture) {
    return texture->shape() == shape;
  });
  std::unique_ptr<Texture> texture;
  if (found != waiting.rend()) {
    texture = std::move(*found);
    waiting.erase(std::next(found).base());
  } else {
    texture = std::make_unique<Texture>(shape);
  }
  const std::weak_ptr<Context::State> home = state;
  return TexturePtr(texture.release(), [home](Texture* back) { giveBack(home, back); });
}

}  // namespace topknot::gl
