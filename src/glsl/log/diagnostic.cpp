// The words for what a diagnostic is.
#include "topknot/diagnostic.h"

namespace topknot {

std::string_view stageName(Diagnostic::Stage stage) {
  switch (stage) {
    case Diagnostic::Stage::Vertex:
      return "vertex";
    case Diagnostic::Stage::Pixel:
      return "pixel";
    case Diagnostic::Stage::Compute:
      return "compute";
    case Diagnostic::Stage::Link:
      break;
  }
  return "link";
}

std::string_view severityName(Diagnostic::Severity severity) {
  return severity == Diagnostic::Severity::Error ? "error" : "warning";
}

}  // namespace topknot
