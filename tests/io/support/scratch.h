// A fresh temporary folder, and files in it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace topknot::test {

using Bytes = std::vector<std::byte>;

/// Removed with all it holds at the end.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }

  /// Names of the files and folders in it, sorted.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path folder_;
};

Bytes bytesOf(std::string_view text);
Bytes readBytes(const std::filesystem::path& file);
void writeBytes(const std::filesystem::path& file, std::span<const std::byte> bytes);

}  // namespace topknot::test
