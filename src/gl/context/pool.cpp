// Textures that wait to be used again.
#include "gl/context/pool.h"

#include <new>
#include <thread>
#include <utility>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxWaiting = 64;
constexpr std::int64_t kMaxWaitingBytes = std::int64_t{1} << 30;

}  // namespace

std::size_t Pool::Hash::operator()(const TextureShape& shape) const {
  const auto width = static_cast<std::uint64_t>(static_cast<std::uint32_t>(shape.width));
  const auto height = static_cast<std::uint64_t>(static_cast<std::uint32_t>(shape.height));
  const auto kind = static_cast<std::uint64_t>(shape.format) * 2 + (shape.mipmaps ? 1 : 0);
  const auto depth = static_cast<std::uint64_t>(static_cast<std::uint32_t>(shape.depth)) * 4 +
                     static_cast<std::uint64_t>(shape.dimension);
  const std::uint64_t mixed =
      (width << 40 ^ height << 16 ^ kind ^ depth << 8) * 0x9e3779b97f4a7c15u;
  return static_cast<std::size_t>(mixed ^ mixed >> 32);
}

Pool::Shelf* Pool::find(const TextureShape& shape) {
  if (last_ == nullptr || last_->first != shape) {
    const auto found = shelves_.find(shape);
    if (found == shelves_.end()) return nullptr;
    last_ = &*found;
  }
  return &last_->second;
}

bool Pool::empty() {
  return count() == 0;
}

std::size_t Pool::count() {
  putBackAside();
  return count_;
}

std::unique_ptr<Texture> Pool::take(const TextureShape& shape) {
  if (anyAside_) putBackAside();
  Shelf* shelf = count_ > 0 ? find(shape) : nullptr;
  if (shelf == nullptr || shelf->empty()) return nullptr;
  std::unique_ptr<Texture> texture = std::move(shelf->back().texture);
  shelf->pop_back();
  --count_;
  bytes_ -= texture->bytes();
  return texture;
}

void Pool::put(std::unique_ptr<Texture> texture) {
  Shelf* shelf = find(texture->shape());
  if (shelf == nullptr) {
    // Shapes come and go, with a window that is resized for instance.
    if (shelves_.size() >= 2 * kMaxWaiting) dropEmptyShelves();
    shelf = &shelves_[texture->shape()];
  }
  const std::int64_t bytes = texture->bytes();
  shelf->push_back({std::move(texture), clock_++});
  ++count_;
  bytes_ += bytes;
  while (count_ > kMaxWaiting || bytes_ > kMaxWaitingBytes) dropLongestWaiting();
}

void Pool::putAside(std::unique_ptr<Texture> texture) {
  // In a forked child the mutex may be one that another thread of the parent held.
  if (forked()) return;
  const Context::State& home = *texture->home();
  const std::lock_guard lock(mutex_);
  // Where nobody draws any more, and after the context's end, nobody would look for it.
  if (!home.alive || home.borrowers == 0) return;
  aside_.push_back(std::move(texture));
  anyAside_ = true;
}

void Pool::putBackAside() {
  std::vector<std::unique_ptr<Texture>> back;
  {
    const std::lock_guard lock(mutex_);
    back.swap(aside_);
    anyAside_ = false;
  }
  for (std::unique_ptr<Texture>& texture : back) put(std::move(texture));
}

bool Pool::dropLongestWaiting() {
  putBackAside();
  Shelf* longest = nullptr;
  for (auto& [shape, shelf] : shelves_) {
    if (shelf.empty()) continue;
    if (longest == nullptr || shelf.front().since < longest->front().since) longest = &shelf;
  }
  if (longest == nullptr) return false;
  // Deleting may bring us here again, so it comes last.
  const std::unique_ptr<Texture> texture = std::move(longest->front().texture);
  longest->erase(longest->begin());
  --count_;
  bytes_ -= texture->bytes();
  return true;
}

void Pool::dropAside() {
  // In a forked child the mutex may be one that another thread of the parent held.
  if (forked()) return;
  std::vector<std::unique_ptr<Texture>> aside;
  const std::lock_guard lock(mutex_);
  aside.swap(aside_);
  anyAside_ = false;
}

void Pool::clear() {
  dropAside();
  Shelves gone;
  gone.swap(shelves_);
  last_ = nullptr;
  count_ = 0;
  bytes_ = 0;
}

void Pool::dropEmptyShelves() {
  std::erase_if(shelves_, [](const auto& entry) { return entry.second.empty(); });
  last_ = nullptr;
}

/// One that comes back after its context just goes.
void Pool::giveBack(Texture* texture) {
  std::unique_ptr<Texture> owned(texture);
  const Context::State& state = *texture->home();
  if (!state.alive) return;
  try {
    if (state.thread == std::this_thread::get_id()) {
      state.pool->put(std::move(owned));
    } else {
      state.pool->putAside(std::move(owned));
    }
  } catch (const std::exception&) {
    // Without memory for a place on the shelf it just goes.
  }
}

TexturePtr Pool::borrow(const TextureShape& shape) {
  std::unique_ptr<Texture> texture = currentState().pool->take(shape);
  if (!texture) texture = std::make_unique<Texture>(shape);
  return TexturePtr(texture.release(), [](Texture* back) { giveBack(back); });
}

}  // namespace topknot::gl
