// Where `#include` looks.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/source/shader_source.h"

namespace topknot {

/// Finds included texts: among named texts, then beside the including file, then in folders.
///
/// Texts may have any name. `wanted` means, in this order, the text whose name it makes when seen
/// from the includer's (`lib/a` and `../b` make `b`), the text of exactly that name, and the text
/// of that name without leading `../`, so that paths between operators such as `../../geo1/text2`
/// find `geo1/text2`.
///
/// Files are only ever read in the folders of the files that `addFile` named, in those of
/// `addFolder`, and below them: a path may be absolute or have `..` so long as it does not lead out
/// of there. Neither may links in those folders, but into another of them, which does not hold
/// their own; the folders themselves may be links.
class IncludeFinder {
 public:
  void addText(std::string name, std::string text) { texts_[std::move(name)] = std::move(text); }
  void addFolder(const std::filesystem::path& folder);
  /// Says that a text of this name is a file.
  void addFile(const std::filesystem::path& file);

  /// Valid as long as this object.
  glsl::IncludeResolver resolver();
  /// The files that were named or found, as messages name them; for whoever watches them.
  const std::set<std::string, std::less<>>& files() const { return files_; }

 private:
  using Texts = std::map<std::string, std::string, std::less<>>;
  glsl::ShaderSource find(std::string_view wanted, std::string_view includer);
  Texts::const_iterator findText(std::string_view wanted, std::string_view includer) const;
  bool mayRead(const std::filesystem::path& file) const;
  std::vector<std::filesystem::path> rootsFor(const std::filesystem::path& file) const;
  std::string missing(std::string_view wanted, std::string_view includer) const;

  Texts texts_;
  std::vector<std::filesystem::path> folders_;
  std::vector<std::filesystem::path> roots_;  // absolute; files outside are not looked at
  std::set<std::string, std::less<>> files_;
};

}  // namespace topknot
