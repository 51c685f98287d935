// Where `#include` looks.
#include "top/include_finder.h"

#include <algorithm>

#include "io/text_file.h"
#include "topknot/error.h"

namespace topknot {

namespace fs = std::filesystem;

gl::IncludeResolver IncludeFinder::resolver() {
  return [this](std::string_view wanted, std::string_view includer) {
    return find(wanted, includer);
  };
}

std::optional<gl::ShaderSource> IncludeFinder::find(std::string_view wanted,
                                                    std::string_view includer) {
  if (const auto text = texts_.find(wanted); text != texts_.end()) {
    return gl::ShaderSource{text->first, text->second};
  }
  const fs::path path(wanted);
  const bool leadsOut = path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
  if (leadsOut) {
    throw Error("#include \"" + std::string(wanted) +
                "\": absolute paths and '..' are refused; name the folder as an include folder");
  }
  std::vector<fs::path> places;
  if (files_.contains(includer)) places.push_back(fs::path(includer).parent_path());
  places.insert(places.end(), folders_.begin(), folders_.end());
  for (const fs::path& place : places) {
    const fs::path candidate = (place / path).lexically_normal();
    std::error_code ignored;
    if (!fs::exists(candidate, ignored)) continue;
    constexpr std::uint64_t kMaxBytes = 1 << 20;
    gl::ShaderSource source{candidate.string(), io::readTextFile(candidate, kMaxBytes)};
    files_.insert(source.name);
    return source;
  }
  return std::nullopt;
}

}  // namespace topknot
