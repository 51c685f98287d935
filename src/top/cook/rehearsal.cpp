// A change of a function's text, tried out beside the cooking thread.
#include "top/cook/rehearsal.h"

#include "top/cook/drawer.h"

namespace topknot {

std::shared_ptr<Rehearsal> Rehearsal::start(const PicturePtr& root, Picture& changed,
                                            ShaderFunctionPtr shaderFunction) {
  auto made = std::make_shared<Rehearsal>();
  made->root_ = root;
  Drawer::rehearse(*root, changed, std::move(shaderFunction), *made);
  return made->plain_ ? made : nullptr;
}

bool Rehearsal::ready() const {
  return plain_->ready() && (!constant_ || constant_->isReady());
}

bool Rehearsal::failed() const {
  return plain_->ready() && plain_->log().failed;
}

void Rehearsal::install() {
  installed_ = plain_->take();
  if (!installed_) return;
  gl::cacheProgram(key_, installed_);
  if (const PicturePtr root = root_.lock(); root && constant_) Drawer::promote(*root, constant_);
}

}  // namespace topknot
