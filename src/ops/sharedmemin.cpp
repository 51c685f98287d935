// Shared Mem In: the picture that another process publishes in shared memory.
#include <algorithm>
#include <cmath>
#include <optional>

#include "gl/transfer/upload.h"
#include "ipc/background.h"
#include "ipc/global_receiver.h"
#include "ipc/names.h"
#include "top/cook/top_cook.h"
#include "topknot/graph.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ops {

namespace {

class SharedMemIn : public Top {
 public:
  SharedMemIn() {
    ParameterSet& set = declare();
    set.page("Shared Mem In");
    active_ = &set.add("active", "Active", ParStyle::Toggle, true)
                   .help("Look for a new picture each frame. Off: the last one stays.");
    name_ = &set.add("name", "Shared Mem Name", ParStyle::Str, "TOPShm")
                 .help("Name of the memory block, or of the picture in the global one.");
    memType_ = &set.add("memtype", "Shared Mem Type", ParStyle::Menu, "local")
                    .menu({{"local", "Local"}, {"global", "Global"}})
                    .help(
                        "A block of its own, or the one that all outputs of type global share: "
                        "inputs of type global show pictures of the same frame.");
  }

 protected:
  bool isWatching() const override { return active_->on(); }
  bool isTimeDependent() const override { return active_->on() && hasNews(); }

  void render(TopCook& cook) override {
    if (active_->on()) {
      sound_ = false;
      try {
        receive();
        sound_ = true;
      } catch (const Error& error) {
        addError(error.what());
      }
    }
    if (!picture_) return cook.showNothing();
    const gl::TextureShape& shape = picture_->shape();
    if (stale_) {
      addError("the sender says that this is not its newest result: what was to make it failed");
    }
    cook.source({shape.width, shape.height, shape.format, aspect_});
    cook.showTexture(picture_);
  }

  void forgetGl() override {
    picture_.reset();
    spare_.clear();
    uploads_.reset();
    newest_.reset();
    Top::forgetGl();
  }

  std::int64_t extraGpuMemory() const override {
    std::int64_t bytes = uploads_.bytes();
    for (const gl::TexturePtr& texture : spare_) bytes += isShown(*texture) ? 0 : texture->bytes();
    return bytes;
  }

 private:
  /// Which frame of which sender is on the GPU.
  struct Stamp {
    std::uint64_t number;
    std::int64_t publishedNs;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  bool isShown(const gl::Texture& texture) const {
    return std::ranges::any_of(
        state().own, [&](const PicturePtr& own) { return own->texture().get() == &texture; });
  }

  /// True if a look now would find something else than the latest one: so that nothing is drawn
  /// again while nothing comes.
  bool hasNews() const {
    if (!sound_) return true;
    try {
      if (global_) {
        const bool newer = global_->number() != seenBundle_ || global_->hasNew();
        return newer || global_->senderAlive() != senderAlive_;
      }
      ipc::finishPublishing(open_);
      return !reader_ || reader_->waitForNew({}) || reader_->senderAlive() != senderAlive_;
    } catch (const Error&) {
      return true;  // it is told by whoever reads
    }
  }

  void receive() {
    const std::string name = name_->value();
    const bool global = memType_->value() == "global";
    if (name != open_ || global != openGlobal_) {
      reader_.reset();
      global_.reset();
      newest_.reset();
      picture_.reset();
      open_ = name;
      openGlobal_ = global;
    }
    if (global) {
      receiveGlobal(name);
    } else {
      receiveLocal(name);
    }
  }

  void receiveLocal(const std::string& name) {
    if (name == ipc::kGlobalName) throw Error("the name '" + name + "' is that of type global");
    if (!reader_) reader_.emplace(name);
    senderAlive_ = reader_->senderAlive();  // before the look: who comes after it is news
    if (!takeInPlace() && !takeCopy()) return warn(name, false);
    if (reader_->senderDied()) warn(name, true);
  }

