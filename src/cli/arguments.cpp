// Reads numbers, sizes, formats, uniforms and file names.
#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "topknot/error.h"
#include "topknot/image_file.h"

namespace topknot::cli {
namespace {

/// The whole text as a number of that type, or nothing.
template <class T>
std::optional<T> numberIn(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> finiteNumberIn(std::string_view text) {
  const std::optional<double> number = numberIn<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

[[noreturn]] void refuse(const std::string& option, const std::string& expected,
                         const std::string& found) {
  throw UsageError(option + ": expected " + expected + ", found '" + found + "'");
}

/// Empty if it is no list of numbers.
std::vector<double> numbersIn(std::string_view text) {
  std::vector<double> numbers;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::optional<double> number = finiteNumberIn(text.substr(0, comma));
    if (!number) return {};
    numbers.push_back(*number);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return numbers;
}

/// Of `vec3`, `mat2x4`, `float`.
struct TypeShape {
  int columns = 1, rows = 1;
};

TypeShape shapeOf(const std::string& type) {
  const auto digit = [&](std::size_t fromEnd) {
    const char c = type.size() > fromEnd ? type[type.size() - 1 - fromEnd] : ' ';
    return c >= '2' && c <= '4' ? c - '0' : 1;
  };
  const int last = digit(0);
  if (type.find("mat") == std::string::npos) return {1, last};
  return {type.size() > 1 && type[type.size() - 2] == 'x' ? digit(2) : last, last};
}

/// Where the last run of `#` in the file's own name begins and ends; both 0 if there is none.
std::pair<std::size_t, std::size_t> hashes(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t last = file.rfind('#');
  if (last == std::string::npos || last < name) return {0, 0};
  std::size_t first = last;
  while (first > name && file[first - 1] == '#') --first;
  return {first, last + 1};
}

}  // namespace

PictureSize parseSize(const std::string& text) {
  const std::size_t cross = text.find('x');
  if (cross != std::string::npos) {
    const auto width = numberIn<int>(std::string_view(text).substr(0, cross));
    const auto height = numberIn<int>(std::string_view(text).substr(cross + 1));
    if (width && height && *width >= 1 && *height >= 1) return {*width, *height};
  }
  refuse("--size", "WIDTHxHEIGHT in whole pixels of at least 1, such as 640x480", text);
}

PixelFormat parseFormat(const std::string& text) {
  std::vector<std::string> names;
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (info.name == text) return info.format;
    names.emplace_back(info.name);
  }
  refuse("--format", "one of " + joined(names), text);
}

UniformArgument parseUniform(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string expected =
      "NAME=V with numbers and commas between them, NAME=seconds or NAME=frame";
  if (equals == std::string::npos || equals == 0) refuse("--uniform", expected, text);
  UniformArgument uniform{text.substr(0, equals), UniformArgument::Source::Numbers, {}};
  const std::string value = text.substr(equals + 1);
  if (value == "seconds") {
    uniform.source = UniformArgument::Source::Seconds;
  } else if (value == "frame") {
    uniform.source = UniformArgument::Source::Frame;
  } else {
    uniform.numbers = numbersIn(value);
    if (uniform.numbers.empty()) refuse("--uniform", expected, text);
  }
  return uniform;
}

UniformValue numbersFor(const UniformArgument& uniform, const std::string& type, int arraySize) {
  const int count = static_cast<int>(uniform.numbers.size());
  const TypeShape shape = shapeOf(type);
  const int each = shape.columns * shape.rows;
  const bool known = !type.empty(), isArray = known ? arraySize != 0 : count > 4;
  const auto mismatch = [&](const std::string& expected) {
    throw Error("--uniform " + uniform.name + ": expected " + expected + " for a " + type +
                (isArray ? " array" : "") + ", found " + std::to_string(count));
  };
  if (isArray) {
    if (count % each != 0) mismatch("a multiple of " + std::to_string(each) + " numbers");
    const int most = arraySize > 0 ? arraySize * each : count;
    if (count > most) mismatch("at most " + std::to_string(most) + " numbers");
    return {shape.columns, shape.rows, count / each, uniform.numbers};
  }
  if (shape.columns > 1) {
    if (count != each) mismatch(std::to_string(each) + " numbers");
    return {shape.columns, shape.rows, -1, uniform.numbers};
  }
  if (count > 4) mismatch("one to four numbers");
  return {1, count, -1, uniform.numbers};
}

ConstantArgument parseConstant(const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string value = equals < text.size() ? text.substr(equals + 1) : std::string();
  std::optional<double> number = finiteNumberIn(value);
  if (value == "true" || value == "false") number = value == "true" ? 1.0 : 0.0;
  if (equals == 0 || !number) {
    refuse("--constant", "NAME=V with a number, true or false", text);
  }
  return {text.substr(0, equals), *number};
}

std::string parseDefine(const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, equals);
  const bool isName =
      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string::npos &&
      !name.empty() && (name[0] < '0' || name[0] > '9');
  // More lines would be more than one definition; a backslash would take the next in.
  if (!isName || text.find_first_of("\r\n\\") != std::string::npos) {
    refuse("--define", "NAME or NAME=VALUE, on one line, with an identifier for the name", text);
  }
  return "#define " + name + " " + (equals < text.size() ? text.substr(equals + 1) : "1") + "\n";
}

std::int64_t parseCount(const std::string& option, const std::string& text,
                        std::optional<std::int64_t> most) {
  const auto count = numberIn<std::int64_t>(text);
  if (count && *count >= 1 && (!most || *count <= *most)) return *count;
  refuse(option,
         most ? "a whole number from 1 to " + std::to_string(*most)
              : std::string("a whole number of at least 1"),
         text);
}

std::string parseWord(const std::string& option, const std::string& text,
                      std::span<const char* const> words) {
  if (std::find(words.begin(), words.end(), text) != words.end()) return text;
  refuse(option, "one of " + joined({words.begin(), words.end()}), text);
}

double parseFraction(const std::string& option, const std::string& text) {
  const auto number = finiteNumberIn(text);
  if (!number || *number < 0.0 || *number > 1.0) refuse(option, "a number from 0 to 1", text);
  return *number;
}

std::chrono::milliseconds parseTimeout(const std::string& text) {
  const auto seconds = finiteNumberIn(text);
  if (!seconds || *seconds < 0.0) refuse("--timeout", "a number of seconds of at least 0", text);
  constexpr double kLongest = 365.0 * 24.0 * 3600.0;
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::duration<double>(std::min(*seconds, kLongest)));
}

void checkSuffix(const std::string& file, const std::string& option) {
  const std::size_t dot = file.find_last_of("./");
  std::string suffix = dot == std::string::npos ? std::string() : file.substr(dot);
  for (char& c : suffix) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::vector<std::string> known;
  for (const std::string_view writable : writableSuffixes()) {
    if (writable == suffix) return;
    known.emplace_back(writable);
  }
  refuse(option, "a file name that ends in one of " + joined(known), file);
}

bool isNumbered(const std::string& file) {
  return hashes(file).second > 0;
}

std::string numberedPath(const std::string& file, std::int64_t number) {
  const auto [first, end] = hashes(file);
  if (end == 0) return file;
  std::string digits = std::to_string(number);
  if (digits.size() < end - first) digits.insert(0, end - first - digits.size(), '0');
  return file.substr(0, first) + digits + file.substr(end);
}

}  // namespace topknot::cli
