// The pages on which a user gives uniforms names and values.
#include "top/uniform_blocks.h"

#include <algorithm>
#include <charconv>

#include "gl/uniform_types.h"
#include "graph/words.h"

namespace topknot {

namespace {

constexpr const char* kIdentity = "1 0 0 0  0 1 0 0  0 0 1 0  0 0 0 1";

Parameter* addName(ParameterSet& set, const std::string& prefix, const char* what) {
  return &set.add(prefix + "name", "Name", ParStyle::Str, "")
              .help(std::string("The name of ") + what + " in the shader.");
}

/// Numbers with blanks, commas, semicolons or brackets between them; false if there is more.
bool readNumbers(const std::string& text, std::vector<double>& numbers) {
  constexpr std::string_view kBetween = " \t\r\n,;[]()";
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (kBetween.find(*at) != std::string_view::npos) {
      ++at;
      continue;
    }
    if (*at == '+' && at + 1 != end && at[1] != '-') ++at;
    double number = 0.0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc()) return false;
    numbers.push_back(number);
    at = read.ptr;
  }
  return true;
}

/// The text has row after row, OpenGL column after column.
bool readMatrix(const std::string& text, UniformValue& value) {
  std::vector<double> rows;
  if (!readNumbers(text, rows)) return false;
  const std::size_t size = rows.size() == 16 ? 4 : rows.size() == 9 ? 3 : rows.size() == 4 ? 2 : 0;
  if (size == 0) return false;
  std::vector<double> data(rows.size());
  for (std::size_t r = 0; r < size; ++r) {
    for (std::size_t c = 0; c < size; ++c) data[c * size + r] = rows[r * size + c];
  }
  value = UniformValue(static_cast<int>(size), static_cast<int>(size), -1, std::move(data));
  return true;
}

std::string matrixText(const gl::UniformShape& shape, const std::vector<double>& data) {
  if (shape.columns != shape.rows) return kIdentity;
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

std::size_t UniformBlocks::Page::shown() const {
  return std::min(blocks.size(), static_cast<std::size_t>(count->value().number()));
}

UniformBlocks::UniformBlocks(ParameterSet& set) {
  declareColours(set);
  declareVectors(set);
  declareArrays(set);
  declareMatrices(set);
  declareCounters(set);
  declareConstants(set);
}

void UniformBlocks::declareColours(ParameterSet& set) {
  set.page("Colors");
  premultiply_ = &set.add("premultrgbbyalpha", "Pre-Multiply RGB by Alpha", ParStyle::Toggle, false)
                      .help("Gives the shader red, green and blue times alpha.");
  colours_.count =
      &set.sequence("color", "Color", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = colours_.blocks.emplace_back();
        block.name = addName(each, prefix, "a vec4 or vec3");
        block.value = &each.add(prefix + "rgb", "RGB", ParStyle::Float, glm::vec3(0.0f))
                           .suffixes("rgb")
                           .help("Its red, green and blue.");
        block.more = &each.add(prefix + "alpha", "Alpha", ParStyle::Float, 1.0).help("Its alpha.");
      });
}

void UniformBlocks::declareVectors(ParameterSet& set) {
  set.page("Vectors");
  vectors_.count =
      &set.sequence("vec", "Vector", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = vectors_.blocks.emplace_back();
        block.name = addName(each, prefix, "a float, vec, int, ivec, uint, uvec, bool or bvec");
        block.value = &each.add(prefix + "value", "Value", ParStyle::Float, glm::vec4(0.0f))
                           .suffixes("xyzw")
                           .help("Its value, as many of the numbers as it has.");
      });
}

void UniformBlocks::declareArrays(ParameterSet& set) {
  set.page("Arrays");
  arrays_.count =
      &set.sequence("array", "Array", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = arrays_.blocks.emplace_back();
        block.name =
            addName(each, prefix, "an array or samplerBuffer, whose numbers uniform() gives,");
        block.value =
            &each.add(prefix + "type", "Type", ParStyle::Menu, "float")
                 .menu({{"float", "float"}, {"vec2", "vec2"}, {"vec3", "vec3"}, {"vec4", "vec4"}})
                 .help("How many of a list of single numbers make one element.");
        block.more =
            &each.add(prefix + "arraytype", "Array Type", ParStyle::Menu, "uniformarray")
                 .menu({{"uniformarray", "Uniform Array"}, {"texturebuffer", "Texture Buffer"}})
                 .help("Whether the shader declares an array or a samplerBuffer.");
      });
}

