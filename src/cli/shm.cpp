// `topknot shm`: frames that other processes publish in shared memory.
#include <ctime>
#include <limits>
#include <memory>
#include <thread>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/output.h"
#include "topknot/error.h"
#include "topknot/image_file.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::cli {
namespace {

struct ReadOptions {
  std::string name;
  std::string out;
  std::string timeout = "5";  // seconds
  bool allowStale = false;
};

SharedMemReader readerOf(const std::string& name) {
  try {
    return SharedMemReader(name);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

Status readFrame(const ReadOptions& options) {
  const auto timeout = parseTimeout(options.timeout);
  checkSuffix(options.out);
  SharedMemReader reader = readerOf(options.name);
  const std::optional<SharedFrame> frame = reader.wait(timeout);
  if (!frame) {
    throw Error("no frame of '" + options.name + "' within " + options.timeout + " s: " +
                (reader.senderAlive() ? "its sender gave none" : "nobody sends under that name"));
  }
  const Image& image = frame->image;
  if (frame->stale && !options.allowStale) {
    throw Error(
        "the frame of '" + options.name +
        "' is stale: what was to make the newest one failed there, and an older picture or a "
        "substitute stands in its place; --allow-stale takes it");
  }
  saveImage(image, options.out);
  print("wrote " + options.out + ", " +
        describePicture(image.width(), image.height(), pixelFormatInfo(image.format()).name) +
        "\n");
  return Status::Done;
}

std::string formatName(const SharedMemEntry& entry) {
  return entry.format ? std::string(pixelFormatInfo(*entry.format).name) : std::string();
}

std::string describe(const SharedMemEntry& entry) {
  if (entry.format) return describePicture(entry.width, entry.height, formatName(entry));
  if (entry.pictures > 0) return std::to_string(entry.pictures) + " pictures";
  return "no frame";
}

std::string toText(const SharedMemEntry& entry) {
  const std::string picture = describe(entry);
  return entry.name + ": " + picture + ", " + std::to_string(entry.bytes) + " bytes, " +
         (entry.alive ? "sending" : "no sender") +
         (entry.number > 0 ? ", frame " + std::to_string(entry.number) : std::string()) +
         (entry.stale ? ", stale" : "") +
         (entry.problem.empty() ? std::string() : ": " + entry.problem) + "\n";
}

Json toJson(const SharedMemEntry& entry) {
  return {{"name", entry.name},
          {"width", entry.width},
          {"height", entry.height},
          {"format", entry.format ? Json(formatName(entry)) : Json(nullptr)},
          {"bytes", entry.bytes},
          {"alive", entry.alive},
          {"number", entry.number},
          {"pictures", entry.pictures},
          {"stale", entry.stale},
          {"problem", entry.problem.empty() ? Json(nullptr) : Json(entry.problem)}};
}

Status listNames(bool json) {
  Json array = Json::array();
  std::string text;
  for (const SharedMemEntry& entry : listSharedMemory()) {
    array.push_back(toJson(entry));
    text += toText(entry);
  }
  if (json) {
    print(array);
  } else {
    print(text);
  }
  return Status::Done;
}

struct WatchOptions {
  std::string name;
  std::string frames;   // empty: no limit
  std::string timeout;  // seconds, empty: for ever
  bool json = false;
};

/// Microseconds since a time on CLOCK_MONOTONIC.
std::int64_t age(std::int64_t publishedNs) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (std::int64_t{now.tv_sec} * 1000000000 + now.tv_nsec - publishedNs) / 1000;
}

struct SeenFrame {
  int width, height;
  PixelFormat format;
  std::uint64_t number;  // 0: an old sender, which tells no time either
  std::int64_t microseconds;
  bool stale;
};

std::optional<SeenFrame> look(SharedMemReader& reader) {
  if (const auto view = reader.view()) {
    return SeenFrame{view->width(),  view->height(),           view->format(),
                     view->number(), age(view->publishedNs()), view->stale()};
  }
  const auto frame = reader.read();
  if (!frame) return std::nullopt;
  const Image& image = frame->image;
  return SeenFrame{image.width(), image.height(), image.format(), 0, 0, false};
}

void report(const WatchOptions& options, const SeenFrame& frame) {
  const std::string format(pixelFormatInfo(frame.format).name);
  const bool known = frame.number > 0;
  if (options.json) {
    return printLine(Json{{"name", options.name},
                          {"number", known ? Json(frame.number) : Json(nullptr)},
                          {"width", frame.width},
                          {"height", frame.height},
                          {"format", format},
                          {"stale", frame.stale},
                          {"microseconds", known ? Json(frame.microseconds) : Json(nullptr)}});
  }
  print(options.name + ": " +
        (known ? "frame " + std::to_string(frame.number) : std::string("a frame")) + ", " +
        describePicture(frame.width, frame.height, format) +
        (known ? ", seen after " + std::to_string(frame.microseconds) + " us" : std::string()) +
        (frame.stale ? ", stale: an older picture or a substitute" : "") + "\n");
}

Status watchFrames(const WatchOptions& options) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::chrono::milliseconds kYear = std::chrono::hours(24 * 365);
  const std::int64_t count =
      options.frames.empty() ? kMost : parseCount("--frames", options.frames);
  const auto timeout = options.timeout.empty() ? kYear : parseTimeout(options.timeout);
  SharedMemReader reader = readerOf(options.name);
  bool told = false;
  for (std::int64_t seen = 0; seen < count;) {
    if (!reader.waitForNew(timeout)) {
      // A death ends the wait early, once.
      if (told || !reader.senderDied()) {
        throw Error("no new frame of '" + options.name + "' in time");
      }
      told = true;
      complain("the sender of '" + options.name + "' died");
      continue;
    }
    told = false;
    const auto frame = look(reader);
    if (!frame) continue;
    report(options, *frame);
    ++seen;
    // An old sender cannot be waited for.
    if (frame->number == 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return Status::Done;
}

Status cleanUp(bool json) {
  const SharedMemClean done = cleanSharedMemory();
  if (json) {
    print(Json{{"removed", done.removed}, {"kept", done.kept}});
    return Status::Done;
  }
  std::string text;
  for (const std::string& object : done.removed) text += "removed " + object + "\n";
  for (const std::string& sentence : done.kept) text += "kept: " + sentence + "\n";
  print(text.empty() ? "nothing to remove\n" : text);
  return Status::Done;
}

void addWatch(CLI::App& shm, Action& action) {
  CLI::App* command = shm.add_subcommand(
      "watch", "Prints a line for each new frame that is published under a name, until Ctrl+C.");
  const auto options = std::make_shared<WatchOptions>();
  command->add_option("NAME", options->name, "Name under which the frames are published")
      ->required();
  command->add_option("--frames", options->frames, "Ends after so many")->type_name("N");
  command
      ->add_option("--timeout", options->timeout, "Fails if no new frame comes in so many seconds")
      ->type_name("S");
  command->add_flag("--json", options->json,
                    "Prints a JSON object in each line, with name, number, width, height, format, "
                    "stale, microseconds");
  command->callback([&action, options] { action = [options] { return watchFrames(*options); }; });
}

void addClean(CLI::App& shm, Action& action) {
  CLI::App* command = shm.add_subcommand(
      "clean", "Removes what senders left behind whose processes are dead, and nothing else.");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Prints a JSON object with removed and kept");
  command->callback([&action, json] { action = [json] { return cleanUp(*json); }; });
}

void addRead(CLI::App& shm, Action& action) {
  CLI::App* command = shm.add_subcommand(
      "read", "Waits for a frame that is published under a name, and saves it as a picture.");
  const auto options = std::make_shared<ReadOptions>();
  command->add_option("NAME", options->name, "Name under which the frames are published")
      ->required();
  command->add_option("--out", options->out, "File to write: .png, .exr, .tif, .jpg, .bmp, .dds")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--timeout", options->timeout,
                   "Seconds to wait for a sender and its first frame;\n"
                   "fractions are allowed (default 5)")
      ->type_name("S");
  command->add_flag("--allow-stale", options->allowStale,
                    "Takes the frame though its sender says that what was to make it failed");
  command->callback([&action, options] { action = [options] { return readFrame(*options); }; });
}

void addList(CLI::App& shm, Action& action) {
  CLI::App* command = shm.add_subcommand(
      "list", "Lists the names under which frames are, or were, published on this machine.");
  const auto json = std::make_shared<bool>(false);
  command->add_flag(
      "--json", *json,
      "Prints a JSON array of objects with name, width, height, format, bytes, alive,\n"
      "number, pictures, stale, problem");
  command->callback([&action, json] { action = [json] { return listNames(*json); }; });
}

}  // namespace

void addShm(CLI::App& app, Action& action) {
  CLI::App* shm = app.add_subcommand("shm", "Reads what other processes publish in shared memory.");
  shm->require_subcommand(1);
  addRead(*shm, action);
  addList(*shm, action);
  addWatch(*shm, action);
  addClean(*shm, action);
}

}  // namespace topknot::cli
