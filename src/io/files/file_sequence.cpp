// Pictures that make a movie: the files that a pattern or a folder names, and the gaps between
// them.
#include "io/files/file_sequence.h"

#include <algorithm>
#include <array>
#include <map>
#include <system_error>

#include "io/codecs/codec.h"
#include "io/files/number_pattern.h"
#include "topknot/error.h"

namespace topknot::io {
namespace {

namespace fs = std::filesystem;

fs::path folderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Names in a folder, sorted as people count.
std::vector<std::string> namesIn(const fs::path& folder, const fs::path& wanted) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_directory(ignored)) names.push_back(at->path().filename().native());
  }
  if (error) {
    throw Error(inQuotes(wanted.native()) + " cannot be read: its folder " +
                inQuotes(folder.native()) + ": " + error.message());
  }
  std::ranges::sort(names, countsBefore);
  return names;
}

/// `"a.png", "b.png", … (12 files)`
std::string examplesOf(const std::vector<std::string>& names) {
  if (names.empty()) return "it is empty";
  constexpr std::size_t kMost = 3;
  std::string text = "it has ";
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    text += (i > 0 ? ", " : "") + inQuotes(names[i]);
  }
  if (names.size() > kMost) text += ", … (" + std::to_string(names.size()) + " files)";
  return text;
}

bool looksLikePicture(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kSuffixes = {
      ".png", ".jpg", ".jpeg", ".bmp", ".tga", ".hdr", ".exr", ".tif", ".tiff", ".dds"};
  if (name.starts_with('.')) return false;
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) {
    if (name.size() <= suffix.size()) return false;
    return std::ranges::equal(name.substr(name.size() - suffix.size()), suffix, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  });
}

/// A name's latest number made a place, so that the names of one sequence give the same pattern.
std::string withPlace(std::string_view name) {
  std::size_t end = name.rfind('.');
  while (end > 0 && !isDigit(name[end - 1])) --end;
  std::size_t start = end;
  while (start > 0 && isDigit(name[start - 1])) --start;
  if (start == end) return {};
  return std::string(name.substr(0, start)) + "#" + std::string(name.substr(end));
}

}  // namespace

FileSequence FileSequence::open(const fs::path& path) {
  // The system would see the part before it, which may be a folder.
  if (path.native().find('\0') != std::string::npos) {
    throw Error(inQuotes(path.native()) + " has a byte 0 in its name");
  }
  FileSequence sequence;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool folder = fs::is_directory(status);
  const bool pattern =
      !fs::exists(status) && NumberPattern::in(path.filename().native()).has_value();
  if (folder) {
    sequence.byFolder(path);
  } else if (pattern) {
    sequence.byPattern(path);
  } else {
    sequence.files_ = {path};
    sequence.numbers_ = {0};
    sequence.still_ = true;
  }
  return sequence;
}

void FileSequence::byPattern(const fs::path& path) {
  const NumberPattern pattern = *NumberPattern::in(path.filename().native());
  const fs::path folder = folderOf(path);
  const std::vector<std::string> names = namesIn(folder, path);
  pattern_ = path.filename();
  take(folder, names);
  if (files_.empty()) {
    throw Error("no file in " + inQuotes(folder.native()) + " is named like " +
                inQuotes(path.filename().native()) + "; " + examplesOf(names));
  }
  pattern_ = folder / pattern_;
}

void FileSequence::byFolder(const fs::path& folder) {
  std::vector<std::string> names = namesIn(folder, folder);
  const std::vector<std::string> all = names;
  std::erase_if(names, [](const std::string& name) { return !looksLikePicture(name); });
  if (names.empty()) {
    throw Error(inQuotes(folder.native()) + " is a folder without pictures; " + examplesOf(all));
  }
  if (countFolder(folder, names)) return;
  for (const std::string& name : names) {
    numbers_.push_back(static_cast<std::int64_t>(files_.size()));
    files_.push_back(folder / name);
  }
}

/// True if the names differ in one number only.
bool FileSequence::countFolder(const fs::path& folder, const std::vector<std::string>& names) {
  const std::string place = withPlace(names.front());
  if (place.empty() || place.find_first_of('%') != std::string::npos ||
      std::ranges::count(place, '#') != 1) {
    return false;
  }
  const bool same =
      std::ranges::all_of(names, [&](const std::string& name) { return withPlace(name) == place; });
  if (!same) return false;
  pattern_ = place;
  take(folder, names);
  pattern_ = folder / pattern_;
  if (files_.size() == names.size()) return true;
  files_.clear();  // some have too long a number, or the same one
  numbers_.clear();
  pattern_.clear();
  remark_.clear();
  return false;
}

/// The files that the pattern names.
void FileSequence::take(const fs::path& folder, const std::vector<std::string>& names) {
  const NumberPattern pattern = *NumberPattern::in(pattern_.native());
  std::map<std::int64_t, const std::string*> found;
  std::string twice;
  for (const std::string& name : names) {
    const auto number = pattern.number(name);
    if (!number) continue;
    const auto [place, isNew] = found.try_emplace(*number, &name);
    if (isNew) continue;
    if (name.size() < place->second->size()) place->second = &name;
    if (twice.empty()) twice = "several files have the number " + std::to_string(*number);
  }
  for (const auto& [number, name] : found) {
    numbers_.push_back(number);
    files_.push_back(folder / *name);
  }
  if (files_.empty()) return;
  describeGaps();
  if (!twice.empty()) remark_ += (remark_.empty() ? "" : "; ") + twice;
}

void FileSequence::describeGaps() {
  const std::int64_t missing = length() - static_cast<std::int64_t>(files_.size());
  if (missing == 0) return;
  constexpr int kMost = 5;
  remark_ = std::to_string(missing) + " of " + std::to_string(length()) +
            (missing == 1 ? " frames is missing: " : " frames are missing: ");
  int gaps = 0;
  for (std::size_t i = 1; i < numbers_.size(); ++i) {
    const std::int64_t from = numbers_[i - 1] + 1, to = numbers_[i] - 1;
    if (from > to) continue;
    if (++gaps > kMost) {
      remark_ += ", …";
      return;
    }
    if (gaps > 1) remark_ += ", ";
    remark_ += std::to_string(from);
    if (to > from) remark_ += " to " + std::to_string(to);
  }
}

FileSequence::Place FileSequence::at(std::int64_t frame) const {
  const std::int64_t number = firstNumber() + std::clamp<std::int64_t>(frame, 0, length() - 1);
  const auto next = std::ranges::upper_bound(numbers_, number);
  const auto file = static_cast<std::size_t>(next - numbers_.begin()) - 1;
  return {file, numbers_[file] != number};
}

fs::path FileSequence::nameOf(std::int64_t frame) const {
  const Place place = at(frame);
  if (!place.missing) return files_[place.file];
  const auto pattern = NumberPattern::in(pattern_.filename().native());
  return pattern_.parent_path() / pattern->name(firstNumber() + frame);
}

}  // namespace topknot::io
