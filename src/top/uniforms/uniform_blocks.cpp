// The pages on which a user gives uniforms names and values.
#include "top/uniforms/uniform_blocks.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "graph/messages.h"
#include "topknot/error.h"

namespace topknot {

namespace {

constexpr const char* kTableHelp =
    "Its numbers, or the path of a text file with them: a row for each element, its components "
    "with blanks, tabs or commas between; a single row is a list. Empty: uniform() gives them.";

Parameter* addName(ParameterSet& set, const std::string& prefix, const char* what) {
  return &set.add(prefix + "name", "Name", ParStyle::Str, "")
              .help(std::string("The name of ") + what + " in the shader.");
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

}  // namespace

std::size_t UniformBlocks::Page::shown() const {
  return std::min(blocks.size(), static_cast<std::size_t>(count->value().number()));
}

bool UniformBlocks::inUse() const {
  const Page* const pages[] = {&colours_,  &vectors_,     &arrays_,
                               &matrices_, &counterPage_, &constantPage_};
  return std::any_of(std::begin(pages), std::end(pages), [](const Page* page) {
    for (std::size_t i = 0; i < page->shown(); ++i) {
      if (!page->blocks[i].name->value().text().empty()) return true;
    }
    return false;
  });
}

UniformBlocks::UniformBlocks(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours)
    : convert_(std::move(colours)) {
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
        block.name = addName(each, prefix, "an array or samplerBuffer");
        block.value =
            &each.add(prefix + "type", "Type", ParStyle::Menu, "float")
                 .menu({{"float", "float"}, {"vec2", "vec2"}, {"vec3", "vec3"}, {"vec4", "vec4"}})
                 .help("How many numbers make one element.");
        block.table = &each.add(prefix + "chop", "CHOP", ParStyle::Str, "").help(kTableHelp);
        block.more =
            &each.add(prefix + "arraytype", "Array Type", ParStyle::Menu, "uniformarray")
                 .menu({{"uniformarray", "Uniform Array"}, {"texturebuffer", "Texture Buffer"}})
                 .help(
                     "Whether the shader declares an array or a samplerBuffer; the numbers of "
                     "this block go nowhere else.");
      });
}

void UniformBlocks::declareMatrices(ParameterSet& set) {
  set.page("Matrices");
  matrices_.count =
      &set.sequence("matrix", "Matrix", [this](ParameterSet& each, const std::string& prefix) {
        Block& block = matrices_.blocks.emplace_back();
        block.name = addName(each, prefix, "a mat4, mat3 or mat2");
        block.value =
            &each.add(prefix + "value", "Value", ParStyle::Str, kIdentityMatrix)
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
                              "What each cook begins with: all are the single value, or the list "
                              "that acNchopvalue or uniform() gives.");
        block.value = &each.add(prefix + "singlevalue", "Single Value", ParStyle::Int, 0)
                           .limits(0, std::nullopt)
                           .help("The value that each cook begins with.");
        block.table = &each.add(prefix + "chopvalue", "CHOP Values", ParStyle::Str, "")
                           .help(
                               "Values, or the path of a text file with them: one for all of an "
                               "array, or one for each. Empty: uniform() gives them.");
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
      warnings.push_back(inQuotes(name) + " is the name in " +
                         inQuotes(place->second.name->name()) + " and in " +
                         inQuotes(block.name->name()) + "; the first one counts");
      continue;
    }
    place->second.name = block.name;
    read(block, place->second);
  }
}

UniformValue UniformBlocks::colour(const Block& block) const {
  const double alpha = block.more->number();
  const double factor = premultiply_->on() ? alpha : 1.0;
  const glm::dvec3 rgb =
      convert_({block.value->number(0), block.value->number(1), block.value->number(2)}) * factor;
  return UniformValue(1, 4, -1, {rgb.r, rgb.g, rgb.b, alpha});
}

void UniformBlocks::readArray(const Block& block, Entry& entry,
                              std::vector<std::string>& warnings) {
  entry.page = Entry::Page::Arrays;
  entry.rows = block.value->menuIndex() + 1;
  entry.buffer = block.more->menuIndex() == 1;
  entry.arrayType = block.more;
  entry.numbers = block.table;
  try {
    const NumberTable& table = block.held.plain(block.table->value().text());
    if (table.columns == 0) return;
    const int count = static_cast<int>(table.numbers.size());
    const bool fits = table.rows() == 1 ? count % entry.rows == 0 : table.columns == entry.rows;
    if (!fits) {
      throw Error("a " + block.value->value().text() + " has " + std::to_string(entry.rows) +
                  (entry.rows == 1 ? " number" : " numbers") + ", found a row of " +
                  std::to_string(table.columns));
    }
    entry.hasValue = true;
    entry.value = UniformValue(1, entry.rows, count / entry.rows, table.numbers);
  } catch (const Error& error) {
    warnings.push_back(inQuotes(block.table->name()) + ": " + error.what());
  }
}

void UniformBlocks::readCounter(const Block& block, Entry& entry,
                                std::vector<std::string>& warnings) {
  entry.hasValue = block.more->menuIndex() == 0;
  entry.value = block.value->value();
  if (entry.hasValue) return;
  entry.numbers = block.table;
  try {
    const NumberTable& table = block.held.plain(block.table->value().text());
    entry.hasValue = table.columns > 0;
    entry.value = UniformValue(1, 1, static_cast<int>(table.numbers.size()), table.numbers);
  } catch (const Error& error) {
    warnings.push_back(inQuotes(block.table->name()) + ": " + error.what());
  }
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
    entry.page = Entry::Page::Colours;
    entry.hasValue = true;
    entry.value = colour(block);
  });
  read(arrays_, uniforms_, warnings,
       [&](const Block& block, Entry& entry) { readArray(block, entry, warnings); });
  read(matrices_, uniforms_, warnings, [&](const Block& block, Entry& entry) {
    entry.page = Entry::Page::Matrices;
    entry.hasValue = readMatrix(block.value->value().text(), entry.value);
    if (entry.hasValue) return;
    warnings.push_back(inQuotes(block.value->name()) + ": expected 16, 9 or 4 numbers, found " +
                       inQuotes(block.value->value().text()));
  });
  read(counterPage_, counters_, warnings,
       [&](const Block& block, Entry& entry) { readCounter(block, entry, warnings); });
  read(constantPage_, constants_, warnings, plain);
}

}  // namespace topknot
