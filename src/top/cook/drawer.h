// Draws pictures: finds what is missing, makes passes of it, and draws them in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gl/program/prepared_program.h"
#include "top/cook/fuse.h"
#include "top/cook/picture.h"

namespace topknot {

class Rehearsal;

/// Draws a picture and all that it is made from and that is not drawn yet. Neighbours become one
/// pass as far as they can; textures that nobody will read again go back to the pool at once, so
/// that a chain of passes holds two.
///
/// Nothing here recurses along a chain of pictures, and in a steady state nothing is allocated.
class Drawer {
 public:
  /// The region that the caller needs, in pixels of the picture.
  static void draw(Picture& picture, const gl::Region& region, FusionBreak why, const Top* reader);
  /// What this thread is drawing, and how far it is; 0 if it is not.
  struct UnderWay {
    std::uint64_t plan = 0;
    std::size_t place = 0;
  };
  static UnderWay underWay();

  /// Makes ready what the pass of `root` will need when `changed`, which is part of it, has that
  /// shader function. If it is no part of it, the pass of its own.
  static void rehearse(Picture& root, Picture& changed, ShaderFunctionPtr shaderFunction,
                       Rehearsal& rehearsal);
  /// The constant form that the pass will begin with when its tree is the one it was made for.
  static void promote(Picture& root, std::shared_ptr<Promotion> promotion) {
    root.ahead_ = std::move(promotion);
  }

 private:
  struct Source {  // a texture that a pass reads
    const Operand* operand;
    Picture* reader;
  };
  struct Job {  // one pass
    Picture* root;
    FusionBreak why;
    gl::Region region;
    bool regionKnown;
    std::uint64_t key;
    std::vector<Picture*> members;
    std::size_t weight;  // of their texts
    std::vector<std::uint8_t> inlined;
    std::vector<Source> sources;
    std::size_t nextSource;  // while the walk is under way
    std::size_t open;        // operands that wait to be looked at
    const Top* reader;       // that made it necessary; null: the caller did
    bool forChange;          // a reader of it shows something new
  };

  void plan(Picture& picture, FusionBreak why, const Top* reader);
  std::size_t addJob(Picture& root, FusionBreak why, const Top* reader);
  void collect(Job& job, Picture& member);
  FusionBreak barrier(const Job& job, const Picture& reader, const Operand& operand) const;
  void spreadRegions();
  gl::Region needed(const Job& job, const Source& source) const;
  bool drawJob(Job& job);
  void provideTarget(const Job& job) const;
  static gl::Filter filterOf(const Job& job, const Source& source);
  void run(const Job& job, const gl::Texture& target);
  void gather(const Job& job);
  const FusedProgram& programOf(const Job& job, std::size_t uniformBytes);
  void time(const Job& job, const gl::Texture& target);
  void markLastReads();
  void countReads(const Job& job);
  void dropSources(const Job& job);
  void note(const Job& job) const;

  std::vector<Job> jobs_;  // of this plan and, as memory to use again, of earlier ones
  std::size_t jobCount_ = 0;
  std::vector<std::size_t> order_;  // of drawing
  std::vector<std::size_t> walk_;
  std::vector<gl::Input> inputs_;
  std::vector<gl::PreparedInput> prepared_;
  std::vector<std::byte> block_;
  std::uint64_t plan_ = 0;
  std::size_t place_ = 0;  // in the order of drawing
  bool busy_ = false;
};

/// What explain() says of a fusionBreak; `reader` is who read the picture, or empty.
std::string fusionBreakText(FusionBreak fusionBreak, const std::string& reader, int readers);

}  // namespace topknot
