// Movie File In: a picture from a file, or a sequence of them.
#include "topknot/movie_file_in.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gl/transfer/upload.h"
#include "io/files/file_sequence.h"
#include "io/files/read_ahead.h"
#include "top/cook/top_cook.h"
#include "top/parameters/play_page.h"

namespace topknot {

struct MovieFileIn::Player {
  explicit Player(ParameterSet& set);

  // Parameters.
  Parameter *file, *reload, *reloadPulse, *errorImage, *preread, *timeout, *loadInitial, *update,
      *threads, *asyncUpload;
  PlayPage page;
  ReadLimits limits;
  std::uint64_t aheadBytes = std::uint64_t{1} << 30;

  // What is open. `path` is what was tried, whether it could be opened or not.
  std::optional<io::FileSequence> sequence;
  std::string path;
  bool reloading = false, limitsChanged = false;
  std::unique_ptr<io::ReadAhead> ahead;  // of a sequence

  // What is shown.
  gl::TexturePtr picture;  // the file's own size and format
  PlayPage::Place place;
  std::optional<std::size_t> shown;  // the file that it is; none while that failed or is not there
  std::optional<std::size_t> failed;
  std::vector<std::string> warnings;  // of the file that is shown
  bool placed = false;                // `place` is of this sequence
  bool late = false;                  // the wanted picture was not there in time
  std::vector<std::string> failure;   // the latest update's
  gl::UploadRing uploads;

