// Reads text with the care that pictures get.
#include "io/text_file.h"

#include "io/bytes.h"
#include "io/file.h"
#include "topknot/error.h"

namespace topknot::io {

std::string readTextFile(const std::filesystem::path& file, std::uint64_t maxBytes) {
  try {
    return std::string(textOf(readFile(file, maxBytes)));
  } catch (const std::bad_alloc&) {
    throw Error(inQuotes(file.native()) + " cannot be read: there is not enough memory");
  } catch (const Refusal& refusal) {
    throw Error(inQuotes(file.native()) + " " + refusal.what());
  }
}

}  // namespace topknot::io
