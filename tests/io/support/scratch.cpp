// Temporary folders by mkdtemp.
#include "io/support/scratch.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace topknot::test {

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "topknot-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder " + name);
  folder_ = name;
}

Scratch::~Scratch() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

std::vector<std::string> Scratch::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Bytes bytesOf(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return Bytes(first, first + text.size());
}

Bytes readBytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("the test cannot read " + file.string());
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return bytesOf(text);
}

void writeBytes(const std::filesystem::path& file, std::span<const std::byte> bytes) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  if (!stream.flush()) throw std::runtime_error("the test cannot write " + file.string());
}

}  // namespace topknot::test
