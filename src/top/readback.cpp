// Readback and its tickets, as the program sees them.
#include "topknot/readback.h"

#include <utility>

#include "top/readback_queue.h"
#include "topknot/error.h"
#include "topknot/top.h"

namespace topknot {

ReadbackTicket::State& ReadbackTicket::state() const {
  if (!state_) throw Error("there is no download behind this ticket; Readback::start gives one");
  return *state_;
}

bool ReadbackTicket::ready() const { return state().ready(); }
bool ReadbackTicket::dropped() const { return state().isDropped(); }
bool ReadbackTicket::failed() const {
  return state().hasFailed();
}

Image ReadbackTicket::get() const {
  Image copy = state().picture();
  copy.own();
  return copy;
}

PixelView ReadbackTicket::view() const {
  const Image& image = state().picture();
  return {image.width(), image.height(), image.depth(), image.format(), image.bytes()};
}

FileSaveStatus ReadbackTicket::save(const std::filesystem::path& file,
                                    const SaveOptions& options) const {
  return state().save(file, options);
}

Readback::Readback(Top& top, const ReadbackRing& ring)
    : queue_(std::make_unique<Queue>(top, ring)) {}
Readback::Readback(Readback&&) noexcept = default;
Readback& Readback::operator=(Readback&&) noexcept = default;
Readback::~Readback() = default;

ReadbackTicket Readback::start(const ReadbackOptions& options) {
  return ReadbackTicket(queue_->owner().startReadback(*queue_, options));
}

std::optional<Image> Readback::take() { return queue_->take(); }
ReadbackTicket Readback::takeTicket() { return ReadbackTicket(queue_->next()); }

void Readback::clear() { queue_->forget(); }
void Readback::ring(const ReadbackRing& ring) { queue_->ring(ring); }
const ReadbackRing& Readback::ring() const { return queue_->ring(); }
ReadbackCounters Readback::counters() const { return queue_->counters(); }
std::int64_t Readback::gpuMemory() const { return queue_->bytes(); }

}  // namespace topknot
