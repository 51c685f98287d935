// `topknot shm`: frames that other processes publish in shared memory.
#include <memory>

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
  saveImage(image, options.out);
  print("wrote " + options.out + ", " +
        describePicture(image.width(), image.height(), pixelFormatInfo(image.format()).name) +
        "\n");
  return Status::Done;
}

std::string formatName(const SharedMemEntry& entry) {
  return entry.format ? std::string(pixelFormatInfo(*entry.format).name) : std::string();
}

std::string toText(const SharedMemEntry& entry) {
  const std::string picture = entry.format
                                  ? describePicture(entry.width, entry.height, formatName(entry))
                                  : std::string("no frame");
  return entry.name + ": " + picture + ", " + std::to_string(entry.bytes) + " bytes, " +
         (entry.alive ? "sending" : "no sender") + "\n";
}

Json toJson(const SharedMemEntry& entry) {
  return {
      {"name", entry.name},     {"width", entry.width},
      {"height", entry.height}, {"format", entry.format ? Json(formatName(entry)) : Json(nullptr)},
      {"bytes", entry.bytes},   {"alive", entry.alive}};
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
  command->callback([&action, options] { action = [options] { return readFrame(*options); }; });
}

void addList(CLI::App& shm, Action& action) {
  CLI::App* command = shm.add_subcommand(
      "list", "Lists the names under which frames are, or were, published on this machine.");
  const auto json = std::make_shared<bool>(false);
  command->add_flag(
      "--json", *json,
      "Prints a JSON array of objects with name, width, height, format, bytes, alive");
  command->callback([&action, json] { action = [json] { return listNames(*json); }; });
}

}  // namespace

void addShm(CLI::App& app, Action& action) {
  CLI::App* shm = app.add_subcommand("shm", "Reads what other processes publish in shared memory.");
  shm->require_subcommand(1);
  addRead(*shm, action);
  addList(*shm, action);
}

}  // namespace topknot::cli
