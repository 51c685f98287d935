// Feedback: what another operator showed in the previous frame.
#include "top/cook/top_cook.h"
#include "top/parameters/named_tops.h"

namespace topknot::ops {

namespace {

class Feedback : public Top {
 public:
  Feedback() {
    ParameterSet& set = declare();
    set.page("Feedback");
    top_ = &set.add("top", "Target TOP", ParStyle::OpName, "")
                .help(
                    "The operator whose picture of the previous frame is shown, mostly one that "
                    "this one leads to. The first frame with a target shows the input. The "
                    "target has to be wanted by somebody else.");
    reset_ = &set.add("reset", "Reset", ParStyle::Toggle, false).help("Shows the input.");
    resetPulse_ = &set.add("resetpulse", "Reset Pulse", ParStyle::Pulse, 0)
                       .help("Shows the input for one frame.");
  }

 protected:
  // The target is not among references(): it is last frame's picture that is looked at.
  bool isTimeDependent() const override { return true; }

  Op* looksBackAt() const override {
    if (!shown_) return nullptr;
    const NamedTops named = namedTops(*this, *top_);
    return named.ops.empty() ? nullptr : named.ops.front();
  }

  void render(TopCook& cook) override {
    if (resetPulse_->takePulse()) inputTick_ = tick();
    findTarget();
    const bool shown =
        previousFrame_ && previousFrame_->before(tick()) && !reset_->on() && inputTick_ != tick();
    shown_ = shown;
    if (shown) {
      keepFaults(previousFrame_->faultsBefore(tick()));
      cook.showTexture(previousFrame_->before(tick()), previousFrame_->newestSliceBefore(tick()));
    } else {
      cook.passInput(0);
    }
    state().curPass = 0;  // further passes would show the same
  }

  void forgetGl() override {
    previousFrame_ = nullptr;
    Top::forgetGl();
  }

 private:
  void findTarget() {
    const NamedTops named = namedTops(*this, *top_);
    if (named.ops.empty()) {
      previousFrame_ = nullptr;
      addWarning("Invalid path for node \"" + path() + "\" referenced by parameter \"" +
                 top_->label() + "\"");
      return;
    }
    PreviousFramePtr previousFrame = TopCook::previousFrameOf(*named.ops.front());
    if (previousFrame == previousFrame_) return;
    inputTick_ = tick();
    previousFrame_ = std::move(previousFrame);
  }

  Parameter *top_, *reset_, *resetPulse_;
  PreviousFramePtr previousFrame_;  // the target's
  bool shown_ = false;              // its picture is what is shown
  std::uint64_t inputTick_ = 0;     // the frame in which the input is shown
};

}  // namespace

extern const OpType feedbackType;
const OpType feedbackType = {
    "feedback", "Feedback", "What another operator showed in the previous frame.",
    1,          1,          []() -> std::unique_ptr<Op> { return std::make_unique<Feedback>(); }};

}  // namespace topknot::ops
