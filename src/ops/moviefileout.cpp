// Movie File Out: writes its input into files while the graph runs.
#include "topknot/movie_file_out.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gl/context/work.h"
#include "graph/fault_walk.h"
#include "io/codecs/codec.h"
#include "io/files/file.h"
#include "io/files/output_name.h"
#include "top/cook/top_cook.h"
#include "top/readback/readback_ticket.h"

namespace topknot {

namespace {

/// A file format: its item in the menu, and how its files may end.
struct FileType {
  const char* name;
  const char* label;
  std::array<std::string_view, 2> suffixes;
};

constexpr FileType kTypes[] = {
    {"tiff", "TIFF", {".tiff", ".tif"}}, {"jpeg", "JPEG", {".jpg", ".jpeg"}},
    {"bmp", "BMP", {".bmp", ".bmp"}},    {"exr", "OpenEXR", {".exr", ".exr"}},
    {"png", "PNG", {".png", ".png"}},    {"dds", "DDS", {".dds", ".dds"}}};

const FileType* typeOf(const std::string& suffix) {
  for (const FileType& type : kTypes) {
    if (suffix == type.suffixes[0] || suffix == type.suffixes[1]) return &type;
  }
  return nullptr;
}

/// Files hold pictures without depth.
void refuseDepth(const gl::TextureShape& shape, const std::filesystem::path& file) {
  if (shape.isFlat()) return;
  throw Error(io::inQuotes(file.string()) + " cannot be written: input 0 is a " +
              gl::dimensionName(shape.dimension) + " of " + gl::sizeText(shape) +
              ", and files hold 2D textures");
}

}  // namespace

struct MovieFileOut::Writer {
  explicit Writer(ParameterSet& set);

  Parameter *type, *fileType, *unique, *n, *digits, *file, *quality, *record, *pause, *addFrame;
  Metadata metadata;

  // What was seen in the latest cook.
  bool recording = false;
  bool asked = false;  // for one more frame
  bool due = false;    // an image, since record was switched on
  std::uint64_t writtenTick = 0;

  // The names: what they were made from, and the next number.
  std::optional<io::OutputName> names;
  std::string nameKey, latestKey;
  std::int64_t next = 0;

  std::deque<FileSaveStatus> statuses;  // of files that are being written
  std::int64_t written = 0, failed = 0;
  std::int64_t failedNow = 0;  // since record was switched on
  std::int64_t told = 0;       // of these
  std::string firstFailure;
  std::int64_t flawed = 0;  // files with another picture than their frame's, since then too
  std::string firstFlaw;

