// Textures that wait to be used again.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gl/context/texture.h"

namespace topknot::gl {

/// Lends textures of one context. What a borrower lets go of comes back and is lent again to the
/// next one that wants the same shape; nothing is made while something fitting waits. What waits
/// for long, or is too much, is deleted. Every context has one.
///
/// Thread: that of the context; the last holder of a texture may be another one.
class Pool {
 public:
  /// A texture of undefined content. It comes back when its last holder lets go of it.
  static TexturePtr borrow(const TextureShape& shape);

  bool empty();
  std::size_t count();
  /// False if nothing waits.
  bool dropLongestWaiting();
  void clear();
  /// Drops what other threads gave back. Thread: any.
  void dropAside();

 private:
  struct Waiting {
    std::unique_ptr<Texture> texture;
    std::uint64_t since = 0;  // counts up
  };
  using Shelf = std::vector<Waiting>;  // longest waiting first
  struct Hash {
    std::size_t operator()(const TextureShape& shape) const;
  };
  using Shelves = std::unordered_map<TextureShape, Shelf, Hash>;

  static void giveBack(Texture* texture);
  Shelf* find(const TextureShape& shape);
  std::unique_ptr<Texture> take(const TextureShape& shape);
  void put(std::unique_ptr<Texture> texture);
  /// On any thread: the context's finds it when it looks for one.
  void putAside(std::unique_ptr<Texture> texture);
  void putBackAside();
  void dropEmptyShelves();

  Shelves shelves_;
  Shelves::value_type* last_ = nullptr;  // most passes want the shape of the one before
  std::size_t count_ = 0;
  std::int64_t bytes_ = 0;
  std::uint64_t clock_ = 0;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Texture>> aside_;
  std::atomic<bool> anyAside_ = false;
};

}  // namespace topknot::gl
