// The insides of a Top: its picture, its context, its Common page.
#pragma once

#include <deque>
#include <glm/vec2.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gl/context/texture.h"
#include "gl/context/work.h"
#include "gl/program/buffer.h"
#include "gl/program/pass_timer.h"
#include "top/cook/picture.h"
#include "top/cook/previous_frame.h"
#include "top/parameters/common_page.h"
#include "topknot/profile.h"
#include "topknot/top.h"

namespace topknot {

struct Top::State {
  explicit State(ParameterSet& parameters) : page(parameters) {}
  ~State() { leave(); }

  /// Counts the operator among those that draw in the context; the pool goes with the last one.
  void join(gl::StatePtr where);
  void leave();

  CommonPage page;
  gl::StatePtr context;             // of the first cook; all GL objects live in it
  PicturePtr picture;               // null until the first cook
  bool passedOn = false;            // the picture is an input's own
  std::vector<PicturePtr> own;      // pictures that it makes, in the order of making
  std::vector<PicturePtr> buffers;  // colour buffers that it drew at once; the first is `picture`
  int curPass = 0;
  std::optional<Readback> delayed;
  std::int64_t pinned() const { return delayed ? delayed->gpuMemory() : 0; }
  std::weak_ptr<PreviousFrame> previousFrame;  // alive while somebody looks at the previous frame

  /// What the latest `render` saw; if that is still so, what it described still holds.
  struct Seen {
    struct Input {
      const Top* top;
      const Picture* picture;
      std::uint64_t form;
    };
    bool valid = false;
    std::uint64_t parameters = 0, state = 0;
    std::vector<Input> inputs;
  };
  Seen seen;
  std::vector<int> unused;  // inputs that are wired but did nothing for the picture
  bool blank = false;       // the picture is transparent black since an input is missing

  /// Where the picture was drawn since the latest cook.
  struct Drawn {
    const Top* in = nullptr;
    FusionBreak fusionBreak = FusionBreak::None;
    const Top* reader = nullptr;  // that made a pass necessary, if it was one
    int readers = 0;
    int passes = 0;
    gl::Region region;
  };
  Drawn drawn;
  /// The picture of the pass in which it was drawn latest; the pointer is for comparing.
  const Picture* root = nullptr;
  std::weak_ptr<Picture> rootPicture;

  bool copies = false;  // it is locked: a picture that is passed on is copied, to be kept

  /// While the graph is profiled: around each of the operator's passes. Their times may be known
  /// some frames later.
  void beginPass(const Graph& graph);
  void endPass(Top& top, std::int64_t bytes, std::vector<std::string> with);
  void recordPasses(Top& top);
  std::unique_ptr<gl::PassTimer> timer;
  double passBegan = 0.0;
  std::deque<PassTime> timed;    // passes whose time on the GPU is not known yet
  std::uint64_t firstTimed = 0;  // tag of the first of them
  double gpuMilliseconds = 0.0;  // of the latest known pass

  bool exists() const { return picture && picture->exists(); }
};

/// Work in a context, watched in the name of a TOP.
gl::Work workOf(const Top& top, gl::StatePtr context);

/// The TOP behind an operator. Throws Error if it is of another family.
Top& topOf(Op& op);

}  // namespace topknot
