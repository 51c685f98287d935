// Reads text with the care that pictures get.
#include "io/files/text_file.h"

#include "io/codecs/bytes.h"
#include "io/files/file.h"
#include "topknot/error.h"

namespace topknot::io {

namespace {

/// Runs `read`, and names the file in what it throws.
template <class Read>
auto named(const std::filesystem::path& file, const Read& read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    throw Error(inQuotes(file.native()) + " cannot be read: there is not enough memory");
  } catch (const Refusal& refusal) {
    throw Error(inQuotes(file.native()) + " " + refusal.what());
  }
}

}  // namespace

std::string readTextFile(const std::filesystem::path& file, std::uint64_t maxBytes) {
  return named(file, [&] { return std::string(textOf(readFile(file, maxBytes))); });
}

std::optional<std::string> readTextFileIn(const std::filesystem::path& file,
                                          std::span<const std::filesystem::path> folders,
                                          std::uint64_t maxBytes) {
  return named(file, [&]() -> std::optional<std::string> {
    const std::optional<Bytes> bytes = readFileIn(file, folders, maxBytes);
    if (!bytes) return std::nullopt;
    return std::string(textOf(*bytes));
  });
}

}  // namespace topknot::io
