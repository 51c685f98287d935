// Cache: the latest pictures of its input, kept on the GPU.
#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

#include "top/cook/top_cook.h"
#include "topknot/graph.h"

namespace topknot::ops {

namespace {

class Cache : public Top {
 public:
  Cache() {
    ParameterSet& set = declare();
    set.page("Cache");
    declareTaking(set);
    declareShowing(set);
  }

 protected:
  bool isActiveOutput() const override { return alwaysCook_->on(); }
  bool isTimeDependent() const override { return takes() || replace_->on(); }

  void render(TopCook& cook) override {
    const PicturePtr input =
        cook.make("copy", FunctionKind::Pixel, {}, {cook.operand(0)}, cook.shape());
    cook.notUsed(0);  // what is shown may be older
    try {
      take(*input);
    } catch (const Error& error) {
      addError("The cache cannot take a picture; it holds " + std::to_string(ring_.size()) +
               " of at most " + std::to_string(size()) + ". " + error.what());
    }
    show(cook);
  }

  void forgetGl() override {
    ring_.clear();
    Top::forgetGl();
  }

  std::int64_t extraGpuMemory() const override {
    std::set<const gl::Texture*> counted;
    for (const PicturePtr& own : state().own) counted.insert(own->texture().get());
    std::int64_t bytes = 0;
    for (const Taken& taken : ring_) {
      if (counted.insert(taken.texture.get()).second) bytes += taken.texture->bytes();
    }
    return bytes;
  }

 private:
  struct Taken {
    gl::TexturePtr texture;
    Faults faults;  // what failed then
  };

  void declareTaking(ParameterSet& set) {
    const auto add = [&](const char* name, const char* label, ParStyle style, const Value& value,
                         const char* help) {
      return &set.add(name, label, style, value).help(help);
    };
    active_ = add("active", "Active", ParStyle::Toggle, true,
                  "Takes a picture of the input each frame, or every few frames, see Step.");
    activePulse_ = add("activepulse", "Active Pulse", ParStyle::Pulse, 0, "Takes one picture.");
    once_ = add("cacheonce", "Cache Once", ParStyle::Toggle, false,
                "Active ends once the cache is full.");
    replace_ = add("replace", "Replace Single", ParStyle::Toggle, false,
                   "Replaces the picture of the Replace Index by the input's each frame. No other "
                   "is taken.");
    replacePulse_ = add("replacespulse", "Replace Single Pulse", ParStyle::Pulse, 0,
                        "Replaces the picture of the Replace Index once.");
    replaceIndex_ = add("replaceindex", "Replace Index", ParStyle::Int, 0,
                        "0 is the newest picture, −1 the one before. Beyond: the oldest.");
    prefill_ = add("prefill", "Pre-Fill", ParStyle::Toggle, false,
                   "When it is switched on, fills the whole cache with the input's picture.");
    prefillPulse_ = add("prefillpulse", "Pre-Fill Pulse", ParStyle::Pulse, 0,
                        "Fills the whole cache with the input's picture.");
    size_ = add("cachesize", "Cache Size", ParStyle::Int, 32,
                "How many pictures are kept. The oldest go.");
    size_->limits(1, 1 << 20).slider(1, 100);
    step_ = add("step", "Step Size", ParStyle::Int, 1, "Frames from one picture to the next.");
    step_->limits(1, 1 << 20).slider(1, 10);
    alwaysCook_ = add("alwayscook", "Always Cook", ParStyle::Toggle, false,
                      "Cooks each frame though nobody looks.");
    reset_ =
        add("reset", "Reset", ParStyle::Toggle, false, "Gives all pictures back and takes none.");
    resetPulse_ = add("resetpulse", "Reset Pulse", ParStyle::Pulse, 0, "Gives all pictures back.");
  }

  void declareShowing(ParameterSet& set) {
    index_ = &set.add("outputindex", "Output Index", ParStyle::Float, 0)
                  .slider(-32, 0)
                  .help(
                      "Which picture is shown: 0 is the newest, −1 the one before. Beyond the "
                      "ends: the nearest. While there is none: nothing, transparent.");
    unit_ = &set.add("outputindexunit", "Output Index Unit", ParStyle::Menu, "indices")
                 .menu({{"indices", "Indices"},
                        {"frames", "Frames"},
                        {"seconds", "Seconds"},
                        {"fraction", "Fraction"}})
                 .help(
                     "What the Output Index counts in: pictures, frames or seconds of the graph's "
                     "rate; as a fraction −1 is the oldest picture of a full cache.");
    interpolate_ = &set.add("interp", "Interpolate Frames", ParStyle::Toggle, false)
                        .help("An index between two pictures blends them. Without: the nearest.");
  }