  bool sequence() const { return type->value() == "imagesequence"; }
  bool takes() const { return record->on() && !pause->on(); }
  /// Something was done to it since the latest cook.
  bool hasNews() const {
    return recording != record->on() || asked || (due && takes()) || told != failedNow;
  }
  void begin();
  void forgive();
  std::string key() const;
  std::filesystem::path nextPath();
  void write(Picture& picture, const std::vector<std::string>* faults);
  static void waitFor(const FileSaveStatus& status);
  void fail(const std::string& sentence);
  void settle();
};

MovieFileOut::Writer::Writer(ParameterSet& set) {
  const auto add = [&](const char* name, const char* label, ParStyle style, const Value& value,
                       const char* help) { return &set.add(name, label, style, value).help(help); };
  set.page("Movie Out");
  type = add("type", "Type", ParStyle::Menu, "imagesequence",
             "One picture each time Record is switched on, or one each frame.");
  type->menu({{"image", "Image"}, {"imagesequence", "Image Sequence"}});
  fileType = add("imagefiletype", "Image File Type", ParStyle::Menu, "tiff",
                 "The format of the files. A File with a known suffix sets it.");
  std::vector<MenuItem> items;
  for (const FileType& each : kTypes) items.push_back({each.name, each.label});
  fileType->menu(std::move(items));
  unique = add("uniquesuff", "Unique Suffix", ParStyle::Toggle, false,
               "Numbers begin behind those of the files that are there, so that none is replaced.");
  n = add("n", "N", ParStyle::Int, 0, "The first number.");
  n->limits(0, 1e15).slider(0, 1000);
  digits = add("leadingzerosdigits", "Leading Zeros Digits", ParStyle::Int, 4,
               "Digits of a number, at least, if File has no place for it.");
  digits->limits(1, io::NumberPattern::kMostDigits).slider(1, 8);
  file = add("file", "File", ParStyle::File, "",
             "The files' name, with #### or %04d in the place of the number.");
  file->onChange([this](Parameter& changed) {
    const FileType* named = typeOf(io::suffixOf(std::string(changed.value())));
    if (named != nullptr) fileType->set(named->name);
  });
  quality = add("quality", "Quality", ParStyle::Float, 1.0, "0 is small, 1 is best; of jpeg.");
  quality->limits(0, 1);
  record = add("record", "Record", ParStyle::Toggle, false,
               "Writes. Each cook looks at it: off and on again between two cooks is no switch.");
  pause = add("pause", "Pause", ParStyle::Toggle, false, "Writes nothing while it is on.");
  addFrame = add("addframe", "Add Frame", ParStyle::Pulse, 0, "Writes one frame.");
  addFrame->onChange([this](Parameter&) { asked = true; });
}

/// Record was switched on.
void MovieFileOut::Writer::begin() {
  nameKey.clear();
  due = true;
  forgive();
}

void MovieFileOut::Writer::forgive() {
  failedNow = told = flawed = 0;
  firstFailure.clear();
  firstFlaw.clear();
}

std::string MovieFileOut::Writer::key() const {
  std::string key;
  for (const Parameter* each : {file, fileType, digits, unique}) key += each->value().text() + '\n';
  return key;
}

/// Throws Error if the parameters make no name.
std::filesystem::path MovieFileOut::Writer::nextPath() {
  const std::string path = file->value();
  if (path.empty()) throw Error("parameter 'file' is empty; expected the path of a picture");
  const auto first = static_cast<std::int64_t>(n->number());
  if (const std::string now = key(); now != nameKey) {
    const FileType& wanted = kTypes[fileType->menuIndex()];
    names.emplace(path, wanted.suffixes, static_cast<int>(digits->number()));
    // Files that are being written are not there yet.
    const bool goesOn = now == latestKey && !statuses.empty();
    const std::int64_t before = goesOn ? next : first;
    next = unique->on() ? std::max(before, names->firstFree(first)) : first;
    nameKey = latestKey = now;
  }
  if (sequence() || unique->on()) return names->at(next++);
  return names->hasPlace() ? names->at(first) : names->plain();
}

void MovieFileOut::Writer::fail(const std::string& sentence) {
  ++failed;
  ++failedNow;
  if (firstFailure.empty()) firstFailure = sentence;
}

void MovieFileOut::Writer::write(Picture& picture, const std::vector<std::string>* faults) {
  if (latestKey != key()) forgive();
  const SaveOptions options{true, false, quality->number(), metadata};
  const std::filesystem::path path = io::absolutePath(nextPath());
  // Two files of one name would be written in any order.
  for (const FileSaveStatus& status : statuses) {
    if (status.path() == path) waitFor(status);
  }
  refuseDepth(picture.shape(), path);
  statuses.push_back(saveLater(drawn(picture), path, options));
  if (faults == nullptr) return;
  ++flawed;
  if (firstFlaw.empty()) firstFlaw = io::inQuotes(path.string()) + ": " + FaultWalk::text(*faults);
}

void MovieFileOut::Writer::waitFor(const FileSaveStatus& status) {
  try {
    const gl::Unwatched other;
    status.wait();
  } catch (const Error&) {
    // settle() counts it.
  }
}

/// Counts what has become of the files.
void MovieFileOut::Writer::settle() {
  std::erase_if(statuses, [this](const FileSaveStatus& status) {
    if (!status.isCompleted()) return false;
    const std::string error = status.error();
    if (error.empty()) {
      ++written;
    } else {
      fail(error);
    }
    return true;
  });
}

MovieFileOut::MovieFileOut() : writer_(std::make_unique<Writer>(declare())) {}

MovieFileOut::~MovieFileOut() {
  try {
    finish();
  } catch (const std::exception&) {
    // Nobody is left to be told.
  }
}

std::int64_t MovieFileOut::written() const {
  writer_->settle();
  return writer_->written;
}

std::int64_t MovieFileOut::failed() const {
  writer_->settle();
  return writer_->failed;
}

std::int64_t MovieFileOut::pending() const {
  writer_->settle();
  return static_cast<std::int64_t>(writer_->statuses.size());
}

void MovieFileOut::finish() {
  for (const FileSaveStatus& status : writer_->statuses) Writer::waitFor(status);
  writer_->settle();
  if (!writer_->firstFailure.empty()) throw Error(describe() + ": " + writer_->firstFailure);
}

void MovieFileOut::metadata(Metadata metadata) {
  writer_->metadata = std::move(metadata);
}

bool MovieFileOut::isActiveOutput() const {
  const Writer& writer = *writer_;
  return (writer.takes() && writer.sequence()) || writer.hasNews() || !writer.statuses.empty();
}

bool MovieFileOut::isTimeDependent() const {
  return isActiveOutput();
}

void MovieFileOut::render(TopCook& cook) {
  cook.passInput(0);
  Writer& writer = *writer_;
  if (writer.record->on() && !writer.recording) writer.begin();
  writer.recording = writer.record->on();
  writer.addFrame->takePulse();
  const bool added = std::exchange(writer.asked, false);
  const bool once = writer.due && writer.takes() && !writer.sequence();
  const bool regular = writer.sequence() && writer.takes() && writer.writtenTick != tick();
  if (writer.takes()) writer.due = false;
  if (added || once || regular) {
    writer.writtenTick = tick();
    try {
      writer.write(*state().picture, faultsOf(*input(0)).get());
    } catch (const std::exception& error) {
      writer.fail(error.what());
    }
  }
  writer.settle();
  writer.told = writer.failedNow;
  if (writer.flawed > 0) {
    addWarning("files do not show what they should, as operators failed: " +
               std::to_string(writer.flawed) + "; the first, " + writer.firstFlaw);
  }
  if (writer.failedNow == 1) addOutputError(writer.firstFailure);
  if (writer.failedNow > 1) {
    addOutputError(std::to_string(writer.failedNow) +
                   " frames could not be written; the first: " + writer.firstFailure);
  }
}

namespace ops {

extern const OpType moviefileoutType;
const OpType moviefileoutType = {
    "moviefileout",
    "Movie File Out",
    "Writes its input into files, one or one each frame.",
    1,
    1,
    []() -> std::unique_ptr<Op> { return std::make_unique<MovieFileOut>(); }};

}  // namespace ops

}  // namespace topknot