void UniformBlocks::declareMatrices(ParameterSet& set) {
  set.page("Matrices");
  matrices_.count =
      &set.sequence("matrix", "Matrix", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = matrices_.blocks.emplace_back();
        block.name = addName(each, prefix, "a mat4, mat3 or mat2");
        block.value =
            &each.add(prefix + "value", "Value", ParStyle::Str, kIdentity)
                 .help("16, 9 or 4 numbers, row by row; the last column of 16 translates.");
      });
}

void UniformBlocks::declareCounters(ParameterSet& set) {
  set.page("Atomic Counters");
  counterPage_.count =
      &set.sequence("ac", "Atomic Counter", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = counterPage_.blocks.emplace_back();
        block.name = addName(each, prefix, "an atomic_uint, or an array of them,");
        block.more = &each.add(prefix + "initvalue", "Initial Value", ParStyle::Menu, "val")
                          .menu({{"val", "Single Value"}, {"chop", "CHOP Values"}})
                          .help(
                              "Where the values come from that each cook begins with: all are the "
                              "single value, or uniform() gives a list.");
        block.value = &each.add(prefix + "singlevalue", "Single Value", ParStyle::Int, 0)
                           .limits(0, std::nullopt)
                           .help("The value that each cook begins with.");
      });
}

void UniformBlocks::declareConstants(ParameterSet& set) {
  set.page("Constants");
  constantPage_.count =
      &set.sequence("const", "Constant", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = constantPage_.blocks.emplace_back();
        block.name = addName(each, prefix, "a constant declared with layout(constant_id = N)");
        block.value = &each.add(prefix + "value", "Value", ParStyle::Float, 0.0)
                           .help("Its value in the place of its default.");
      });
}

template <class Read>
void UniformBlocks::read(const Page& page, Entries& entries, std::vector<std::string>& warnings,
                         Read read) {
  for (std::size_t i = 0; i < page.shown(); ++i) {
    const Block& block = page.blocks[i];
    const std::string name = block.name->value().text();
    if (name.empty()) continue;
    const auto [place, fresh] = entries.try_emplace(name);
    if (!fresh) {
      warnings.push_back(quoted(name) + " is the name in " + quoted(place->second.name->name()) +
                         " and in " + quoted(block.name->name()) + "; the first one counts");
      continue;
    }
    place->second.name = block.name;
    read(block, place->second);
  }
}

UniformValue UniformBlocks::colour(const Block& block) const {
  const double alpha = block.more->number();
  const double factor = premultiply_->on() ? alpha : 1.0;
  return UniformValue(1, 4, -1,
                      {block.value->number(0) * factor, block.value->number(1) * factor,
                       block.value->number(2) * factor, alpha});
}

void UniformBlocks::read(std::vector<std::string>& warnings) {
  uniforms_.clear();
  counters_.clear();
  constants_.clear();
  const auto plain = [](const Block& block, Entry& entry) {
    entry.hasValue = true;
    entry.value = block.value->value();
  };
  read(vectors_, uniforms_, warnings, plain);
  read(colours_, uniforms_, warnings, [&](const Block& block, Entry& entry) {
    entry.hasValue = true;
    entry.value = colour(block);
  });
  read(arrays_, uniforms_, warnings, [](const Block& block, Entry& entry) {
    entry.rows = block.value->menuIndex() + 1;
    entry.buffer = block.more->menuIndex() == 1;
  });
  read(matrices_, uniforms_, warnings, [&](const Block& block, Entry& entry) {
    entry.hasValue = readMatrix(block.value->value().text(), entry.value);
    if (entry.hasValue) return;
    warnings.push_back(quoted(block.value->name()) + ": expected 16, 9 or 4 numbers, found " +
                       quoted(block.value->value().text()));
  });
  read(counterPage_, counters_, warnings, [](const Block& block, Entry& entry) {
    entry.hasValue = block.more->menuIndex() == 0;
    entry.value = block.value->value();
  });
  read(constantPage_, constants_, warnings, plain);
}

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

void UniformBlocks::enter(const gl::UniformDeclaration& uniform,
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

void UniformBlocks::enter(const gl::Declarations& declared, const DeclaredUniforms& parameters) {
  for (const gl::UniformDeclaration& uniform : declared.uniforms) {
    const auto other = uniforms_.find(uniform.name);
    if (other == uniforms_.end()) enter(uniform, parameters);
  }
  for (const gl::ConstantDeclaration& constant : declared.constants) {
    Block* const block = free(constantPage_, constant.name);
    if (block == nullptr) continue;
    double number = constant.value == "true" ? 1.0 : 0.0;
    std::from_chars(constant.value.data(), constant.value.data() + constant.value.size(), number);
    block->value->set(number);
  }
}

}  // namespace topknot
