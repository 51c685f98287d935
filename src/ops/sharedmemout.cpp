// Shared Mem Out: publishes its input in a named block of shared memory.
#include <optional>

#include "gl/buffer.h"
#include "ipc/shared_mem_writer.h"
#include "top/top_cook.h"
#include "topknot/shared_mem_out.h"

namespace topknot {

struct SharedMemOut::Sender {
  Parameter* active = nullptr;
  Parameter* name = nullptr;
  Parameter* memType = nullptr;
  Parameter* downloadType = nullptr;

  std::optional<ipc::SharedMemWriter> writer;
  gl::PixelSlot slot;             // the download that the next cook publishes
  ipc::FrameHeader pendingFrame;  // what it will be
  gl::TexturePtr promoted;        // the picture with a fourth channel, where it has three
  std::int64_t published = 0, skipped = 0;

  std::string refused;  // a name that could not be had, and why
  std::string reason;
  int cooksSince = 0;

  /// Opens the block if the name is new; gives up the old one. A name that was refused is asked for
  /// again every thirtieth cook only, since asking may take a while.
  void open() {
    constexpr int kRetryAfter = 30;
    const std::string wanted = name->value();
    if (writer && writer->name() == wanted) return;
    writer.reset();
    slot.reset();
    if (wanted == refused && !reason.empty() && ++cooksSince < kRetryAfter) throw Error(reason);
    refused = wanted;
    cooksSince = 0;
    try {
      writer.emplace(wanted);
      reason.clear();
    } catch (const Error& error) {
      reason = error.what();
      throw;
    }
  }

  void count(ipc::PublishResult result) {
    ++(result == ipc::PublishResult::Published ? published : skipped);
  }

  void publishPending() {
    if (!slot.pending()) return;
    const std::span<const std::byte> pixels = slot.wait();
    count(writer->publish(pendingFrame, pixels));
  }

  /// Straight from the texture into the block.
  void publishNow(const gl::Texture& texture, const ipc::FrameHeader& frame) {
    // The lock is for the copy only: what is still being drawn is waited for without it.
    gl::finish();
    const std::span<std::byte> place = writer->begin(frame);
    if (place.empty()) {
      ++skipped;
      return;
    }
    gl::download(texture, place);
    count(writer->commit());
  }
};

namespace {

/// The format in which a picture is sent.
PixelFormat sentFormat(PixelFormat format) {
  if (format == PixelFormat::Rgb16Float) return PixelFormat::Rgba16Float;
  if (format == PixelFormat::Rgb32Float) return PixelFormat::Rgba32Float;
  return format;
}

}  // namespace

SharedMemOut::SharedMemOut() : sender_(std::make_unique<Sender>()) {
  ParameterSet& set = declare();
  set.page("Shared Mem Out");
  sender_->active =
      &set.add("active", "Active", ParStyle::Toggle, true)
           .help("Cook the input each frame and write it to the memory block.");
  sender_->name = &set.add("name", "Shared Mem Name", ParStyle::Str, "TOPShm")
                       .help("Name of the memory block: 1 to 200 bytes without '/'.");
  sender_->memType = &set.add("memtype", "Shared Mem Type", ParStyle::Menu, "local")
                          .menu({{"local", "Local"}})
                          .help("One block for each operator.");
  sender_->downloadType =
      &set.add("downloadtype", "Download Type", ParStyle::Menu, "nextframe")
           .menu({{"immediate", "Immediate (Slow)"}, {"nextframe", "Next Frame (Fast)"}})
           .help("Wait for the picture and publish it now, or publish it at the next cook.");
}

SharedMemOut::~SharedMemOut() = default;

std::int64_t SharedMemOut::published() const { return sender_->published; }
std::int64_t SharedMemOut::skipped() const { return sender_->skipped; }

bool SharedMemOut::isActiveOutput() const { return sender_->active->on(); }
bool SharedMemOut::isTimeDependent() const { return sender_->active->on(); }

std::int64_t SharedMemOut::extraGpuMemory() const {
  return sender_->slot.bytes() + (sender_->promoted ? sender_->promoted->bytes() : 0);
}

void SharedMemOut::forgetGl() {
  sender_->slot.reset();
  sender_->promoted.reset();
  Top::forgetGl();
}

void SharedMemOut::render(TopCook& cook) {
  cook.passInput(0);
  if (!sender_->active->on()) return;
  Picture& picture = *state().picture;
  if (!picture.shape().isFlat()) {
    throw Error("input 0 is a " + std::string(gl::dimensionName(picture.shape().dimension)) +
                " of " + gl::sizeText(picture.shape()) + ": shared memory takes 2D textures");
  }
  gl::TexturePtr texture = drawn(picture);
  const PixelFormat format = sentFormat(texture->shape().format);
  if (format == texture->shape().format) {
    sender_->promoted.reset();
  } else {
    gl::TextureShape shape = texture->shape();
    shape.format = format;
    if (!sender_->promoted || sender_->promoted->shape() != shape) {
      sender_->promoted = std::make_shared<gl::Texture>(shape);
    }
    const gl::Input input{texture.get(), 0, gl::Filter::Nearest, gl::Extend::Hold};
    gl::draw(*pixelProgram("copy", format), *sender_->promoted, {&input, 1});
    texture = sender_->promoted;
    addWarning("shared memory has no three-channel floats: the picture is sent as " +
               std::string(pixelFormatInfo(format).name));
  }
  const gl::TextureShape& shape = texture->shape();
  const ipc::FrameHeader frame{shape.width, shape.height, picture.aspect().x, picture.aspect().y,
                               format};
  try {
    sender_->open();
    if (sender_->downloadType->value() == "immediate") {
      sender_->slot.reset();
      return sender_->publishNow(*texture, frame);
    }
    sender_->publishPending();
    sender_->slot.start(*texture);
    sender_->pendingFrame = frame;
  } catch (const Error& error) {
    addError(error.what());
  }
}

namespace ops {

extern const OpType sharedmemoutType;
const OpType sharedmemoutType = {
    "sharedmemout", "Shared Mem Out",
    "Publishes its input in a named block of shared memory, for other processes.", 1, 1,
    []() -> std::unique_ptr<Op> { return std::make_unique<SharedMemOut>(); }};

}  // namespace ops

}  // namespace topknot
