// Which metadata an exr header can hold.
#include <algorithm>
#include <array>
#include <set>

#include "io/exr/exr.h"

namespace topknot::io {
namespace {

constexpr std::size_t kMostNameBytes = 255;
constexpr std::size_t kMostValueBytes = std::size_t{16} << 20;

/// Attributes that the format itself gives a meaning and another type or content.
constexpr std::array<std::string_view, 14> kReserved = {"channels",
                                                        "compression",
                                                        "dataWindow",
                                                        "displayWindow",
                                                        "lineOrder",
                                                        "pixelAspectRatio",
                                                        "screenWindowCenter",
                                                        "screenWindowWidth",
                                                        "tiles",
                                                        "name",
                                                        "type",
                                                        "version",
                                                        "chunkCount",
                                                        "dwaCompressionLevel"};

void checkName(const std::string& name) {
  if (name.empty()) throw Refusal("cannot be written: a metadata name is empty");
  if (name.size() > kMostNameBytes) {
    throw Refusal("cannot be written: the metadata name " + inQuotes(name.substr(0, 32)) +
                  "... has " + std::to_string(name.size()) + " bytes, the limit is " +
                  std::to_string(kMostNameBytes));
  }
  if (name.find('\0') != std::string::npos) {
    throw Refusal("cannot be written: the metadata name " + inQuotes(name) + " has a byte 0");
  }
  if (std::ranges::find(kReserved, name) != kReserved.end()) {
    throw Refusal("cannot be written: the metadata name " + inQuotes(name) +
                  " is one of the header's own attributes");
  }
}

}  // namespace

void checkMetadata(const Metadata& metadata) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : metadata) {
    checkName(name);
    if (!names.insert(name).second) {
      throw Refusal("cannot be written: the metadata name " + inQuotes(name) + " is there twice");
    }
    // The format would hold it, and readers would stop there.
    if (value.find('\0') != std::string::npos) {
      throw Refusal("cannot be written: the metadata of " + inQuotes(name) +
                    " has a byte 0, where readers would end it");
    }
    if (value.size() > kMostValueBytes) {
      throw Refusal("cannot be written: the metadata of " + inQuotes(name) + " has " +
                    std::to_string(value.size()) + " bytes, the limit is " +
                    std::to_string(kMostValueBytes));
    }
  }
}

}  // namespace topknot::io
