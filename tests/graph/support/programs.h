// Other programs, which read what the library wrote.
#pragma once

#include <string>

namespace topknot {

/// True if Python's JSON reader takes the text.
bool isJson(const std::string& text);

}  // namespace topknot
