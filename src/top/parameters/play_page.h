// The Play and Trim pages: which frame of a movie is shown when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topknot/frame.h"
#include "topknot/parameter.h"

namespace topknot {

/// Parameters of an operator that plays, and the position that they make. Positions count frames of
/// the movie; with `trim` on, of the part between `tstart` and `tend`, which then is the movie.
///
/// The clock is the graph's: the same frames give the same positions, at whatever speed they cook.
class PlayPage {
 public:
  struct Movie {
    std::int64_t length = 1;       // frames, at least 1
    std::int64_t firstNumber = 0;  // of frame 0, in its file's name
  };
  enum class Show { Picture, Black, Nothing };
  struct Place {
    std::int64_t frame = 0;  // the nearest one, where Black or Nothing is shown
    Show show = Show::Picture;
    friend bool operator==(const Place&, const Place&) = default;
  };

  /// Declares the Play page's parameters, behind those that are there, and …
  void declarePlay(ParameterSet& set);
  /// … the Trim page's.
  void declareTrim(ParameterSet& set);

  /// The movie is another one, which starts at its beginning …
  void open(const Movie& movie);
  /// … or the same with another number of frames, which goes on.
  void reopen(const Movie& movie) { movie_ = movie; }
  /// True if other frames show other pictures though nothing is set.
  bool moves() const;
  /// What to show in this frame of the graph, of that rate. Once a cook. Throws Error if the trim
  /// leaves nothing.
  Place at(const Frame& frame, double rate);
  /// Frames that are shown next if it goes on like this, the first not that of `at`; at most so
  /// many different ones.
  std::vector<std::int64_t> upcoming(int count) const;

 private:
  double frames(const Parameter& value, const Parameter& unit) const;
  void trim();
  void sequential(const Frame& frame);
  void stop(double end);
  Place placeOf(double position) const;

  Parameter *mode_, *play_, *speed_, *cue_, *cuePulse_, *cuePoint_, *cueUnit_, *index_, *indexUnit_,
      *indexing_;
  Parameter *trim_, *start_, *startUnit_, *end_, *endUnit_, *left_, *right_, *override_, *rate_;

  Movie movie_;
  double graphRate_ = 60.0, movieRate_ = 60.0;
  std::int64_t trimStart_ = 0, trimLength_ = 1;
  double position_ = 0.0, step_ = 1.0;  // frames, and from one frame of the graph to the next

  // Sequential: the position is base + speed · (seconds − since).
  bool started_ = false, running_ = false, ended_ = false;
  double base_ = 0.0, since_ = 0.0, pace_ = 0.0, seconds_ = 0.0;
};

}  // namespace topknot
