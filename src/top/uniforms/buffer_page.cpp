// The Buffers page: lists of attributes that a shader reads as `TDBuffer_<name>()`.
#include "top/uniforms/buffer_page.h"

#include <algorithm>
#include <utility>

#include "gl/program/uniform_setter.h"
#include "graph/messages.h"
#include "topknot/error.h"

namespace topknot {

namespace {

constexpr const char* kTypes[] = {"float", "vec2", "vec3", "vec4"};
constexpr int kMaxComponents = 4;

std::string samplerOf(const std::string& name) {
  return "sTDBuffer_" + name;
}
std::string lengthOf(const std::string& name) {
  return "uTDBufferLength_" + name;
}

/// `P`, or `P(1)`.
bool isOf(const std::string& column, const std::string& attribute) {
  return column == attribute || column.starts_with(attribute + "(");
}

const NumberTable& tableOf(const std::vector<NumberTable>& tables, const std::string& wanted) {
  const auto titled = [&](const std::string& title) {
    return std::find_if(tables.begin(), tables.end(),
                        [&](const NumberTable& table) { return table.title == title; });
  };
  auto found = titled(wanted);
  if (found == tables.end()) found = titled("");
  if (found != tables.end()) return *found;
  std::vector<std::string_view> there;
  for (const NumberTable& table : tables) there.emplace_back(table.title);
  throw Error("there is no table of the class " + inQuotes(wanted) + choices(wanted, there));
}

std::vector<std::size_t> columnsOf(const NumberTable& table, const std::string& attribute) {
  std::vector<std::size_t> columns;
  std::vector<std::string_view> there;
  for (std::size_t i = 0; i < static_cast<std::size_t>(table.columns); ++i) {
    if (table.names.empty() || isOf(table.names[i], attribute)) columns.push_back(i);
    if (!table.names.empty()) there.emplace_back(table.names[i]);
  }
  if (columns.empty() && table.columns > 0) {
    throw Error("there is no attribute " + inQuotes(attribute) + choices(attribute, there));
  }
  if (columns.size() <= static_cast<std::size_t>(kMaxComponents)) return columns;
  throw Error("an attribute has 1 to 4 numbers, found " + std::to_string(columns.size()));
}

}  // namespace

std::string bufferText(const BufferSpec& buffer, int unit) {
  const std::string& name = buffer.name;
  const std::string type = kTypes[buffer.components - 1], size = std::to_string(buffer.arraySize);
  const std::string swizzle =
      std::string(".xyzw").substr(0, static_cast<std::size_t>(buffer.components) + 1);
  std::string text = "layout(binding = " + std::to_string(unit) + ") uniform samplerBuffer " +
                     samplerOf(name) + ";\nuniform int " + lengthOf(name) +
                     ";\nconst int cTDBufferArraySize_" + name + " = " + size +
                     ";\nint TDBufferLength_" + name + "() { return " + lengthOf(name) + "; }\n";
  // Beyond the ends there are zeros.
  text += type + " TDBuffer_" + name +
          "(int elem, int arrayIdx) {\n  if (elem < 0 || elem >= " + lengthOf(name) +
          " || arrayIdx < 0 || arrayIdx >= " + size + ") return " + type +
          "(0.0);\n  return texelFetch(" + samplerOf(name) + ", elem * " + size + " + arrayIdx)" +
          swizzle + ";\n}\n";
  const std::string head = type + " TDBuffer_" + name, call = "{ return TDBuffer_" + name;
  return text + head + "(uint elem, uint arrayIdx) " + call + "(int(elem), int(arrayIdx)); }\n" +
         head + "(int elem) " + call + "(elem, 0); }\n" + head + "(uint elem) " + call +
         "(int(elem), 0); }\n";
}

BufferPage::BufferPage(ParameterSet& set) {
  set.page("Buffers");
  count_ = &set.sequence("buffer", "Buffer", [this](ParameterSet& each, const std::string& prefix) {
    Block& block = blocks_.emplace_back();
    block.data = &each.add(prefix + "pop", "POP", ParStyle::Str, "")
                      .help(
                          "Numbers, or the path of a text file with them: a row for each "
                          "element, its numbers with blanks, tabs or commas between. A row of "
                          "words such as point: P(0) P(1) P(2) Weight names the columns below.");
    block.attributeClass =
        &each.add(prefix + "attrclass", "Attribute Class", ParStyle::Menu, "point")
             .menu({{"point", "Point"}, {"vertex", "Vertex"}, {"primitive", "Primitive"}})
             .help("Which table, where some begin with point:, vertex: or primitive:.");
    block.attribute = &each.add(prefix + "attr", "Attribute", ParStyle::Str, "")
                           .help("Which columns, where they have names: P takes P(0), P(1), P(2).");
    block.name = &each.add(prefix + "name", "Name", ParStyle::Str, "")
                      .help(
                          "The shader finds TDBuffer_<name>(element), "
                          "TDBufferLength_<name>() and cTDBufferArraySize_<name>.");
  });
}

bool BufferPage::set(std::string_view name, const UniformValue& elements, int arraySize) {
  const auto refuse = [&](const std::string& why) {
    throw Error("buffer " + inQuotes(name) + ": " + why);
  };
  if (!isIdentifier(name)) refuse("expected letters, digits and _ for a name");
  if (!elements.isArray() || elements.isMatrix() || elements.isText()) {
    refuse("expected an array of numbers or vectors, found " + elements.describe());
  }
  if (arraySize < 1 || elements.count() % arraySize != 0) {
    refuse("expected a number of values that " + std::to_string(arraySize) + " divides, found " +
           std::to_string(elements.count()));
  }
  Data data{{std::string(name), elements.rows(), arraySize},
            {elements.data().begin(), elements.data().end()}};
  const auto found = given_.find(name);
  if (found != given_.end() && found->second == data) return false;
  given_.insert_or_assign(std::string(name), std::move(data));
  wasRead_ = false;  // an entry of this name counts no more
  ++revision_;
  ++stamp_;
  return true;
}

BufferPage::Data BufferPage::dataOf(Block& block) {
  const std::vector<NumberTable>& tables = block.held.of(block.data->value().text());
  if (tables.empty()) throw Error("expected numbers, or the path of a file of them, found nothing");
  const NumberTable& table = tableOf(tables, block.attributeClass->value().text());
  const std::vector<std::size_t> columns = columnsOf(table, block.attribute->value().text());
  Data data;
  data.spec = {block.name->value().text(), std::max(1, static_cast<int>(columns.size())), 1};
  for (int row = 0; row < table.rows(); ++row) {
    const auto first = static_cast<std::size_t>(row * table.columns);
    for (const std::size_t column : columns) data.numbers.push_back(table.numbers[first + column]);
  }
  return data;
}

void BufferPage::read(Block& block) {
  const std::string name = block.name->value().text();
  if (name.empty() || given_.contains(name)) return;
  try {
    if (!isIdentifier(name)) {
      throw Error("expected letters, digits and _ for a name, found " + inQuotes(name));
    }
    if (data_.contains(name))
      throw Error(inQuotes(name) + " is the name of another buffer as well");
    data_.emplace(name, dataOf(block));
  } catch (const Error& error) {
    warnings_.push_back(inQuotes(block.data->name()) + ": " + error.what());
  }
}

std::uint64_t BufferPage::changes() const {
  std::uint64_t sum = count_->revision();
  for (const Block& block : blocks_) {
    sum += block.data->revision() + block.attributeClass->revision() + block.attribute->revision() +
           block.name->revision();
  }
  return sum;
}

void BufferPage::read() {
  if (wasRead_ && seen_ == changes()) return;
  wasRead_ = true;
  seen_ = changes();
  ++stamp_;
  data_.clear();
  warnings_.clear();
  const auto shown = static_cast<std::size_t>(count_->value().number());
  for (std::size_t i = 0; i < std::min(shown, blocks_.size()); ++i) read(blocks_[i]);
}

std::vector<BufferSpec> BufferPage::specs(const Mentions& mentioned) const {
  std::vector<BufferSpec> specs;
  const auto add = [&](const auto& all) {
    for (const auto& [name, data] : all) {
      const bool used = mentioned("TDBuffer_" + name) || mentioned("TDBufferLength_" + name) ||
                        mentioned("cTDBufferArraySize_" + name);
      if (used) specs.push_back(data.spec);
    }
  };
  add(given_);
  add(data_);
  return specs;
}

void BufferPage::set(const gl::Program& program) {
  const auto& uniforms = program.uniforms();
  const auto one = [&](const Data& data) {
    const std::string& name = data.spec.name;
    const int perElement = data.spec.components * data.spec.arraySize;
    const double length = static_cast<double>(data.numbers.size()) / perElement;
    if (const auto found = uniforms.find(lengthOf(name)); found != uniforms.end()) {
      gl::set(program, found->second, {{&length, 1}});
    }
    const auto sampler = uniforms.find(samplerOf(name));
    if (sampler == uniforms.end()) return;
    Filled& filled = textures_[name];
    if (filled.stamp != stamp_) {
      filled.texture.write(sampler->second.type, data.spec.components, data.numbers);
    }
    filled.stamp = stamp_;
    filled.texture.bind(static_cast<unsigned>(gl::unitOf(program, sampler->second)));
  };
  for (const auto& [name, data] : given_) one(data);
  for (const auto& [name, data] : data_) one(data);
}

}  // namespace topknot
