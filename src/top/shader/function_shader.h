// A user's pixel function as it changes: compiled here or by a worker, and what shows meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "gl/program/prepared_program.h"
#include "top/cook/rehearsal.h"
#include "top/cook/top_state.h"
#include "top/parameters/values.h"
#include "top/shader/pixel_function.h"

namespace topknot {

/// Thread: that of the context.
class FunctionShader {
 public:
  struct Wanted {
    int inputs = -1;
    std::optional<PixelFormat> isolated;  // tried first in a process of its own
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  /// What the operator shows now, and the numbers that a function of another text would be given.
  struct Shown {
    PicturePtr root, own;
    std::function<Values(const UserFunction&)> numbers;
  };

  /// True if the function was made for that, from the present text.
  bool isMade(const Wanted& wanted) const { return made_ == wanted; }
  /// The text is another one now.
  void forget();
  /// Compiles the text here. `log()` tells how it went.
  void compile(const glsl::MappedSource& text, const Wanted& wanted);
  /// Lets a worker do that, and the pass as well in which the picture is drawn; goes on with it the
  /// next time. True once it is done; where there is no worker, at once.
  bool compileBeside(const glsl::MappedSource& text, const Wanted& wanted, const Shown& shown);
  bool isBusy() const { return draft_ != nullptr; }
  /// Gives up what a worker does.
  void stop();

  const gl::Program::Log& log() const { return log_; }
  /// Of the present text; null if that is not made, or failed.
  const std::shared_ptr<const UserFunction>& function() const { return function_; }
  /// The latest that could be drawn; null if that had another number of inputs.
  std::shared_ptr<const UserFunction> previous(int inputs) const;
  /// Lets go of what lives in the context.
  void forgetGl();

 private:
  void begin(const glsl::MappedSource& text, const Wanted& wanted, const Shown& shown);
  void rehearse(const Shown& shown);
  bool finishTrial(const Shown& shown);
  void take(FunctionDraft& draft);
  void accept();
  void giveUp();

  Wanted made_;
  gl::Program::Log log_;
  std::shared_ptr<const UserFunction> function_, drawn_;
  int drawnInputs_ = -1;

  // A worker's.
  std::unique_ptr<FunctionDraft> draft_;
  Wanted next_;
  std::shared_ptr<gl::PreparedProgram> trial_;  // the function alone
  std::shared_ptr<Rehearsal> rehearsal_;        // the pass with it
  std::shared_ptr<Rehearsal> rehearsed_;        // the latest, whose programs are to be drawn yet
};

}  // namespace topknot
