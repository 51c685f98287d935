// What a compiler said about a shader, in one shape whatever the driver.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace topknot {

/// A line of a text, as messages name it.
struct SourcePlace {
  std::string file;
  int line = 0;  ///< from 1
  friend bool operator==(const SourcePlace&, const SourcePlace&) = default;
};

/// One message about a shader.
struct Diagnostic {
  enum class Stage { Vertex, Pixel, Compute, Link };
  enum class Severity { Error, Warning };

  Stage stage = Stage::Pixel;
  Severity severity = Severity::Error;
  std::string file = {};     ///< what the user calls the text
  int line = 0;              ///< from 1, in that text; 0 if it is about the text as a whole
  int column = 0;            ///< from 1, in bytes; 0 if not known
  std::string message = {};  ///< the driver's words, without place and code
  std::string code = {};  ///< the driver's number of it, such as `C1503` or `#143`, if it has one
  std::string name = {};  ///< the user's identifier that it is about, if it names one
  std::vector<SourcePlace> includedFrom = {};  ///< the `#include` lines that lead to the text, from
                                               ///< the outermost down; empty for the text itself
  std::string source = {};                     ///< that line, at most 1000 bytes of it

  bool isError() const { return severity == Severity::Error; }
};

/// `vertex`, `pixel`, `compute` or `link`.
std::string_view stageName(Diagnostic::Stage stage);
/// `error` or `warning`.
std::string_view severityName(Diagnostic::Severity severity);

}  // namespace topknot
