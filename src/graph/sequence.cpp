// Sequences: parameters in numbered blocks, as many as a count says.
#include <algorithm>
#include <charconv>
#include <utility>

#include "topknot/op.h"
#include "topknot/parameter.h"

namespace topknot {

Parameter& ParameterSet::sequence(std::string name, std::string label, Block block) {
  Parameter& count = add(std::move(name), std::move(label), ParStyle::Int, 1);
  count.limits(0, kMaxBlocks).slider(0, 8).help("How many blocks of parameters follow.");
  count.sequence_ = static_cast<int>(sequences_.size());
  sequences_.push_back({&count, std::move(block), page_, {}});
  resize(sequences_.back());
  return count;
}

void ParameterSet::resize(Sequence& sequence) {
  const auto wanted = static_cast<std::size_t>(sequence.count->value().number());
  while (sequence.blocks.size() < wanted) addBlock(sequence);
  for (std::size_t i = 0; i < sequence.blocks.size(); ++i) {
    for (Parameter* parameter : sequence.blocks[i]) parameter->hidden_ = i >= wanted;
  }
}

/// Puts the new parameters behind those of the block before.
void ParameterSet::addBlock(Sequence& sequence) {
  const Parameter* last = sequence.count;
  if (!sequence.blocks.empty() && !sequence.blocks.back().empty()) {
    last = sequence.blocks.back().back();
  }
  const std::string page = std::exchange(page_, sequence.page);
  const auto before = static_cast<std::ptrdiff_t>(all_.size());
  sequence.declare(*this, sequence.count->name_ + std::to_string(sequence.blocks.size()));
  page_ = page;
  std::vector<Parameter*>& block = sequence.blocks.emplace_back();
  for (auto at = all_.begin() + before; at != all_.end(); ++at) block.push_back(at->get());
  const auto place =
      std::find_if(all_.begin(), all_.end(), [&](const auto& each) { return each.get() == last; });
  std::rotate(place + 1, all_.begin() + before, all_.end());
}

/// The sequence that has or would have such a parameter in a block.
const ParameterSet::Sequence* ParameterSet::sequenceOf(std::string_view name, int& block) const {
  for (const Sequence& sequence : sequences_) {
    const std::string& count = sequence.count->name_;
    if (!name.starts_with(count)) continue;
    const char* const begin = name.data() + count.size();
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(begin, end, block);
    const bool zeroAhead = read.ptr > begin + 1 && *begin == '0';
    const bool number = read.ec == std::errc() && *begin != '-' && !zeroAhead;
    if (!number) continue;
    const std::string inFirst = count + "0" + std::string(read.ptr, end);
    for (const Parameter* parameter : sequence.blocks.front()) {
      if (parameter->componentNamed(inFirst) >= -1) return &sequence;
    }
  }
  return nullptr;
}

}  // namespace topknot
