// Sending pictures without making the context's thread copy them.
#include "top/readback/frame_sender.h"

#include <cstring>
#include <exception>
#include <utility>

#include "gl/program/buffer.h"
#include "ipc/names.h"

namespace topknot {

FrameSender::~FrameSender() {
  close();
}

void FrameSender::announce(const SendSettings& settings, bool active) {
  if (!settings.global || !active) {
    if (global_) global_->leave(this);
    return;
  }
  // What is refused is told when the picture is to be sent.
  if (!isOpen(settings) && reason_.empty()) {
    try {
      open(settings);
    } catch (const Error&) {
      opensSince_ = 0;
    }
  }
  if (global_) global_->expect(this);
}

bool FrameSender::isOpen(const SendSettings& settings) const {
  if (settings.name != settings_.name || settings.global != settings_.global) return false;
  if (settings.global) return global_ != nullptr;
  ipc::WriterOptions options = settings.options;
  options.lockTimeout = settings_.options.lockTimeout;  // may change any time
  return writer_ && options == settings_.options;
}

void FrameSender::open(const SendSettings& settings) {
  constexpr int kRetryAfter = 30;
  if (isOpen(settings)) {
    if (writer_ && settings.options.lockTimeout != settings_.options.lockTimeout) {
      background_->finish();
      writer_->setLockTimeout(settings.options.lockTimeout);
    }
    settings_ = settings;
    return;
  }
  close();
  const std::string wanted = (settings.global ? "g" : "l") + settings.name;
  if (wanted == refused_ && !reason_.empty() && ++opensSince_ < kRetryAfter) throw Error(reason_);
  refused_ = wanted;
  opensSince_ = 0;
  try {
    reopen(settings);
    reason_.clear();
  } catch (const Error& error) {
    reason_ = error.what();
    throw;
  }
}

void FrameSender::reopen(const SendSettings& settings) {
  ipc::checkName(settings.name);
  if (settings.name == ipc::kGlobalName) {
    throw Error("the shared memory name '" + settings.name + "' is that of type global");
  }
  if (settings.global) {
    global_ = ipc::GlobalSender::get();
    background_ = std::make_unique<ipc::Background>(std::string(ipc::kGlobalName));
  } else {
    writer_.emplace(settings.name, settings.options);
    background_ = std::make_unique<ipc::Background>(settings.name);
  }
  settings_ = settings;
}

void FrameSender::close() {
  // A forked child has no thread that it could wait for.
  if (gl::forked()) static_cast<void>(background_.release());
  background_.reset();
  if (global_) global_->leave(this);
  global_.reset();
  writer_.reset();
  pending_ = {};
  fetched_.reset();
}

void FrameSender::count(ipc::PublishResult result) {
  ++published_;
  if (result == ipc::PublishResult::Skipped) ++skipped_;
}

void FrameSender::send(const gl::TexturePtr& texture, const ipc::FrameHeader& header,
                       std::int64_t frame) {
  // Asked for before anything is waited for.
  Pending next{nullptr, nullptr, header, frame};
  if (!settings_.immediate) {
    next.fetch = gl::CpuReadback::start(texture);
    if (!next.fetch) next.download = std::make_shared<gl::Download>(*texture);
  }
  std::exception_ptr fault;
  try {
    background_->finish();
    countSlots();
    gatherWarnings();
    if (!settings_.immediate) sendPending();
  } catch (const Error&) {
    fault = std::current_exception();
  }
  pending_ = std::move(next);
  if (settings_.immediate) {
    fetched_.reset();
    sendNow(*texture, header, frame);
    countSlots();
    gatherWarnings();
  }
  if (fault) std::rethrow_exception(fault);
}

void FrameSender::sendPending() {
  // What the latest job has read is given back here, on the thread that draws with it.
  fetched_.reset();
  Pending sent = std::exchange(pending_, {});
  if (sent.fetch) return sendFetched(std::move(sent));
  if (!sent.download) return;
  sent.download->wait();
  const Image pixels = gl::lentImage(sent.download);
  if (global_) {
    background_->start([this, header = sent.header, frame = sent.frame, pixels] {
      count(global_->put(this, settings_.name, header, frame, pixels.bytes()));
    });
    return;
  }
  // Where there is no room is told now, not one cook later.
  const std::span<std::byte> place = writer_->begin(sent.header);
  // The thread copies from the pinned memory that the GPU wrote to.
  background_->start([this, place, pixels] {
    std::memcpy(place.data(), pixels.bytes().data(), place.size());
    count(writer_->commit());
  });
}

// A thread of the context's reads from the texture into the block, and goes on to the pictures of
// others: what may wait for clients is done on our own.
void FrameSender::sendFetched(Pending sent) {
  std::span<std::byte> place;
  if (global_) {
    scratch_.resize(gl::pictureBytes(sent.fetch->shape()));
    place = scratch_;
  } else {
    place = writer_->begin(sent.header);
  }
  fetched_ = std::move(sent.fetch);
  background_->start([this](ipc::Background::Job read) { fetched_->post(std::move(read)); },
                     [fetch = fetched_.get(), place] { fetch->read(place); },
                     [this, header = sent.header, frame = sent.frame] {
                       count(global_ ? global_->put(this, settings_.name, header, frame, scratch_)
                                     : writer_->commit());
                     });
}

// Straight from the texture into the block.
void FrameSender::sendNow(const gl::Texture& texture, const ipc::FrameHeader& header,
                          std::int64_t frame) {
  if (global_) {
    scratch_.resize(gl::pictureBytes(texture.shape()));
    gl::download(texture, scratch_);
    count(global_->put(this, settings_.name, header, frame, scratch_));
    return;
  }
  const std::span<std::byte> place = writer_->begin(header);
  gl::download(texture, place);
  count(writer_->commit());
}

void FrameSender::forgetGl() {
  try {
    if (background_) background_->finish();
  } catch (const std::exception&) {
  }
  pending_ = {};
  fetched_.reset();
}

std::int64_t FrameSender::gpuMemory(const gl::Texture* shown) const {
  std::int64_t bytes = 0;
  if (pending_.download) {
    bytes += static_cast<std::int64_t>(gl::pictureBytes(pending_.download->shape()));
  }
  const gl::Texture* counted = shown;
  for (const auto* fetch : {pending_.fetch.get(), fetched_.get()}) {
    if (fetch == nullptr || &fetch->texture() == counted || &fetch->texture() == shown) continue;
    counted = &fetch->texture();
    bytes += counted->bytes();
  }
  return bytes;
}

std::int64_t FrameSender::published() const {
  ipc::finishPublishing(settings_.global ? ipc::kGlobalName : std::string_view(settings_.name));
  return published_;
}

std::int64_t FrameSender::skipped() const {
  ipc::finishPublishing(settings_.global ? ipc::kGlobalName : std::string_view(settings_.name));
  return skipped_;
}

// While no other thread uses the writer.
void FrameSender::countSlots() {
  const int slots = writer_ ? writer_->slots() : 0;
  slotsMissing_ = slots == 0 ? 0 : writer_->options().slots - slots;
}

// Likewise. What is told for one frame only nobody sees.
void FrameSender::gatherWarnings() {
  constexpr std::chrono::seconds kShown{5};
  const auto now = std::chrono::steady_clock::now();
  auto fresh = global_ ? global_->takeWarnings() : writer_->takeWarnings();
  if (!fresh.empty()) {
    warnings_ = std::move(fresh);
    warned_ = now;
  } else if (now - warned_ > kShown) {
    warnings_.clear();
  }
}

}  // namespace topknot
