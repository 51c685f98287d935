// What files that an operator writes are called: with a suffix, and with numbers.
#include "io/files/output_name.h"

#include <algorithm>
#include <system_error>

#include "io/codecs/codec.h"
#include "topknot/error.h"
#include "topknot/image_file.h"

namespace topknot::io {

namespace fs = std::filesystem;

namespace {

/// `.gif` or `.mov` is no part of a name, as `.v2` is.
bool meansAFormat(std::string_view suffix) {
  const bool letters = std::ranges::all_of(suffix.substr(std::min<std::size_t>(1, suffix.size())),
                                           [](char c) { return c >= 'a' && c <= 'z'; });
  return suffix == ".mp4" || (suffix.size() > 3 && letters);
}

}  // namespace

std::string suffixOf(const fs::path& file) {
  std::string suffix = file.extension().native();
  for (char& c : suffix) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return suffix;
}

OutputName::OutputName(const fs::path& file, std::span<const std::string_view> suffixes, int digits)
    : folder_(file.parent_path()) {
  std::string name = file.filename().native();
  if (name.empty()) {
    throw Error(inQuotes(file.native()) + " is no file name; expected one, e.g. \"frame.####" +
                std::string(suffixes.front()) + "\"");
  }
  const std::string suffix = suffixOf(file);
  if (std::ranges::find(suffixes, suffix) == suffixes.end()) {
    if (std::ranges::find(writableSuffixes(), suffix) != writableSuffixes().end()) {
      throw Error(inQuotes(file.native()) + " ends in " + suffix + "; expected " +
                  std::string(suffixes.front()) + " or no suffix");
    }
    if (meansAFormat(suffix)) {
      throw Error(inQuotes(file.native()) + " ends in " + suffix +
                  ", which is not written; expected " + std::string(suffixes.front()) +
                  " or no suffix");
    }
    name += suffixes.front();
  }
  name_ = name;
  if (const auto pattern = NumberPattern::in(name)) {
    pattern_ = *pattern;
    hasPlace_ = true;
    return;
  }
  const std::size_t dot = name.rfind('.');
  pattern_ = {name.substr(0, dot) + ".", name.substr(dot), digits};
}

std::int64_t OutputName::firstFree(std::int64_t from) const {
  const fs::path folder = folder_.empty() ? fs::path(".") : folder_;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto number = pattern_.number(at->path().filename().native());
    if (number && *number >= from) from = *number + 1;
  }
  if (error) {
    throw Error(inQuotes((folder_ / name_).native()) + " cannot be written: its folder " +
                inQuotes(folder.native()) + ": " + error.message());
  }
  return from;
}

}  // namespace topknot::io
