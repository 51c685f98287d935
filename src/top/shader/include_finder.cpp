// Where `#include` looks.
#include "top/shader/include_finder.h"

#include <algorithm>
#include <utility>

#include "io/files/text_file.h"
#include "topknot/error.h"

namespace topknot {

namespace fs = std::filesystem;

namespace {

/// Absolute, without `.` and `..`, and without a slash at the end.
fs::path settled(const fs::path& path) {
  const fs::path whole = fs::absolute(path.empty() ? "." : path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

bool holds(const fs::path& folder, const fs::path& file) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return end == folder.end();
}

fs::path folderOf(std::string_view file) {
  return fs::path(file).parent_path();
}

/// `../../geo1/text2` → `geo1/text2`
std::string withoutAscent(const fs::path& path) {
  std::string rest = ("/" / path.relative_path()).lexically_normal().string();
  return rest.substr(1);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 10;
  if (names.empty()) return "none";
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    out += (i > 0 ? ", '" : "'") + names[i] + "'";
  }
  return names.size() > kMost ? out + " and more" : out;
}

}  // namespace

void IncludeFinder::addFolder(const fs::path& folder) {
  folders_.push_back(folder);
  roots_.push_back(settled(folder));
}

void IncludeFinder::addFile(const fs::path& file) {
  files_.insert(file.string());
  roots_.push_back(settled(file.parent_path()));
}

glsl::IncludeResolver IncludeFinder::resolver() {
  return
      [this](std::string_view wanted, std::string_view includer) { return find(wanted, includer); };
}

IncludeFinder::Texts::const_iterator IncludeFinder::findText(std::string_view wanted,
                                                             std::string_view includer) const {
  const fs::path path(wanted);
  const auto beside = texts_.find((folderOf(includer) / path).lexically_normal().string());
  if (beside != texts_.end()) return beside;
  if (const auto exact = texts_.find(wanted); exact != texts_.end()) return exact;
  const std::string rest = withoutAscent(path);
  const auto relative = texts_.find(rest);
  return relative != texts_.end() ? relative : texts_.find("/" + rest);
}

/// By the text of the path alone, before anything is looked at. Links show when it is read.
bool IncludeFinder::mayRead(const fs::path& file) const {
  const fs::path whole = settled(file);
  return std::any_of(roots_.begin(), roots_.end(),
                     [&](const fs::path& root) { return holds(root, whole); });
}

/// Where links on the way to a file may lead: not up out of the innermost folder that holds it.
std::vector<fs::path> IncludeFinder::rootsFor(const fs::path& file) const {
  const fs::path whole = settled(file);
  fs::path own;
  for (const fs::path& root : roots_) {
    if (holds(root, whole) && holds(own, root)) own = root;
  }
  std::vector<fs::path> roots = roots_;
  std::erase_if(roots, [&](const fs::path& root) { return root != own && holds(root, own); });
  return roots;
}

glsl::ShaderSource IncludeFinder::find(std::string_view wanted, std::string_view includer) {
  if (const auto text = findText(wanted, includer); text != texts_.end()) {
    return {text->first, text->second};
  }
  std::vector<fs::path> places;
  if (files_.contains(includer)) places.push_back(folderOf(includer));
  places.insert(places.end(), folders_.begin(), folders_.end());
  bool leadsOut = false;
  for (const fs::path& place : places) {
    const fs::path candidate = (place / wanted).lexically_normal();
    if (!mayRead(candidate)) continue;
    std::error_code ignored;
    if (!fs::exists(candidate, ignored)) continue;
    constexpr std::uint64_t kMaxBytes = 1 << 20;
    if (auto text = io::readTextFileIn(candidate, rootsFor(candidate), kMaxBytes)) {
      files_.insert(candidate.string());
      return {candidate.string(), std::move(*text)};
    }
    leadsOut = true;
  }
  std::string sentence = missing(wanted, includer);
  if (leadsOut) sentence += "; a link leads out of its folder, and files outside are not read";
  throw glsl::MissingInclude(sentence);
}

std::string IncludeFinder::missing(std::string_view wanted, std::string_view includer) const {
  std::vector<std::string> places, names;
  if (files_.contains(includer)) {
    const fs::path folder = folderOf(includer);
    places.push_back(folder.empty() ? "." : folder.string());
  }
  for (const fs::path& folder : folders_) places.push_back(folder.string());
  for (const auto& [name, text] : texts_) names.push_back(name);
  std::string sentence = "the include \"" + std::string(wanted) +
                         "\" was not found; texts: " + listed(names) +
                         "; folders: " + listed(places);
  const bool leadsOut = std::none_of(places.begin(), places.end(), [&](const std::string& place) {
    return mayRead(place / fs::path(wanted));
  });
  if (leadsOut && !places.empty()) sentence += "; files outside the folders are not read";
  return sentence;
}

}  // namespace topknot
