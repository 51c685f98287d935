// decodeImage, which looks for the decoder by itself: a picture or an Error that names the file.
#include <cstdint>
#include <string_view>

#include "fuzz/limits.h"
#include "topknot/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace topknot;
  try {
    fuzz::check(decodeImage(std::as_bytes(std::span(data, size)), "fuzzed", fuzz::kLimits));
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with("\"fuzzed\" ")) std::abort();
  }
  return 0;
}