  /// From the sender's memory into the texture. False if there is nothing to be had like this; true
  /// also if it is on the GPU already.
  bool takeInPlace() {
    constexpr int kAttempts = 4;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const auto view = reader_->view();
      if (!view || view->blueFirst()) return false;
      const Stamp stamp = {view->number(), view->publishedNs()};
      if (newest_ == stamp) return true;
      const gl::TexturePtr texture = freeTexture(view->width(), view->height(), view->format());
      uploads_.upload(view->pixels(), *texture);
      if (!view->isWhole()) continue;
      show(texture, {view->aspectX(), view->aspectY()}, stamp, view->stale());
      return true;
    }
    return false;
  }

  bool takeCopy() {
    constexpr std::chrono::milliseconds kPatience{5};
    const auto frame = reader_->read(kPatience);
    if (!frame) return false;
    const Image& image = frame->image;
    const gl::TexturePtr texture = freeTexture(image.width(), image.height(), image.format());
    uploads_.upload(image, *texture);
    show(texture, {frame->aspectX, frame->aspectY}, {frame->number, frame->publishedNs},
         frame->stale);
    return true;
  }

  void receiveGlobal(const std::string& name) {
    ipc::checkName(name);
    if (!global_) global_ = ipc::GlobalReceiver::of(&graph());
    senderAlive_ = global_->senderAlive();
    global_->refresh(tick());
    seenBundle_ = global_->number();
    const ipc::PictureInBundle* found = global_->find(name);
    if (!found) return warn(name, false);
    const Stamp stamp = {global_->number(), 0};
    if (newest_ != stamp) {
      const ipc::FrameLayout& layout = found->layout;
      const auto texture = freeTexture(layout.width, layout.height, layout.format.format);
      uploads_.upload(found->pixels, *texture);
      show(texture, {layout.aspectX, layout.aspectY}, stamp, layout.stale);
    }
    if (!senderAlive_) warn(name, false);
  }

  void warn(const std::string& name, bool died) {
    addWarning((died ? "the sender of '" + name + "' died" : "nobody sends '" + name + "'") +
               (picture_ ? ": this is its last picture" : ""));
  }

  /// One that nobody looks at, so that an upload waits for no drawing.
  gl::TexturePtr freeTexture(int width, int height, PixelFormat format) {
    const gl::TextureShape shape{width, height, format, false};
    std::erase_if(spare_, [&](const gl::TexturePtr& texture) { return texture->shape() != shape; });
    for (const gl::TexturePtr& texture : spare_) {
      if (texture.use_count() == 1) return texture;
    }
    return spare_.emplace_back(std::make_shared<gl::Texture>(shape));
  }

  void show(const gl::TexturePtr& texture, glm::vec2 aspect, Stamp stamp, bool stale) {
    const auto possible = [](float side) { return side > 0.0f && std::isfinite(side); };
    picture_ = texture;
    aspect_ = possible(aspect.x) && possible(aspect.y) ? aspect : glm::vec2(0.0f);
    newest_ = stamp;
    stale_ = stale;
  }

  Parameter* active_;
  Parameter* name_;
  Parameter* memType_;
  std::string open_;
  bool openGlobal_ = false;
  mutable std::optional<SharedMemReader> reader_;  // it looks when asked what is new
  std::shared_ptr<ipc::GlobalReceiver> global_;
  bool sound_ = false;  // the latest look found no fault
  bool senderAlive_ = false;
  std::uint64_t seenBundle_ = 0;
  std::optional<Stamp> newest_;
  bool stale_ = false;  // as its sender says
  gl::UploadRing uploads_;
  gl::TexturePtr picture_;             // the latest whole one
  std::vector<gl::TexturePtr> spare_;  // of its shape, itself among them
  glm::vec2 aspect_{};
};

}  // namespace

extern const OpType sharedmeminType;
const OpType sharedmeminType = {
    "sharedmemin",
    "Shared Mem In",
    "The picture that another process publishes in a named block of shared memory.",
    0,
    0,
    []() -> std::unique_ptr<Op> { return std::make_unique<SharedMemIn>(); }};

}  // namespace topknot::ops
