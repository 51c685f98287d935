// Tries shaders in a process of their own, so that one that kills the driver does not kill the
// host.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topknot/guard.h"
#include "topknot/pixel_format.h"

namespace topknot::gl {

/// The whole texts that the driver would get; a compute shader stands alone.
struct GuardShader {
  std::string vertex, pixel, compute;
  std::vector<PixelFormat> targets;  // of the colour buffers, or of the images written to
  bool software = false;             // by the processor, as the host's context renders
};

struct GuardLimits {
  /// From start to end, by the clock; where the processor draws, once it has worked that long as
  /// well, or at ten times that.
  double seconds = 5.0;
  std::int64_t memory = std::int64_t{2} << 30;  // bytes beyond what the driver takes at its start
  int processorSeconds = 20;                    // of all threads together
};

/// What became of the process.
struct GuardVerdict {
  enum class Outcome {
    Fine,     // it lived; the log may still tell of errors
    Crashed,  // by `signal`, or, if that is 0, it ended without a word
    OutOfTime,
    OutOfMemory,
  };
  Outcome outcome = Outcome::Fine;
  int signal = 0;
  std::string during;  // "start", "compile", "link", "draw"
  std::string log;     // the driver's, of all stages; what it wrote on its way out
  double seconds = 0.0;

  bool fine() const { return outcome == Outcome::Fine; }
  /// Such as `the driver crashes (signal 11, Segmentation fault) in its first draw`; empty if fine.
  std::string sentence() const;
};

/// Compiles and links the shader in the guard process and draws one pixel with it, or dispatches
/// one group. Textures that it reads are empty, its uniforms 0, its buffers small: a shader that
/// hurts only with others, or in a larger picture, is not found out. A verdict is remembered as
/// long as the host's process lives: for the same texts, targets and limits nothing runs again.
///
/// Throws Error if there is no guard program, or it cannot work here (no OpenGL).
/// Thread: any; no context is needed.
GuardVerdict tryShader(const GuardShader& shader, const GuardLimits& limits = {});

/// Tries them anew from now on.
void forgetVerdicts();

/// The guard process itself: reads a request from file 0, answers on file 1.
int guardMain();

}  // namespace topknot::gl
