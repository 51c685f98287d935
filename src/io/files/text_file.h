// Small text files, such as shaders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace topknot::io {

/// The whole file as it is, which may be empty. Throws Error naming the file and the reason.
/// Thread: any.
std::string readTextFile(const std::filesystem::path& file, std::uint64_t maxBytes);

/// The same as readFileIn: nothing if the file lies in none of the folders.
std::optional<std::string> readTextFileIn(const std::filesystem::path& file,
                                          std::span<const std::filesystem::path> folders,
                                          std::uint64_t maxBytes);

}  // namespace topknot::io
