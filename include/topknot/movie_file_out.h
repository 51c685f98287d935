// The Movie File Out TOP: writes its input into files while the graph runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "topknot/image_file.h"
#include "topknot/top.h"

namespace topknot {

/// Writes its input as pictures: with `type` `imagesequence`, the default, one for each frame of
/// the graph while `record` is on and `pause` is off; with `image` one each time `record` is
/// switched on. It sees `record` when it cooks: off and on again between two cooks is no switch.
/// `addframe` writes one more, at any time. Passes its input on as its own picture, and writes
/// that: the Common page's `format` and `resolution` count for the files. Cooks by itself while it
/// has work.
///
/// `file` names the files; `####` or `%04d` in its name is the place for the number, else the
/// number stands before the suffix, with `leadingzerosdigits` digits: `out.png` makes
/// `out.0000.png`. An `image` has a number only if the name has a place for it or `uniquesuff` is
/// on. Numbers begin at `n` each time `record` is switched on, and existing files are replaced;
/// with `uniquesuff` they begin behind those that are there. The suffix is that of `imagefiletype`;
/// a `file` that ends in another one that is known sets it. Folders have to be there.
///
/// Files are encoded and written by other threads, as by `saveImage` with `asynchronous`: while
/// more than 8 files of the program wait, the cook waits. No frame is dropped: what could not be
/// written counts in `failed()`, and is an error of the operator, which names the file, until
/// `record` is switched on again or `file` is changed. Within a frame of the graph one file is
/// written; while the operator is bypassed or locked, none. Where something that the input is made
/// from failed, the picture that is there is written, and until `record` is switched on again a
/// warning counts such files and names the first, and what failed.
class MovieFileOut : public Top {
 public:
  static constexpr std::string_view kTypeName = "moviefileout";

  MovieFileOut();
  ~MovieFileOut() override;  ///< Waits for what is being written.

  // Since the operator was made.
  std::int64_t written() const;  ///< files that are there
  std::int64_t failed() const;   ///< frames that could not be written
  std::int64_t pending() const;  ///< frames that are still to be written
  /// Waits until nothing is pending. Throws Error with the first failure since `record` was last
  /// switched on, if there was one.
  void finish();

  /// Goes into each file to come. EXR only; other formats fail with it.
  void metadata(Metadata metadata);

 protected:
  void render(TopCook& cook) override;
  bool isActiveOutput() const override;
  bool isTimeDependent() const override;

 private:
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace topknot
