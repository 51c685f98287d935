// Numbers that have been still for a while, compiled into a program as constants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gl/program/prepared_program.h"
#include "top/cook/fuse.h"

namespace topknot {

/// The constant form of one pass's program, or how far it is. Compilers do more with constants: a
/// blur's loop is unrolled, a gamma of 1 costs nothing. A worker compiles it and draws it once; the
/// pass then changes over without a stall, and back as soon as one of those numbers moves.
///
/// Thread: that of the context.
struct Promotion {
  /// The program to draw the tree with: `plain`, which has no constants, or a constant form of it.
  /// `key` is the tree's, `inputs` what it reads. Called once a draw.
  static const FusedProgram& choose(std::shared_ptr<Promotion>& promotion, const FusedTree& tree,
                                    std::uint64_t key, const FusedProgram& plain,
                                    std::span<const gl::PreparedInput> inputs,
                                    std::size_t uniformBytes);

  /// One that begins with the numbers that are still now. Null if nothing is, or there is no
  /// worker.
  static std::shared_ptr<Promotion> ahead(const FusedTree& tree, std::uint64_t key,
                                          std::span<const gl::PreparedInput> inputs,
                                          std::size_t uniformBytes);
  bool isReady() const { return !preparing || preparing->ready(); }
  bool isFor(std::uint64_t tree) const { return key == tree; }

  /// For tests: numbers that are compiled in at present, in all passes of this thread. A pass that
  /// ends on another thread is counted there.
  static int compiledIn();

  Promotion() = default;
  Promotion(const Promotion&) = delete;
  Promotion& operator=(const Promotion&) = delete;
  ~Promotion() { use(nullptr, {}); }

 private:
  /// What was compiled in.
  struct Constants {
    std::vector<std::vector<bool>> numbers;     // for each member, of its shader function's numbers
    std::vector<std::vector<std::byte>> bytes;  // for each member
    std::vector<std::uint64_t> changes;         // of each member, when last compared
    int count = 0;

    bool stillTrue(const FusedTree& tree);
    std::vector<Frozen> frozen() const;
  };
  static Constants stillOnes(const FusedTree& tree);
  void use(std::shared_ptr<const FusedProgram> constant, Constants of);
  void start(const FusedTree& tree, Constants constants, std::span<const gl::PreparedInput> inputs,
             std::size_t uniformBytes);
  void receive(const FusedTree& tree);

  std::uint64_t key = 0;
  int draws = 0;  // with this key
  bool refused = false;
  Constants made, coming;
  std::shared_ptr<const FusedProgram> program;     // of `made`
  std::shared_ptr<gl::PreparedProgram> preparing;  // of `coming`
};

}  // namespace topknot
