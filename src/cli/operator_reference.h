// The reference of all operators, as a document.
#pragma once

#include <string>

namespace topknot::cli {

/// Markdown: a section for each operator with its picture, `pictures/<name>.png`, and a table for
/// each of its own pages; the Common page of all TOPs stands once, at the end. `src/ops/README.md`
/// is this text.
std::string operatorReference();

}  // namespace topknot::cli
