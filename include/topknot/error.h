// The one exception type of the library.
#pragma once

#include <stdexcept>
#include <string>

namespace topknot {

/// Thrown when the caller asked for something that cannot be: an operator, parameter or file
/// extension that does not exist, an index out of range, a cycle, a call without a context.
/// `what()` is one sentence that names what was wrong and what exists instead.
///
/// What goes wrong while an operator cooks is not thrown: it is data, in `Op::errors()` and
/// `Op::warnings()`, and the other operators go on.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence) : std::runtime_error(sentence) {}
};

}  // namespace topknot
