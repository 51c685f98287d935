// What other threads are told of a picture that is on its way to them.
#pragma once

#include <exception>
#include <future>
#include <string>
#include <utility>

#include "gl/context/context_state.h"
#include "topknot/error.h"

namespace topknot::gl {

/// Told once: that the picture is there, or why there will be none. If it ends without having been
/// told, whoever was to wait for the picture was dropped, and that is told.
class Completion {
 public:
  /// `lost` is what is told then, where the context does not know better.
  Completion(StatePtr home, const char* lost) : home_(std::move(home)), lost_(lost) {}
  ~Completion() {
    if (told_) return;
    try {
      const std::string why = home_->watch.why();
      promise_.set_exception(std::make_exception_ptr(Error(why.empty() ? lost_ : why)));
    } catch (const std::exception&) {
      // Who waits learns from the end of the promise.
    }
  }
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  /// To be asked for once.
  std::shared_future<void> known() { return promise_.get_future().share(); }

  /// Does what the picture arrives by, and tells how that ended.
  template <class Work>
  void tell(const Work& work) {
    told_ = true;
    try {
      work();
      promise_.set_value();
    } catch (...) {
      promise_.set_exception(std::current_exception());
    }
  }

 private:
  const StatePtr home_;
  const char* const lost_;
  std::promise<void> promise_;
  bool told_ = false;
};

}  // namespace topknot::gl
