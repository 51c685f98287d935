// An input of several texts: lines `//// NAME` begin those that the main one may include.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace topknot::fuzz {

using Parts = std::map<std::string, std::string, std::less<>>;

/// The main text has no name.
inline Parts partsOf(std::string_view text) {
  constexpr std::string_view kMark = "//// ";
  Parts parts;
  std::string name;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(kMark)) {
      name = line.substr(kMark.size());
    } else {
      parts[name] += std::string(line) + "\n";
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace topknot::fuzz
