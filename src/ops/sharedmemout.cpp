// Shared Mem Out: publishes its input in a named block of shared memory.
#include "graph/fault_walk.h"
#include "top/cook/top_cook.h"
#include "top/readback/frame_sender.h"
#include "topknot/shared_mem_out.h"

namespace topknot {

struct SharedMemOut::Sender {
  explicit Sender(ParameterSet& set) {
    declareReference(set);
    declareProtocol(set);
  }

  void declareReference(ParameterSet& set) {
    set.page("Shared Mem Out");
    active = &set.add("active", "Active", ParStyle::Toggle, true)
                  .help("Cook the input each frame and write it to the memory block.");
    name = &set.add("name", "Shared Mem Name", ParStyle::Str, "TOPShm")
                .help("Name of the memory block: 1 to 200 bytes without '/'.");
    memType = &set.add("memtype", "Shared Mem Type", ParStyle::Menu, "local")
                   .menu({{"local", "Local"}, {"global", "Global"}})
                   .help(
                       "One block for each operator, or one for all operators of type global, of "
                       "which a reader gets the pictures of the same frame. One process on a "
                       "machine can send global ones; old clients do not know them.");
    downloadType =
        &set.add("downloadtype", "Download Type", ParStyle::Menu, "nextframe")
             .menu({{"immediate", "Immediate (Slow)"}, {"nextframe", "Next Frame (Fast)"}})
             .help("Wait for the picture and publish it now, or publish it at the next cook.");
  }

  void declareProtocol(ParameterSet& set) {
    set.page("Protocol");
    header = &set.add("header", "Header", ParStyle::Menu, "b")
                  .menu({{"a", "A: before 2022"}, {"b", "B: since 2022"}, {"c", "C: Color Spaces"}})
                  .help("Generation of the header that old clients see. Local only.");
    infoLayout = &set.add("infolayout", "Info Layout", ParStyle::Menu, "posix")
                      .menu({{"posix", "POSIX (44 Bytes)"}, {"windows", "Windows (76 Bytes)"}})
                      .help("Layout of the info block. Local only.");
    oldClients = &set.add("oldclients", "Old Clients", ParStyle::Toggle, true)
                      .help(
                          "Keep an image for clients that know nothing but the header and the "
                          "lock. Off saves one copy of the picture. Local only.");
    slots = &set.add("slots", "Slots", ParStyle::Int, 3)
                 .limits(1, TOPKNOT_SHM_MOST_SLOTS)
                 .slider(1, 8)
                 .help(
                     "Frames that are kept for new clients; with one slot they may have to read "
                     "twice. Local only.");
    lockTime = &set.add("locktime", "Lock Time", ParStyle::Float, 5.0)
                    .limits(0, 5000)
                    .slider(0, 50)
                    .help(
                        "Milliseconds for which a publish waits for an old client that holds the "
                        "lock. Local only.");
    access = &set.add("access", "Access", ParStyle::Menu, "owner")
                  .menu({{"owner", "Owner (0600)"},
                         {"group", "Group (0660)"},
                         {"everyone", "Everyone (0666)"}})
                  .help(
                      "Who may open the block. Whoever may can also stall or forge what old "
                      "clients see. Local only.");
  }

  SendSettings settings() const {
    constexpr unsigned kModes[] = {0600, 0660, 0666};
    SendSettings wanted;
    wanted.name = std::string(name->value());
    wanted.global = memType->value() == "global";
    wanted.immediate = downloadType->value() == "immediate";
    wanted.options.generation = static_cast<ipc::Generation>(header->menuIndex());
    wanted.options.info = static_cast<ipc::InfoLayout>(infoLayout->menuIndex());
    wanted.options.oldClients = oldClients->on();
    wanted.options.slots = slots->value();
    wanted.options.mode = kModes[access->menuIndex()];
    wanted.options.lockTimeout = std::chrono::milliseconds(static_cast<int>(lockTime->number()));
    return wanted;
  }

  Parameter* active = nullptr;
  Parameter* name = nullptr;
  Parameter* memType = nullptr;
  Parameter* downloadType = nullptr;
  Parameter* header = nullptr;
  Parameter* infoLayout = nullptr;
  Parameter* oldClients = nullptr;
  Parameter* slots = nullptr;
  Parameter* lockTime = nullptr;
  Parameter* access = nullptr;

