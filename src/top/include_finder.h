// Where `#include` looks.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gl/shader_source.h"

namespace topknot {

/// Finds included texts: first among named texts, then beside the including file, then in folders.
/// Names that lead out of those places (absolute ones, or with `..`) are refused.
class IncludeFinder {
 public:
  void addText(std::string name, std::string text) { texts_[std::move(name)] = std::move(text); }
  void addFolder(const std::filesystem::path& folder) { folders_.push_back(folder); }
  /// Says that a text of this name is a file.
  void addFile(const std::filesystem::path& file) { files_.insert(file.string()); }

  /// Valid as long as this object.
  gl::IncludeResolver resolver();

 private:
  std::optional<gl::ShaderSource> find(std::string_view wanted, std::string_view includer);

  std::map<std::string, std::string, std::less<>> texts_;
  std::vector<std::filesystem::path> folders_;
  std::set<std::string, std::less<>> files_;
};

}  // namespace topknot
