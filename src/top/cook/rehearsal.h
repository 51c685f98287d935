// A change of a function's text, tried out beside the cooking thread.
#pragma once

#include <memory>
#include <string>

#include "gl/program/prepared_program.h"
#include "top/cook/picture.h"
#include "top/cook/promotion.h"

namespace topknot {

/// The program that a pass will be drawn with once one of its pictures has another shader function:
/// compiled and drawn once by a worker, with constants where the present one has them. Until then
/// everything stays as it is.
///
/// Thread: that of the context.
class Rehearsal {
 public:
  /// `root` is the picture of the pass in which `changed` was drawn latest. Null if there is no
  /// worker.
  static std::shared_ptr<Rehearsal> start(const PicturePtr& root, Picture& changed,
                                          ShaderFunctionPtr shaderFunction);

  bool ready() const;
  /// The driver refused the text; `install` does nothing.
  bool failed() const;
  /// Lets the next draw of the pass find the programs.
  void install();

 private:
  friend class Drawer;

  std::weak_ptr<Picture> root_;
  std::string key_;
  std::shared_ptr<gl::PreparedProgram> plain_;
  std::shared_ptr<Promotion> constant_;
  gl::ProgramPtr installed_;
};

}  // namespace topknot
