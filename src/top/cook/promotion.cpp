// Numbers that have been still for a while, compiled into a program as constants.
#include "top/cook/promotion.h"

#include <cstring>

namespace topknot {

namespace {

constexpr int kStill = 30;         // draws after which a number counts as still
constexpr int kLook = 16;          // draws between two looks at what is still
constexpr int kSmall = 256 * 256;  // pixels below which a pass gains less than compiling costs

bool isSmall(const FusedTree& tree) {
  const gl::TextureShape& shape = tree.members.front()->shape();
  return shape.width * static_cast<std::int64_t>(shape.height) < kSmall;
}

thread_local int tCompiledIn = 0;

}  // namespace

int Promotion::compiledIn() {
  return tCompiledIn;
}

void Promotion::use(std::shared_ptr<const FusedProgram> constant, Constants of) {
  tCompiledIn += of.count - made.count;
  program = std::move(constant);
  made = std::move(of);
}

bool Promotion::Constants::stillTrue(const FusedTree& tree) {
  for (std::size_t m = 0; m < tree.members.size(); ++m) {
    const Picture& member = *tree.members[m];
    if (member.changes() == changes[m]) continue;
    for (std::size_t i = 0; i < numbers[m].size(); ++i) {
      const NumberInfo& number = member.shaderFunction()->numbers[i];
      const bool same =
          !numbers[m][i] || std::memcmp(member.numbers().data() + number.offset,
                                        bytes[m].data() + number.offset, number.bytes) == 0;
      if (!same) return false;
    }
    changes[m] = member.changes();
  }
  return true;
}

std::vector<Frozen> Promotion::Constants::frozen() const {
  std::vector<Frozen> all;
  for (std::size_t m = 0; m < numbers.size(); ++m) all.push_back({numbers[m], bytes[m].data()});
  return all;
}

Promotion::Constants Promotion::stillOnes(const FusedTree& tree) {
  Constants found;
  for (const Picture* member : tree.members) {
    const ShaderFunction& shaderFunction = *member->shaderFunction();
    std::vector<bool> still(shaderFunction.numbers.size(), false);
    for (std::size_t i = 0; i < still.size() && !shaderFunction.user; ++i) {
      still[i] = member->draws_ - member->changed_[i] >= kStill;
      found.count += still[i] ? 1 : 0;
    }
    found.numbers.push_back(std::move(still));
    found.bytes.push_back(member->numbers());
    found.changes.push_back(member->changes());
  }
  return found;
}

const FusedProgram& Promotion::choose(std::shared_ptr<Promotion>& promotion, const FusedTree& tree,
                                      std::uint64_t key, const FusedProgram& plain,
                                      std::span<const gl::PreparedInput> inputs,
                                      std::size_t uniformBytes) {
  if (isSmall(tree)) return plain;
  if (!promotion || promotion->key != key) {
    promotion = std::make_shared<Promotion>();
    promotion->key = key;
  }
  Promotion& self = *promotion;
  ++self.draws;
  if (self.preparing && self.preparing->ready()) self.receive(tree);
  if (self.program && !self.made.stillTrue(tree)) self.use(nullptr, {});
  if (!self.refused && !self.preparing && self.draws % kLook == 0) {
    Constants still = stillOnes(tree);
    if (still.count > self.made.count) self.start(tree, std::move(still), inputs, uniformBytes);
  }
  return self.program ? *self.program : plain;
}

std::shared_ptr<Promotion> Promotion::ahead(const FusedTree& tree, std::uint64_t key,
                                            std::span<const gl::PreparedInput> inputs,
                                            std::size_t uniformBytes) {
  if (isSmall(tree)) return nullptr;
  Constants still = stillOnes(tree);
  if (still.count == 0) return nullptr;
  auto promotion = std::make_shared<Promotion>();
  promotion->key = key;
  promotion->start(tree, std::move(still), inputs, uniformBytes);
  return promotion->preparing ? promotion : nullptr;
}

void Promotion::start(const FusedTree& tree, Constants constants,
                      std::span<const gl::PreparedInput> inputs, std::size_t uniformBytes) {
  coming = std::move(constants);
  const std::vector<Frozen> frozen = coming.frozen();
  const int version = gl::currentState().info.glsl;
  const FusedTree constant{tree.members, tree.inlined, frozen};
  preparing = gl::PreparedProgram::start(
      {gl::passVertexShader(version), fusedText(constant).text(version), {}},
      {tree.members.front()->shape()}, {inputs.begin(), inputs.end()}, {{1, uniformBytes}});
  refused = preparing == nullptr;  // there is no worker
}

void Promotion::receive(const FusedTree& tree) {
  gl::ProgramPtr built = preparing->take();
  preparing = nullptr;
  if (!built) {
    refused = true;  // the plain program does as well
    return;
  }
  if (!coming.stillTrue(tree)) return;
  auto fused = std::make_shared<FusedProgram>();
  fused->userNumbers = userNumbers(tree, *built);
  fused->program = std::move(built);
  use(std::move(fused), std::move(coming));
}

}  // namespace topknot
