// Texture 3D: a ring of slices into which its input goes, one each frame.
#include <algorithm>
#include <vector>

#include "top/cook/top_cook.h"
#include "topknot/graph.h"

namespace topknot::ops {

namespace {

class Texture3d : public Top {
 public:
  Texture3d() {
    ParameterSet& set = declare();
    set.page("Cache");
    declareRing(set);
    declareTaking(set);
  }

 protected:
  bool isTimeDependent() const override { return active_->on() || replace_->on(); }

  void render(TopCook& cook) override {
    const gl::TexturePtr input = source(cook);
    gl::TextureShape shape = cook.shape();
    shape.dimension =
        type_->value() == "texture3d" ? glsl::Dimension::Volume : glsl::Dimension::Array;
    shape.depth = static_cast<int>(size_->number());
    if (!ring_ || ring_->shape() != shape) begin(shape);
    cook.notUsed(0);  // it may be in none of the slices
    cook.timed(input->bytes(), [&] { take(*input); });
    for (const Faults& faults : faults_) keepFaults(faults);
    cook.showTextures({ring_}, std::max(newest_, 0));
  }

  void forgetGl() override {
    ring_ = nullptr;
    newest_ = kNone;
    Top::forgetGl();
  }

  /// The ring, where the picture is not it: after a fault, or while it is bypassed.
  std::int64_t extraGpuMemory() const override {
    const auto isRing = [&](const PicturePtr& own) { return own->texture() == ring_; };
    if (!ring_ || std::any_of(state().own.begin(), state().own.end(), isRing)) return 0;
    return ring_->bytes();
  }

 private:
  static constexpr int kNone = -1;

  void declareRing(ParameterSet& set) {
    type_ = &set.add("type", "Type", ParStyle::Menu, "texture3d")
                 .menu({{"texture3d", "3D Texture"}, {"texture2darray", "2D Texture Array"}})
                 .help(
                     "A 3D texture is sampled with w from 0 to 1 and blends neighbours; of an "
                     "array w is the slice's number.");
    active_ = &set.add("active", "Active", ParStyle::Toggle, true)
                   .help(
                       "The input's picture goes into the next slice each frame, or every few "
                       "frames, see Step. Behind the last slice it begins again at the first.");
    size_ = &set.add("cachesize", "Cache Size", ParStyle::Int, 32)
                 .limits(1, 1 << 20)
                 .slider(1, 100)
                 .help(
                     "How many slices there are. With another number, size, format or type it "
                     "starts anew, transparent.");
    step_ = &set.add("step", "Step Size", ParStyle::Int, 1)
                 .limits(1, 1 << 20)
                 .slider(1, 10)
                 .help("Frames from one slice to the next.");
  }

  void declareTaking(ParameterSet& set) {
    replace_ = &set.add("replacesingle", "Replace Single", ParStyle::Toggle, false)
                    .help(
                        "The slice of the Replace Index becomes the input's picture each "
                        "frame. No other is taken.");
    replacePulse_ = &set.add("replacesinglepulse", "Replace Single Pulse", ParStyle::Pulse, 0)
                         .help("The slice of the Replace Index becomes the input's picture once.");
    replaceIndex_ = &set.add("replaceindex", "Replace Index", ParStyle::Int, 0)
                         .slider(0, 100)
                         .help("Which slice is replaced, from 0. Beyond: the last.");
    prefill_ = &set.add("prefill", "Pre-Fill", ParStyle::Toggle, false)
                    .help("When it is switched on, all slices become the input's picture.");
    prefillPulse_ = &set.add("prefillpulse", "Pre-Fill Pulse", ParStyle::Pulse, 0)
                         .help("All slices become the input's picture.");
    reset_ = &set.add("reset", "Reset", ParStyle::Toggle, false)
                  .help("All slices are transparent, and none is taken.");
    resetPulse_ = &set.add("resetpulse", "Reset Pulse", ParStyle::Pulse, 0)
                       .help("Makes all slices transparent and begins at the first.");
  }

