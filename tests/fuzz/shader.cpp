// The rewriting of shaders, without a driver.
#include <cstdint>
#include <string_view>

#include "fuzz/rewriting.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  topknot::fuzz::rewriteShader({reinterpret_cast<const char*>(data), size});
  return 0;
}
