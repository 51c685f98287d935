// The Movie File In TOP: pictures and sequences of pictures from files.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "topknot/image_file.h"
#include "topknot/top.h"

namespace topknot {

/// Shows a picture from a file, or plays a sequence of them. Files are what `loadImage` reads.
///
/// `file` is a picture; or a pattern for numbered ones, `frame.####.exr` (as many digits as there
/// are `#`, at least) or `frame.%04d.exr`; or a folder of pictures. A sequence runs from the lowest
/// number to the highest. A frame without a file keeps its time: it shows the one before it, and a
/// warning tells the gaps. The folder is looked through when `file` is set and on `reload`.
///
/// Which picture is shown depends on the graph's clock and parameters only: one that is not decoded
/// yet is waited for, up to `frametimeout` milliseconds; then the one before it stays, with a
/// warning, which is what was asked for and no failure. Sequences are decoded ahead, up to
/// `prereadframes` pictures on `maxdecodecpus` threads, in the direction in which they play; what
/// was read ahead is not read again if the file changes meanwhile. Stills are read when they are
/// first shown, and on `reload`.
///
/// A file that cannot be read is an error that names it; the picture before it stays, and reading
/// it throws, as `Top` says, unless it is allowed. Each picture of a sequence has the size and
/// format of its file.
class MovieFileIn : public Top {
 public:
  static constexpr std::string_view kTypeName = "moviefilein";

  MovieFileIn();
  ~MovieFileIn() override;  ///< Waits for files that are being decoded.

  /// What a file may cost before it is refused, see `ReadLimits`. Reads the file anew.
  void readLimits(const ReadLimits& limits);
  const ReadLimits& readLimits() const;
  /// Bytes of decoded pictures that may wait to be shown, beside the next one. 1 GiB by default.
  void readAheadBytes(std::uint64_t bytes);
  std::uint64_t readAheadBytes() const;

  // Of the latest cook.
  std::int64_t length()
      const;                   ///< frames of the sequence, 1 of a still, 0 of what cannot be opened
  std::int64_t index() const;  ///< the frame that was to be shown, from 0; −1 if there was none

  /// What became of the frames of this sequence.
  struct Reads {
    std::int64_t read = 0;    ///< files decoded, also those that failed
    std::int64_t ready = 0;   ///< frames that were there when they were due
    std::int64_t waited = 0;  ///< frames that the cook waited for
    std::int64_t late = 0;    ///< times that it gave up waiting
  };
  Reads reads() const;

 protected:
  void render(TopCook& cook) override;
  void forgetGl() override;
  bool isTimeDependent() const override;
  std::int64_t extraGpuMemory() const override;

 private:
  void update(TopCook& cook);
  void remark(std::int64_t frame, bool missing);
  struct Player;
  std::unique_ptr<Player> player_;
};

}  // namespace topknot
