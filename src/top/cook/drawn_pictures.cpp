// The pictures of one context that were drawn, to make room when memory runs out.
#include "top/cook/drawn_pictures.h"

#include "top/cook/drawer.h"
#include "top/cook/picture.h"

namespace topknot {

namespace {

struct Reclaim {
  std::shared_ptr<DrawnPictures> pictures;
  bool operator()(std::int64_t bytes) const { return pictures->makeRoom(bytes); }
};

}  // namespace

std::shared_ptr<DrawnPictures> DrawnPictures::of(Context::State& state) {
  if (!state.reclaim) state.reclaim = Reclaim{std::make_shared<DrawnPictures>()};
  return state.reclaim.target<Reclaim>()->pictures;
}

void DrawnPictures::add(Picture& picture) {
  const std::lock_guard lock(mutex_);
  pictures_.insert(&picture);
}

void DrawnPictures::remove(Picture& picture) {
  if (gl::forked()) return;  // the mutex may be one that another thread of the parent held
  const std::lock_guard lock(mutex_);
  pictures_.erase(&picture);
}

bool DrawnPictures::makeRoom(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  const Drawer::UnderWay now = Drawer::underWay();
  std::int64_t freed = 0;
  for (Picture* picture : pictures_) {
    if (freed >= bytes) break;
    if (picture->canBeMissed(now.plan, now.place)) freed += picture->drop();
  }
  return freed > 0;
}

}  // namespace topknot