  /// The input's picture as the Common page asks.
  static gl::TexturePtr source(TopCook& cook) {
    const Operand input = cook.operand(0);  // throws if it is none that can be a slice
    const gl::TextureShape& shape = cook.shape();
    if (input.picture->shape() == shape && cook.channelMask().all()) return cook.texture(0);
    const PicturePtr fitted =
        cook.make("copy", FunctionKind::Pixel, {}, {input}, shape, cook.channelMask());
    drawn(*fitted);
    return fitted->giveAway();
  }

  /// The old ring goes when there is a new one, so that it stays where there is no room.
  void begin(const gl::TextureShape& shape) {
    ring_ = gl::Pool::borrow(shape);
    clear();
  }

  void clear() {
    ring_->clear(0.0f, 0.0f, 0.0f, 0.0f);
    faults_.assign(static_cast<std::size_t>(depth()), nullptr);
    newest_ = kNone;
  }

  void take(const gl::Texture& input) {
    // All are asked: a pulse must not wait for another cook.
    const bool cleared = resetPulse_->takePulse() | reset_->on();
    const bool filled = prefillPulse_->takePulse() | (prefill_->on() && !prefilled_);
    const bool replaced = replacePulse_->takePulse() | replace_->on();
    prefilled_ = prefill_->on();
    const bool pushed = !filled && !replaced && isDue();
    const bool writes = !reset_->on() && (filled || replaced || pushed);
    if (cleared || writes) makeMine();
    if (cleared) clear();
    if (!writes) return;
    taken_ = faultsOf(*this->input(0));
    if (filled) return fill(input);
    if (replaced) return copy(input, std::clamp(replaceIndex(), 0, depth() - 1));
    push(input);
  }

  /// Somebody who holds the ring keeps what it shows, e.g. a feedback: the slices go on in a copy.
  void makeMine() {
    const PicturePtr& shown = state().picture;
    const bool isShown = shown && shown->texture() == ring_;
    if (ring_.use_count() <= (isShown ? 2 : 1)) return;
    const gl::TexturePtr copy = gl::Pool::borrow(ring_->shape());
    gl::copy(*ring_, *copy);
    ring_ = copy;
  }

  /// Within a frame the picture of that frame is taken again.
  bool isDue() const {
    const auto step = static_cast<std::uint64_t>(step_->number());
    return active_->on() &&
           (newest_ == kNone || tick() == takenTick_ || tick() >= takenTick_ + step);
  }

  void copy(const gl::Texture& input, int slice) {
    gl::copySlice(input, *ring_, slice);
    faults_[static_cast<std::size_t>(slice)] = taken_;
  }

  void push(const gl::Texture& input) {
    const bool again = newest_ != kNone && tick() == takenTick_;
    if (!again) newest_ = (newest_ + 1) % depth();
    copy(input, newest_);
    takenTick_ = tick();
  }

  void fill(const gl::Texture& input) {
    for (int slice = 0; slice < depth(); ++slice) copy(input, slice);
    newest_ = depth() - 1;
    takenTick_ = tick();
  }

  int depth() const { return ring_->shape().depth; }
  int replaceIndex() const { return static_cast<int>(replaceIndex_->number()); }

  Parameter *type_, *active_, *size_, *step_, *replace_, *replacePulse_, *replaceIndex_, *prefill_,
      *prefillPulse_, *reset_, *resetPulse_;
  gl::TexturePtr ring_;
  Faults taken_;                 // what failed with the picture that is being taken
  std::vector<Faults> faults_;   // the same for each slice
  int newest_ = kNone;           // the slice that was taken last
  std::uint64_t takenTick_ = 0;  // its frame
  bool prefilled_ = false;
};

}  // namespace

extern const OpType texture3dType;
const OpType texture3dType = {
    "texture3d",
    "Texture 3D",
    "Keeps the latest pictures of its input as the slices of one 3D texture or array.",
    1,
    1,
    []() -> std::unique_ptr<Op> { return std::make_unique<Texture3d>(); }};

}  // namespace topknot::ops
