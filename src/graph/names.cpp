// The names of a graph's operators: look-up, and the next free number of a prefix.
#include "graph/names.h"

#include <algorithm>
#include <charconv>

namespace topknot {

Op* Names::find(std::string_view name) const {
  const auto found = ops_.find(name);
  return found == ops_.end() ? nullptr : found->second;
}

void Names::insert(const std::string& name, Op& op) {
  ops_.emplace(name, &op);
}

void Names::erase(const std::string& name) {
  ops_.erase(name);
  // `a12` may have been number 2 of `a1` or number 12 of `a`.
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  for (std::size_t split = digits; split < name.size(); ++split) {
    const auto known = free_.find(std::string_view(name).substr(0, split));
    if (name[split] == '0' || known == free_.end()) continue;
    std::uint64_t number = 0;
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + split, end, number);
    if (read.ec == std::errc()) known->second = std::min(known->second, number);
  }
}

std::string Names::firstFree(std::string_view prefix) {
  std::uint64_t& number = free_.try_emplace(std::string(prefix), 1).first->second;
  std::string name = std::string(prefix) + std::to_string(number);
  while (find(name)) name = std::string(prefix) + std::to_string(++number);
  return name;
}

}  // namespace topknot
