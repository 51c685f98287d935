// Pictures: what flows along wires. Described first, drawn when somebody needs the texture.
#pragma once

#include <cstdint>
#include <glm/vec2.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "gl/context/pool.h"
#include "gl/program/pass.h"
#include "top/cook/footprint.h"
#include "top/cook/shader_function.h"

namespace topknot {

class DrawnPictures;
class Picture;
class Top;
struct FusedProgram;
struct Promotion;
using FusedProgramPtr = std::shared_ptr<const FusedProgram>;
using PicturePtr = std::shared_ptr<Picture>;

/// One input of a picture that is made from others.
struct Operand {
  PicturePtr picture;
  gl::Filter filter = gl::Filter::Linear;
  gl::Extend extend = gl::Extend::Hold;
  /// What a Sampling function reads of it; nothing: anything.
  std::optional<Footprint> footprint = {};
};

/// Why a picture has a pass of its own. In the order of `fusionBreakText`.
enum class FusionBreak {
  None,        // it was drawn in its reader's pass
  AskedFor,    // its pixels were wanted: an output, a pinned operator, a call
  Sampled,     // its reader looks at other pixels of it than its own
  UserShader,  // its reader is a shader of the user's with a main of its own
  Readers,     // several read it
  Size,        // its reader has another size
  Srgb,        // what is stored is not what is read
  Large,       // the program would become too large
  Unfused,     // fusion is off
};

/// A picture: its shape, and a texture, or a description from which one can be drawn at any time,
/// or both. Its owner changes it when it cooks; others hold on to it by a PicturePtr, and find the
/// new content in it. Belongs to the thread of its context.
class Picture : public std::enable_shared_from_this<Picture> {
 public:
  Picture() = default;
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture();

  Top* owner = nullptr;  // null once it is gone
  bool fusion = true;    // may be drawn in the pass of its reader
  int newestSlice = 0;   // of a ring of slices

  const gl::TextureShape& shape() const { return shape_; }
  glm::vec2 aspect() const { return aspect_; }
  /// Sets shape and aspect; `formRevision` counts their changes.
  void form(const gl::TextureShape& shape, glm::vec2 aspect);
  std::uint64_t formRevision() const { return formRevision_; }

  /// Makes it described anew. Operands that the description had are let go.
  void describe(ShaderFunctionPtr shaderFunction, std::vector<std::byte> numbers,
                std::vector<Operand> operands);
  /// Makes it one that was drawn otherwise.
  void become(gl::TexturePtr texture);
  /// What it is made from has changed: the texture, if there is one, is out of date.
  void invalidate();

  bool exists() const { return shaderFunction_ != nullptr || texture_ != nullptr; }
  bool described() const { return shaderFunction_ != nullptr; }
  /// True if the texture shows the picture in that part.
  bool current(const gl::Region& part) const {
    return current_ && (valid_.isWhole() || valid_.contains(part));
  }
  bool current() const { return current_; }
  /// Nobody draws over a texture that somebody else holds, so that a holder keeps what it shows.
  const gl::TexturePtr& texture() const { return texture_; }
  const ShaderFunctionPtr& shaderFunction() const { return shaderFunction_; }
  const std::vector<std::byte>& numbers() const { return numbers_; }
  /// Another number after each change of the numbers. No two pictures share one.
  std::uint64_t changes() const { return changes_; }
  const std::vector<Operand>& operands() const { return operands_; }
  int readers() const { return readers_; }
  std::int64_t bytes() const;  // of GPU memory

  /// Holds on to the texture until the next change: somebody outside was given it.
  void hold() { held_ = true; }
  /// The same, but its readers may end that: it is wanted whatever happens.
  void await() { awaited_ = true; }
  /// Gives the texture away, which must be current: the picture then is one that is not drawn.
  gl::TexturePtr giveAway();
  /// The description goes, the texture stays, and with it what was shown last.
  void freeze();

  /// For DrawnPictures. `plan` is what is being drawn, 0 if nothing is, and `place` how far that
  /// is. Pictures of it can be missed before their turn, and when all have read them.
  bool canBeMissed(std::uint64_t plan, std::size_t place) const;
  std::int64_t drop();  // the texture; returns its bytes

 private:
  friend class Drawer;
  friend struct Promotion;

  friend const gl::TexturePtr& drawnWithMipmaps(Picture& picture, FusionBreak why,
                                                const Top* reader);

  void letGo();
  bool droppable() const;
  const gl::TexturePtr& makeMipmaps();

  void noteChanges(const ShaderFunction& shaderFunction, const std::vector<std::byte>& numbers);

  gl::TextureShape shape_;
  glm::vec2 aspect_{1.0f};
  std::uint64_t formRevision_ = 1;

  ShaderFunctionPtr shaderFunction_;
  std::vector<std::byte> numbers_;
  std::vector<int> changed_;   // for each number: what `draws_` was at its latest change
  int draws_ = 0;              // passes that it was part of
  std::uint64_t changes_ = 0;  // another number after each change; no two pictures have the same
  std::vector<Operand> operands_;
  int readers_ = 0;  // operands of others that are this one

  gl::TexturePtr texture_;
  gl::TexturePtr mipmapped_;  // a copy with mipmaps, for readers that filter so
  bool mipmapsCurrent_ = false;
  bool current_ = false;
  gl::Region valid_;
  bool held_ = false, awaited_ = false;
  std::shared_ptr<DrawnPictures> among_;  // of its context, once it was drawn
  // A texture is given back once all readers have read it. Where it then had to be drawn again
  // though nothing had changed, it is kept.
  bool keep_ = false, drawnBefore_ = false;
  int reads_ = 0;

  // The programs that drew it, the latest first: a switch goes to and fro.
  struct DrawnBy {
    std::uint64_t key = 0;
    FusedProgramPtr program;
    std::shared_ptr<Promotion> promotion;  // its constant form, or how far that is
  };
  static constexpr std::size_t kMaxPrograms = 8;
  std::vector<DrawnBy> programs_;
  std::shared_ptr<Promotion> ahead_;  // of a program to come

  // Of the plan that it is in.
  std::uint64_t plan_ = 0;
  std::size_t job_ = 0;
  // Of the plan that reads it: the place of its last reader there.
  std::uint64_t readPlan_ = 0;
  std::size_t lastRead_ = 0;
};

/// The texture of a picture that exists; draws what is not drawn yet. The context is in use.
/// Throws Error if there is no memory.
/// `reader` is who wants it, for explain().
const gl::TexturePtr& drawn(Picture& picture, FusionBreak why = FusionBreak::AskedFor,
                            const Top* reader = nullptr);
/// The same with mipmaps.
const gl::TexturePtr& drawnWithMipmaps(Picture& picture, FusionBreak why = FusionBreak::AskedFor,
                                       const Top* reader = nullptr);

}  // namespace topknot
