// Readback and its tickets, as the program sees them.
#include "topknot/readback.h"

#include <utility>

#include "top/readback/readback_queue.h"
#include "topknot/error.h"
#include "topknot/top.h"

namespace topknot {

ReadbackTicket::State& ReadbackTicket::state() const {
  if (!state_) throw Error("there is no download behind this ticket; Readback::start gives one");
  return *state_;
}

bool ReadbackTicket::ready() const {
  return state().ready();
}
bool ReadbackTicket::dropped() const {
  return state().isDropped();
}
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

Readback::Queue& Readback::queue() const {
  if (queue_) return *queue_;
  throw Error("this Readback was moved from: there is no ring in it");
}

ReadbackTicket Readback::start(const ReadbackOptions& options) {
  return ReadbackTicket(queue().owner().startReadback(queue(), options));
}

std::optional<Image> Readback::take() {
  return queue().take();
}
ReadbackTicket Readback::takeTicket() {
  return ReadbackTicket(queue().next());
}

void Readback::clear() {
  queue().forget();
}
void Readback::ring(const ReadbackRing& ring) {
  queue().ring(ring);
}
const ReadbackRing& Readback::ring() const {
  return queue().ring();
}
ReadbackCounters Readback::counters() const {
  return queue().counters();
}
std::int64_t Readback::gpuMemory() const {
  return queue().bytes();
}

}  // namespace topknot