  std::size_t size() const { return static_cast<std::size_t>(size_->number()); }
  bool takes() const { return active_->on() && !(once_->on() && ring_.size() >= size()); }

  /// Takes what is due of the input, which is drawn then only.
  void take(Picture& input) {
    // All are asked: a pulse must not wait for another cook.
    const bool cleared = resetPulse_->takePulse() | reset_->on();
    const bool filled = prefillPulse_->takePulse() | (prefill_->on() && !prefilled_);
    const bool replaced = replacePulse_->takePulse() | replace_->on();
    const bool pulsed = activePulse_->takePulse();
    prefilled_ = prefill_->on();
    if (cleared || (!ring_.empty() && ring_.front().texture->shape() != input.shape()))
      ring_.clear();
    while (ring_.size() > size()) ring_.pop_back();
    if (reset_->on()) return;
    if (filled) return fill(input);
    if (replaced && !ring_.empty()) return replace(input);
    if (pulsed || replaced || isDue()) push(input);
  }

  /// Within a frame the picture of that frame is taken again.
  bool isDue() const {
    const auto step = static_cast<std::uint64_t>(step_->number());
    return takes() && (ring_.empty() || tick() == takenTick_ || tick() >= takenTick_ + step);
  }

  Taken taken(Picture& input) const { return {input.giveAway(), faultsOf(*this->input(0))}; }

  void push(Picture& input) {
    const bool again = tick() == takenTick_ && !ring_.empty();
    // The oldest goes first, so that no more than the cache's size is ever held.
    if (!again && ring_.size() == size()) ring_.pop_back();
    drawn(input);
    if (again) ring_.pop_front();
    ring_.push_front(taken(input));
    takenTick_ = tick();
  }

  void fill(Picture& input) {
    drawn(input);
    ring_.assign(size(), taken(input));
    takenTick_ = tick();
  }

  void replace(Picture& input) {
    const double age = std::clamp(-replaceIndex_->number(), 0.0, double(ring_.size() - 1));
    drawn(input);
    ring_[static_cast<std::size_t>(age)] = taken(input);
  }

  /// How many pictures back.
  double age() const {
    const std::string unit = unit_->value();
    double index = index_->number();
    if (unit == "fraction") index *= size_->number() - 1.0;
    if (unit == "seconds") index *= graph().rate();
    if (unit == "seconds" || unit == "frames") index /= step_->number();
    return std::clamp(-index, 0.0, double(ring_.size() - 1));
  }

  PicturePtr shown(TopCook& cook, const Taken& taken) {
    keepFaults(taken.faults);
    return cook.fromTexture(taken.texture);
  }

  void show(TopCook& cook) {
    if (ring_.empty()) return cook.showNothing();
    const double back = interpolate_->on() ? age() : std::round(age());
    const auto newer = static_cast<std::size_t>(back);
    const double share = back - static_cast<double>(newer);
    const PicturePtr first = shown(cook, ring_[newer]);
    if (share == 0.0) return cook.show(first);
    const PicturePtr second = shown(cook, ring_[newer + 1]);
    Values values;
    values.number("share", static_cast<float>(share));
    cook.show(cook.make("cache", FunctionKind::Pixel, std::move(values),
                        {cook.operand(first), cook.operand(second)}, cook.shape()));
  }

  Parameter *active_, *activePulse_, *once_, *replace_, *replacePulse_, *replaceIndex_, *prefill_,
      *prefillPulse_, *size_, *step_, *alwaysCook_, *reset_, *resetPulse_;
  Parameter *index_, *unit_, *interpolate_;
  std::deque<Taken> ring_;       // the newest first
  std::uint64_t takenTick_ = 0;  // the frame of the newest
  bool prefilled_ = false;
};

}  // namespace

extern const OpType cacheType;
const OpType cacheType = {
    "cache", "Cache", "Keeps the latest pictures of its input, and shows one of them.",
    1,       1,       []() -> std::unique_ptr<Op> { return std::make_unique<Cache>(); }};

}  // namespace topknot::ops
