// The Play and Trim pages: which frame of a movie is shown when.
#include "top/parameters/play_page.h"

#include <algorithm>
#include <cmath>

#include "topknot/error.h"

namespace topknot {

namespace {

std::vector<MenuItem> units() {
  return {{"indices", "Indices"},
          {"frames", "Frames"},
          {"seconds", "Seconds"},
          {"fraction", "Fraction"}};
}

constexpr const char* kUnitHelp =
    "What that counts in: pictures, frames or seconds of the graph, or 1 for the whole length.";

std::vector<MenuItem> extends() {
  return {{"hold", "Hold"},
          {"cycle", "Cycle"},
          {"mirror", "Mirror"},
          {"black", "Black"},
          {"zero", "Zero"}};
}

bool periodic(const Parameter& extend) {
  return extend.value() == "cycle" || extend.value() == "mirror";
}

double wrapped(double position, double period) {
  const double rest = std::fmod(position, period);
  return rest < 0.0 ? rest + period : rest;
}

/// Positions are sums of fractions: what is that near to a frame is that frame.
constexpr double kNear = 1e-6;

/// Where whole frames can be told apart.
double bounded(double position) {
  constexpr double kMost = 1e15;
  return position != position ? 0.0 : std::clamp(position, -kMost, kMost);
}

}  // namespace

void PlayPage::declarePlay(ParameterSet& set) {
  mode_ = &set.add("playmode", "Play Mode", ParStyle::Menu, "sequential")
               .menu({{"locked", "Locked to Timeline"},
                      {"specify", "Specify Index"},
                      {"sequential", "Sequential"}})
               .help(
                   "What says which picture of a sequence is shown: the graph's clock, the Index, "
                   "or Play, Speed and Cue.");
  play_ = &set.add("play", "Play", ParStyle::Toggle, true)
               .help("Sequential: goes on from picture to picture.");
  speed_ = &set.add("speed", "Speed", ParStyle::Float, 1.0)
                .slider(-2, 2)
                .help("Sequential: 1 is the Sample Rate, below 0 plays backwards.");
  cue_ = &set.add("cue", "Cue", ParStyle::Toggle, false)
              .help("Sequential: goes to the Cue Point and stays there.");
  cuePulse_ = &set.add("cuepulse", "Cue Pulse", ParStyle::Pulse, 0)
                   .help("Sequential: goes to the Cue Point and on from there.");
  cuePoint_ = &set.add("cuepoint", "Cue Point", ParStyle::Float, 0.0)
                   .slider(0, 100)
                   .help("Where Cue leads.");
  cueUnit_ = &set.add("cuepointunit", "Cue Point Unit", ParStyle::Menu, "indices")
                  .menu(units())
                  .help(kUnitHelp);
  index_ = &set.add("index", "Index", ParStyle::Float, 0.0)
                .slider(0, 100)
                .help("Specify Index: the picture that is shown; 0 is the first.");
  indexUnit_ =
      &set.add("indexunit", "Index Unit", ParStyle::Menu, "indices").menu(units()).help(kUnitHelp);
  indexing_ = &set.add("imageindexing", "Image Indexing", ParStyle::Menu, "zero")
                   .menu({{"zero", "Zero Based"}, {"filename", "Use Filename"}})
                   .help(
                       "Whether indices, and the frames of Locked to Timeline, count from 0 or "
                       "are the numbers in the files' names.");
}

void PlayPage::declareTrim(ParameterSet& set) {
  trim_ = &set.add("trim", "Trim", ParStyle::Toggle, false)
               .help("What is between Trim Start and Trim End is the whole movie.");
  start_ = &set.add("tstart", "Trim Start", ParStyle::Float, 0.0)
                .slider(0, 100)
                .help("The first picture.");
  startUnit_ = &set.add("tstartunit", "Trim Start Unit", ParStyle::Menu, "indices")
                    .menu(units())
                    .help(kUnitHelp);
  end_ = &set.add("tend", "Trim End", ParStyle::Float, 1.0)
              .slider(0, 1)
              .help("The first picture that is not shown any more.");
  endUnit_ = &set.add("tendunit", "Trim End Unit", ParStyle::Menu, "fraction")
                  .menu(units())
                  .help(kUnitHelp);
  left_ = &set.add("textendleft", "Extend Left", ParStyle::Menu, "cycle")
               .menu(extends())
               .help("What is shown before the first picture.");
  right_ = &set.add("textendright", "Extend Right", ParStyle::Menu, "cycle")
                .menu(extends())
                .help("What is shown after the last picture.");
  override_ = &set.add("overridesample", "Override Sample Rate", ParStyle::Toggle, false)
                   .help("Takes the Sample Rate instead of the graph's rate.");
  rate_ = &set.add("samplerate", "Sample Rate", ParStyle::Float, 60.0)
               .limits(1e-3, 1e6)
               .slider(1, 120)
               .help("Pictures a second.");
}

void PlayPage::open(const Movie& movie) {
  movie_ = movie;
  started_ = false;
}

bool PlayPage::moves() const {
  if (mode_->value() == "locked") return true;
  return mode_->value() == "sequential" && running_ && !ended_ && pace_ != 0.0;
}

/// In frames of the movie, from the file's first one.
double PlayPage::frames(const Parameter& value, const Parameter& unit) const {
  const double number = value.number();
  const std::string name = unit.value();
  if (name == "seconds") return number * movieRate_;
  if (name == "frames") return number / graphRate_ * movieRate_;
  if (name == "fraction") return number * static_cast<double>(movie_.length);
  return number - (indexing_->value() == "filename" ? static_cast<double>(movie_.firstNumber) : 0);
}

void PlayPage::trim() {
  trimStart_ = 0;
  trimLength_ = movie_.length;
  if (!trim_->on()) return;
  const auto length = static_cast<double>(movie_.length);
  const double from = std::clamp(std::floor(frames(*start_, *startUnit_) + kNear), 0.0, length);
  const double to = std::clamp(std::ceil(frames(*end_, *endUnit_) - kNear), 0.0, length);
  if (from >= to) {
    throw Error("the trim leaves nothing: it starts at picture " + Value(from).text() +
                " and ends before picture " + Value(to).text() + " of " +
                std::to_string(movie_.length));
  }
  trimStart_ = static_cast<std::int64_t>(from);
  trimLength_ = static_cast<std::int64_t>(to - from);
}

PlayPage::Place PlayPage::at(const Frame& frame, double rate) {
  graphRate_ = rate;
  movieRate_ = override_->on() ? rate_->number() : rate;
  trim();
  const double before = position_;
  // Of a trimmed movie, fractions are those of the part.
  const auto inPart = [&](const Parameter& value, const Parameter& unit) {
    if (unit.value() == "fraction") return value.number() * static_cast<double>(trimLength_);
    const bool numbers = unit.value() == "indices" && indexing_->value() == "filename";
    return frames(value, unit) - (numbers ? static_cast<double>(trimStart_) : 0.0);
  };
  const std::string mode = mode_->value();
  if (mode != "sequential") running_ = false;
  if (mode == "specify") {
    position_ = bounded(inPart(*index_, *indexUnit_));
    // Somebody who turns a dial goes on in the same direction.
    if (position_ != before) step_ = position_ - before;
    if (std::abs(step_) < 1.0 || std::abs(step_) > 8.0) step_ = step_ < 0.0 ? -1.0 : 1.0;
  } else if (mode == "locked") {
    position_ = frame.seconds * movieRate_;
    if (indexing_->value() == "filename") {
      position_ -= static_cast<double>(movie_.firstNumber + trimStart_);
    }
    step_ = frame.delta * movieRate_;
  } else {
    if (!started_) {
      position_ = 0.0;
      running_ = false;
    }
    const bool cued = cuePulse_->takePulse() | cue_->on();
    if (cued) position_ = bounded(inPart(*cuePoint_, *cueUnit_));
    if (cued) running_ = false;
    sequential(frame);
    step_ = speed_->number() * movieRate_ * frame.delta;
  }
  started_ = true;
  position_ = bounded(position_);
  seconds_ = frame.seconds;
  return placeOf(position_);
}

/// What was not running begins to run in the next frame.
void PlayPage::sequential(const Frame& frame) {
  const bool runs = play_->on() && !cue_->on();
  const double pace = speed_->number() * movieRate_;
  const bool goesOn = running_ && !ended_ && frame.seconds >= seconds_;
  if (!goesOn || pace != pace_) {
    // A clock that was set back has gone on by one frame.
    const bool back = running_ && frame.seconds < seconds_;
    base_ = position_;
    since_ = !running_ || ended_ ? frame.seconds : back ? frame.seconds - frame.delta : seconds_;
    pace_ = pace;
  }
  if (running_ && runs) position_ = base_ + pace_ * (frame.seconds - since_);
  running_ = runs;
  ended_ = false;
  if (position_ < 0.0 && !periodic(*left_)) stop(left_->value() == "hold" ? 0.0 : -1.0);
  const auto length = static_cast<double>(trimLength_);
  if (position_ >= length && !periodic(*right_)) stop(length);
}

/// Beyond an end there is nothing more to come, as long as it goes that way.
void PlayPage::stop(double end) {
  position_ = end;
  ended_ = end > 0.0 ? pace_ >= 0.0 : pace_ <= 0.0;
}

PlayPage::Place PlayPage::placeOf(double position) const {
  const auto length = static_cast<double>(trimLength_);
  double at = std::floor(bounded(position) + kNear);
  Place place;
  if (at < 0.0 || at >= length) {
    const std::string extend = (at < 0.0 ? left_ : right_)->value();
    if (extend == "black") place.show = Show::Black;
    if (extend == "zero") place.show = Show::Nothing;
    if (extend == "cycle") {
      at = wrapped(at, length);
    } else if (extend == "mirror") {
      at = wrapped(at, 2.0 * length);
      at = std::min(at, 2.0 * length - 1.0 - at);
    }
    at = std::clamp(at, 0.0, length - 1.0);
  }
  place.frame = trimStart_ + static_cast<std::int64_t>(at);
  return place;
}

std::vector<std::int64_t> PlayPage::upcoming(int count) const {
  std::vector<std::int64_t> list;
  const std::int64_t now = placeOf(position_).frame;
  constexpr int kSteps = 16;  // at most, for one frame: slower than that, there is time
  for (int i = 1; i <= count * kSteps && static_cast<int>(list.size()) < count; ++i) {
    const std::int64_t frame = placeOf(position_ + i * step_).frame;
    const bool known = frame == now || std::ranges::find(list, frame) != list.end();
    if (!known) list.push_back(frame);
  }
  return list;
}

}  // namespace topknot