  void open();
  bool opened() const;
  void want(std::size_t wanted);
  std::optional<io::ReadAhead::Frame> takeFrame(std::size_t wanted);
  void upload(const Image& image);
};

namespace {

ReadLimits checked(const ReadLimits& limits) {
  if (limits.side < 1) throw Error("a limit of 0 pixels a side lets no picture through");
  return limits;
}

}  // namespace

MovieFileIn::Player::Player(ParameterSet& set) {
  const auto add = [&](const char* name, const char* label, ParStyle style, const Value& value,
                       const char* help) { return &set.add(name, label, style, value).help(help); };
  set.page("Play");
  file = add("file", "File", ParStyle::File, "",
             "A picture (png, jpg, bmp, tga, hdr, exr, tif or dds), numbered ones as in "
             "frame.####.exr or frame.%04d.exr, or a folder of pictures.");
  reload = add("reload", "Reload", ParStyle::Toggle, false,
               "When it is switched on, reads the files again.");
  reloadPulse = add("reloadpulse", "Reload Pulse", ParStyle::Pulse, 0, "Reads the files again.");
  page.declarePlay(set);
  set.page("Image");
  errorImage = add("loadingerrorimage", "Loading Error Image", ParStyle::Menu, "coloredbottomright",
                   "What to show while there is no file that could be read.");
  errorImage->menu({{"coloredbottomright", "Colored Bottom Right"}, {"zero", "Zero"}});
  set.page("Trim");
  page.declareTrim(set);
  set.page("Tune");
  preread = add("prereadframes", "Pre-Read Frames", ParStyle::Int, 8,
                "How many pictures of a sequence are decoded ahead, on other threads.");
  preread->limits(0, 256).slider(0, 32);
  timeout = add("frametimeout", "Frame Read Timeout", ParStyle::Int, 60000,
                "Milliseconds to wait for a picture of a sequence that is not decoded yet. After "
                "that the present one stays, with a warning.");
  timeout->limits(0, 3600000).slider(0, 1000);
  loadInitial = add("alwaysloadinitial", "Always Load Initial Frame", ParStyle::Toggle, true,
                    "Waits for the first picture of a sequence, however long it takes.");
  update = add("updateimage", "Update Image", ParStyle::Toggle, true,
               "While it is off, the present picture stays, and no other is read.");
  threads = add("maxdecodecpus", "Max Decode CPUs", ParStyle::Int, 2,
                "How many threads decode a sequence. Counts when the sequence is opened.");
  threads->limits(1, 64).slider(1, 16);
  asyncUpload = add("asyncupload", "Async Upload to GPU", ParStyle::Toggle, true,
                    "Pictures of a sequence go to the GPU through mapped memory, without waiting "
                    "for it; which takes the memory of three more pictures. Renderers on the CPU "
                    "take them at once.");
}

/// Opens what the parameters name if it is not open.
void MovieFileIn::Player::open() {
  const bool switchedOn = reload->on() && !reloading;
  reloading = reload->on();
  const std::string wanted = file->value();
  const bool again = reloadPulse->takePulse() | switchedOn | limitsChanged;
  const bool other = wanted != path;
  if (sequence && !other && !again) return;
  limitsChanged = false;
  path = wanted;
  sequence.reset();
  shown.reset();
  failed.reset();
  placed = placed && !other;
  if (wanted.empty()) throw Error("parameter 'file' is empty; expected the path of a picture");
  sequence = io::FileSequence::open(wanted);
  const PlayPage::Movie movie{sequence->length(), sequence->firstNumber()};
  other || !placed ? page.open(movie) : page.reopen(movie);
  if (sequence->still()) return ahead.reset();
  const int wantedThreads = static_cast<int>(threads->number());
  if (ahead && ahead->threads() == wantedThreads) return ahead->open(sequence->files(), limits);
  ahead = std::make_unique<io::ReadAhead>(
      sequence->files(), io::ReadAhead::Options{wantedThreads, aheadBytes, limits});
}

/// A still is opened by being read.
bool MovieFileIn::Player::opened() const {
  return sequence && !(sequence->still() && failed);
}

/// Has a file decoded, and then those that come after it.
void MovieFileIn::Player::want(std::size_t wanted) {
  std::vector<std::size_t> files = {wanted};
  for (const std::int64_t frame : page.upcoming(static_cast<int>(preread->number()))) {
    files.push_back(sequence->at(frame).file);
  }
  ahead->want(files);
}

/// A still on this thread; of a sequence what was decoded, or nothing if it is not there in time.
std::optional<io::ReadAhead::Frame> MovieFileIn::Player::takeFrame(std::size_t wanted) {
  const gl::Unwatched files;
  if (!ahead) return io::ReadAhead::load(sequence->files()[wanted], limits);
  io::ReadAhead::Wait wait = std::chrono::milliseconds(static_cast<int>(timeout->number()));
  if (!picture && loadInitial->on()) wait.reset();
  return ahead->take(wanted, wait);
}

void MovieFileIn::Player::upload(const Image& image) {
  const gl::TextureShape shape{image.width(), image.height(), image.format(), false};
  // One that somebody else still holds keeps what it shows.
  gl::TexturePtr texture = gl::Pool::borrow(shape);
  if (ahead && asyncUpload->on()) {
    uploads.upload(image, *texture);
  } else {
    uploads.reset();
    texture->upload(image);
  }
  picture = std::move(texture);
}

MovieFileIn::MovieFileIn() : player_(std::make_unique<Player>(declare())) {}

MovieFileIn::~MovieFileIn() {
  // A forked child has none of the threads that it would wait for.
  if (gl::forked()) static_cast<void>(player_->ahead.release());
}

const ReadLimits& MovieFileIn::readLimits() const {
  return player_->limits;
}
std::uint64_t MovieFileIn::readAheadBytes() const {
  return player_->aheadBytes;
}

void MovieFileIn::readLimits(const ReadLimits& limits) {
  player_->limits = checked(limits);
  player_->limitsChanged = true;
  markDirty();
}

void MovieFileIn::readAheadBytes(std::uint64_t bytes) {
  player_->aheadBytes = bytes;
  if (player_->ahead) player_->ahead->limitBytes(bytes);
}

std::int64_t MovieFileIn::length() const {
  return player_->opened() ? player_->sequence->length() : 0;
}

std::int64_t MovieFileIn::index() const {
  return player_->opened() && player_->placed ? player_->place.frame : -1;
}

MovieFileIn::Reads MovieFileIn::reads() const {
  if (!player_->ahead) return {};
  const io::ReadAhead::Counts counts = player_->ahead->counts();
  return {counts.read, counts.ready, counts.waited, counts.late};
}

bool MovieFileIn::isTimeDependent() const {
  const Player& player = *player_;
  if (!player.sequence || player.sequence->still() || !player.update->on()) return false;
  return player.page.moves() || player.late;
}

std::int64_t MovieFileIn::extraGpuMemory() const {
  const Player& player = *player_;
  const bool shown =
      std::any_of(state().own.begin(), state().own.end(),
                  [&](const PicturePtr& own) { return own->texture() == player.picture; });
  return player.uploads.bytes() + (player.picture && !shown ? player.picture->bytes() : 0);
}

void MovieFileIn::forgetGl() {
  player_->picture.reset();
  player_->shown.reset();
  player_->uploads.reset();
  Top::forgetGl();
}

void MovieFileIn::render(TopCook& cook) {
  Player& player = *player_;
  player.late = false;
  if (player.update->on() || !player.picture) {
    update(cook);
    player.failure = errors();
  } else {
    for (const std::string& error : player.failure) addError(error);
  }
  if (!player.picture) {
    if (player.errorImage->value() == "zero") return cook.showNothing();
    return cook.fill("moviefilein");
  }
  const gl::TextureShape& shape = player.picture->shape();
  cook.source({shape.width, shape.height, shape.format, {}});
  if (player.place.show == PlayPage::Show::Picture) return cook.showTexture(player.picture);
  std::vector<gl::TexturePtr> blank = cook.targets(1, cook.shape());
  blank[0]->clear(0, 0, 0, player.place.show == PlayPage::Show::Black ? 1 : 0);
  cook.showTextures(std::move(blank));
}

/// Gets the picture that is due now.
void MovieFileIn::update(TopCook& cook) {
  Player& player = *player_;
  try {
    player.open();
  } catch (const Error& error) {
    return addError(std::string("Failed to open file. ") + error.what());
  }
  try {
    player.place = player.page.at(cook.frame, graph().rate());
    player.placed = true;
  } catch (const Error& error) {
    return addError(error.what());
  }
  const std::int64_t frame = player.place.frame;
  const io::FileSequence::Place place = player.sequence->at(frame);
  remark(frame, place.missing);
  const auto warn = [&] {
    for (const std::string& warning : player.warnings) addWarning(warning);
  };
  if (player.shown == place.file && !player.ahead) return warn();
  // What failed is tried again, but not while it plays.
  if (player.ahead && player.failed == place.file && !player.page.moves()) {
    player.ahead->forget(place.file);
  }
  player.failed.reset();
  if (player.ahead) player.want(place.file);
  if (player.shown == place.file) return warn();
  auto taken = player.takeFrame(place.file);
  if (!taken) {
    player.late = true;
    return addWarning("\"" + player.sequence->files()[place.file].string() +
                      "\" is not read yet; the picture before it stays");
  }
  if (taken->image) {
    player.upload(*taken->image);
    player.shown = place.file;
    player.warnings = std::move(taken->warnings);
    warn();
  } else {
    player.shown.reset();
    player.failed = place.file;
    addError("Failed to open file. " + taken->error);
  }
}

/// Warnings about the files of a sequence.
void MovieFileIn::remark(std::int64_t frame, bool missing) {
  const io::FileSequence& sequence = *player_->sequence;
  if (!sequence.remark().empty()) {
    addWarning("\"" + player_->path + "\": " + sequence.remark());
  }
  if (missing) {
    addWarning("\"" + sequence.nameOf(frame).string() + "\" is missing; \"" +
               sequence.files()[sequence.at(frame).file].filename().string() + "\" is shown");
  }
}

namespace ops {

extern const OpType moviefileinType;
const OpType moviefileinType = {
    "moviefilein",
    "Movie File In",
    "A picture from a file, or a sequence of them.",
    0,
    0,
    []() -> std::unique_ptr<Op> { return std::make_unique<MovieFileIn>(); }};

}  // namespace ops

}  // namespace topknot
