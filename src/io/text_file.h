// Small text files, such as shaders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace topknot::io {

/// The whole file as it is, which may be empty. Throws Error naming the file and the reason.
/// Thread: any.
std::string readTextFile(const std::filesystem::path& file, std::uint64_t maxBytes);

}  // namespace topknot::io
