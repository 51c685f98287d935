// UniformBlocks: what a shader declares, entered on the pages.
#include <charconv>

#include "gl/program/uniform_types.h"
#include "graph/messages.h"
#include "top/uniforms/uniform_blocks.h"

namespace topknot {

namespace {

std::string matrixText(const gl::UniformShape& shape, const std::vector<double>& data) {
  if (shape.columns != shape.rows) return kIdentityMatrix;
  const auto size = static_cast<std::size_t>(shape.rows);
  std::string text;
  for (std::size_t r = 0; r < size; ++r) {
    for (std::size_t c = 0; c < size; ++c) {
      text += (text.empty() ? "" : " ") + numberText(data[c * size + r]);
    }
  }
  return text;
}

}  // namespace

/// A block for the name; null if one has it already or there is no room.
UniformBlocks::Block* UniformBlocks::free(Page& page, const std::string& name) {
  const auto named = [&](std::size_t i, const std::string& wanted) {
    return page.blocks[i].name->value().text() == wanted;
  };
  const std::size_t shown = page.shown();
  std::size_t chosen = shown;
  for (std::size_t i = shown; i-- > 0;) {
    if (named(i, name)) return nullptr;
    if (named(i, "")) chosen = i;
  }
  if (chosen == shown) {
    if (shown >= static_cast<std::size_t>(ParameterSet::kMaxBlocks)) return nullptr;
    page.count->set(static_cast<int>(shown) + 1);
  }
  page.blocks[chosen].name->set(name);
  return &page.blocks[chosen];
}

void UniformBlocks::enter(const glsl::UniformDeclaration& uniform,
                          const DeclaredUniforms& parameters) {
  const auto shape = gl::uniformShape(uniform.type);
  if (uniform.type == "atomic_uint") {
    free(counterPage_, uniform.name);
  } else if (uniform.type.ends_with("samplerBuffer")) {
    if (Block* block = free(arrays_, uniform.name)) block->more->set("texturebuffer");
  } else if (!shape || (shape->columns > 1 && uniform.arraySize != 0)) {
    return;
  } else if (uniform.arraySize != 0) {
    if (Block* block = free(arrays_, uniform.name)) block->value->set(shape->rows - 1);
  } else if (shape->columns > 1) {
    Block* block = free(matrices_, uniform.name);
    UniformValue value;
    const auto found = parameters.all().find(uniform.name);
    const bool known = block != nullptr && found != parameters.all().end() &&
                       DeclaredUniforms::value(found->second, value);
    if (known) {
      block->value->set(matrixText(*shape, {value.data().begin(), value.data().end()}));
    }
  } else if (Block* block = free(vectors_, uniform.name)) {
    const auto found = parameters.all().find(uniform.name);
    if (found == parameters.all().end() || found->second.parameter == nullptr) return;
    const Value& value = found->second.parameter->value();
    for (int i = 0; i < 4; ++i) block->value->set(i < value.size() ? value.number(i) : 0.0, i);
  }
}

void UniformBlocks::enter(const glsl::Declarations& declared, const DeclaredUniforms& parameters) {
  for (const glsl::UniformDeclaration& uniform : declared.uniforms) {
    const auto other = uniforms_.find(uniform.name);
    if (other == uniforms_.end()) enter(uniform, parameters);
  }
  for (const glsl::ConstantDeclaration& constant : declared.constants) {
    Block* const block = free(constantPage_, constant.name);
    if (block == nullptr) continue;
    double number = constant.value == "true" ? 1.0 : 0.0;
    std::from_chars(constant.value.data(), constant.value.data() + constant.value.size(), number);
    block->value->set(number);
  }
}

}  // namespace topknot
