// File names with a place for a number: `frame.####.exr`, `frame.%04d.exr`.
#include "io/files/number_pattern.h"

#include <algorithm>
#include <charconv>

#include "io/codecs/codec.h"
#include "topknot/error.h"

namespace topknot::io {
namespace {

struct Found {
  std::size_t at, size;
  std::int64_t digits;
};

/// `%d`, `%4d` or `%04d` at that place.
std::optional<Found> placeholder(std::string_view name, std::size_t at) {
  std::size_t end = at + 1;
  while (end < name.size() && isDigit(name[end])) ++end;
  if (end >= name.size() || name[end] != 'd') return std::nullopt;
  std::int64_t digits = 1;
  if (end > at + 1) {
    const auto [stop, error] = std::from_chars(&name[at + 1], &name[end], digits);
    if (error != std::errc()) digits = NumberPattern::kMostDigits + 1;
  }
  return Found{at, end + 1 - at, std::max<std::int64_t>(digits, 1)};
}

std::optional<Found> find(std::string_view name, std::size_t from) {
  for (std::size_t at = from; at < name.size(); ++at) {
    if (name[at] == '#') {
      const std::size_t end = std::min(name.find_first_not_of('#', at), name.size());
      return Found{at, end - at, static_cast<std::int64_t>(end - at)};
    }
    if (name[at] != '%') continue;
    if (const auto found = placeholder(name, at)) return found;
  }
  return std::nullopt;
}

std::size_t digitsAt(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && isDigit(text[end])) ++end;
  return end - at;
}

std::string_view withoutZeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

}  // namespace

std::optional<NumberPattern> NumberPattern::in(std::string_view name) {
  const auto found = find(name, 0);
  if (!found) return std::nullopt;
  if (find(name, found->at + found->size)) {
    throw Error("the file name " + inQuotes(name) +
                " has several places for a number; expected one, e.g. \"frame.####.exr\"");
  }
  if (found->digits > kMostDigits) {
    throw Error("the file name " + inQuotes(name) + " asks for numbers of more than " +
                std::to_string(kMostDigits) + " digits");
  }
  return NumberPattern{std::string(name.substr(0, found->at)),
                       std::string(name.substr(found->at + found->size)),
                       static_cast<int>(found->digits)};
}

std::string NumberPattern::name(std::int64_t number) const {
  std::string text = std::to_string(number);
  const auto wanted = static_cast<std::size_t>(digits);
  if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
  return before + text + after;
}

std::optional<std::int64_t> NumberPattern::number(std::string_view name) const {
  if (name.size() < before.size() + after.size() + static_cast<std::size_t>(digits)) return {};
  if (!name.starts_with(before) || !name.ends_with(after)) return {};
  name.remove_prefix(before.size());
  name.remove_suffix(after.size());
  if (name.size() > kMostDigits || !std::ranges::all_of(name, isDigit)) return {};
  std::int64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

bool countsBefore(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::size_t m = digitsAt(a, i), n = digitsAt(b, j);
    if (m > 0 && n > 0) {
      const std::string_view x = withoutZeros(a.substr(i, m)), y = withoutZeros(b.substr(j, n));
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      i += m;
      j += n;
    } else {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;  // 1 and 01 count the same
}

}  // namespace topknot::io
