// What is published on this machine.
#include "ipc/names.h"
#include "ipc/receiver.h"
#include "topknot/error.h"

namespace topknot {
namespace {

void lookAtFrame(ipc::Receiver& receiver, SharedMemEntry& entry) {
  if (const auto frame = receiver.peekRing()) {
    entry.number = frame->number;
    entry.stale = frame->stale;
    if (frame->bundle) {
      entry.pictures = frame->pictures;
      return;
    }
  }
  if (const auto layout = receiver.peek(std::chrono::milliseconds(10))) {
    entry.width = layout->width;
    entry.height = layout->height;
    entry.format = layout->format.format;
  }
}

SharedMemEntry entryOf(const std::string& name) {
  SharedMemEntry entry;
  entry.name = name;
  ipc::Receiver receiver(name, false);
  entry.alive = receiver.senderAlive();
  // What cannot be opened or is no frame is still there to be seen, by its name.
  try {
    entry.bytes = receiver.dataBytes();
    lookAtFrame(receiver, entry);
  } catch (const Error& error) {
    entry.problem = error.what();
  }
  return entry;
}

}  // namespace

std::vector<SharedMemEntry> listSharedMemory() {
  std::vector<SharedMemEntry> entries;
  for (const std::string& name : ipc::publishedNames()) entries.push_back(entryOf(name));
  return entries;
}

}  // namespace topknot
