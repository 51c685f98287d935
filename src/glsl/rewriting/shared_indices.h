// Indices of a compute shader's shared memory, kept within it.
#pragma once

#include <string>
#include <string_view>

namespace topknot::glsl {

/// A text whose indices of `shared` variables stay within them whatever the uniforms are.
struct BoundedText {
  std::string text;      // of as many lines
  bool changed = false;  // false: there was nothing to be bounded
  /// False where a macro writes an index in pieces that nobody can find.
  bool complete = true;
};

/// Software renderers take an index of shared memory as it is, and a wrong one ends the process; of
/// every other array they see to the bounds themselves. So `a[i]` becomes `a[tdWithin(i,
/// a.length())]`, which stands for the last element where `i` is no element: of arrays, vectors and
/// matrices, in structures, and where macros write it. Constant indices stay.
///
/// `head` are the lines ahead of `code`; both are without comments.
BoundedText boundedShared(std::string_view head, const std::string& code);

/// The function that it calls, in one line.
std::string_view sharedBoundsFunction();

}  // namespace topknot::glsl