  gl::TexturePtr promoted;  // the picture with a fourth channel, where it has three
  FrameSender frames;
};

namespace {

/// The format in which a picture is sent.
PixelFormat sentFormat(PixelFormat format) {
  if (format == PixelFormat::Rgb16Float) return PixelFormat::Rgba16Float;
  if (format == PixelFormat::Rgb32Float) return PixelFormat::Rgba32Float;
  return format;
}

ipc::FrameHeader headerOf(const gl::TextureShape& shape, glm::vec2 aspect) {
  ipc::FrameHeader header{shape.width, shape.height, aspect.x, aspect.y, shape.format};
  if (shape.format == PixelFormat::Srgba8Fixed) header.transfer = TOPKNOT_SHM_SRGB;
  return header;
}

}  // namespace

SharedMemOut::SharedMemOut() : sender_(std::make_unique<Sender>(declare())) {}

SharedMemOut::~SharedMemOut() = default;

std::int64_t SharedMemOut::published() const {
  return sender_->frames.published();
}
std::int64_t SharedMemOut::skipped() const {
  return sender_->frames.skipped();
}

// All operators are asked this before the first one cooks.
bool SharedMemOut::isActiveOutput() const {
  const bool active = sender_->active->on();
  sender_->frames.announce(sender_->settings(), active);
  return active;
}

bool SharedMemOut::isTimeDependent() const {
  return sender_->active->on();
}

std::int64_t SharedMemOut::extraGpuMemory() const {
  const gl::TexturePtr& shown = state().exists() ? state().picture->texture() : sender_->promoted;
  const gl::Texture* promoted = sender_->promoted.get();
  return sender_->frames.gpuMemory(promoted ? promoted : shown.get()) +
         (promoted ? promoted->bytes() : 0);
}

void SharedMemOut::forgetGl() {
  sender_->frames.forgetGl();
  sender_->promoted.reset();
  Top::forgetGl();
}

gl::TexturePtr SharedMemOut::sentTexture(gl::TexturePtr texture) {
  const PixelFormat format = sentFormat(texture->shape().format);
  if (format == texture->shape().format) {
    sender_->promoted.reset();
    return texture;
  }
  gl::TextureShape shape = texture->shape();
  shape.format = format;
  gl::TexturePtr& promoted = sender_->promoted;
  // One that is still being read stays as it is.
  if (!promoted || promoted->shape() != shape || promoted.use_count() > 1) {
    promoted = gl::Pool::borrow(shape);
  }
  const gl::Input input{texture.get(), 0, gl::Filter::Nearest, gl::Extend::Hold};
  gl::draw(*pixelProgram("copy", format), *promoted, {&input, 1});
  addWarning("shared memory has no three-channel floats: the picture is sent as " +
             std::string(pixelFormatInfo(format).name));
  return promoted;
}

void SharedMemOut::render(TopCook& cook) {
  cook.passInput(0);
  if (!sender_->active->on()) return;
  Picture& picture = *state().picture;
  if (!picture.shape().isFlat()) {
    throw Error("input 0 is a " + std::string(gl::dimensionName(picture.shape().dimension)) +
                " of " + gl::sizeText(picture.shape()) + ": shared memory takes 2D textures");
  }
  const gl::TexturePtr texture = sentTexture(drawn(picture));
  ipc::FrameHeader sent = headerOf(texture->shape(), picture.aspect());
  if (const Faults failed = faultsOf(*input(0))) {
    sent.stale = true;
    addWarning("the picture is sent as a stale one: " + FaultWalk::text(*failed));
  }
  FrameSender& frames = sender_->frames;
  try {
    frames.open(sender_->settings());
    frames.send(texture, sent, cook.frame.index);
    if (const int missing = frames.slotsMissing(); missing > 0) {
      addWarning("/dev/shm has room for " + std::to_string(missing) +
                 " slots less than 'slots' asks for: readers may have to read twice");
    }
    for (const std::string& sentence : frames.warnings()) addWarning(sentence);
  } catch (const Error& error) {
    addOutputError(error.what());
  }
}

namespace ops {

extern const OpType sharedmemoutType;
const OpType sharedmemoutType = {
    "sharedmemout",
    "Shared Mem Out",
    "Publishes its input in a named block of shared memory, for other processes.",
    1,
    1,
    []() -> std::unique_ptr<Op> { return std::make_unique<SharedMemOut>(); }};

}  // namespace ops

}  // namespace topknot
