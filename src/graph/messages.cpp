// The words of error sentences: quoting, numbers, suggestions, loops.
#include "graph/messages.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <exception>
#include <numeric>
#include <utility>

#include "topknot/op.h"

namespace topknot {
namespace {

constexpr std::size_t kLongestQuote = 80;
constexpr std::size_t kMostChoices = 40;
constexpr std::size_t kMostOfLoop = 16;  // named at each end

std::size_t editDistance(std::string_view a, std::string_view b) {
  a = a.substr(0, kLongestQuote);
  b = b.substr(0, kLongestQuote);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

struct Choice {
  std::size_t distance;
  std::string_view name;
};

std::string andMore(std::size_t count) {
  return count == 0 ? "" : " and " + std::to_string(count) + " more";
}

}  // namespace

std::string inQuotes(std::string_view text) {
  std::string result = "'" + std::string(text.substr(0, kLongestQuote));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return result + (text.size() > kLongestQuote ? "…'" : "'");
}

std::string numberText(double number) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  char buffer[40];
  const bool whole = std::trunc(number) == number && std::abs(number) < kExact;
  const auto end =
      whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<long long>(number))
            : std::to_chars(buffer, buffer + sizeof buffer, number);
  return std::string(buffer, end.ptr);
}

std::string choices(std::string_view wanted, std::vector<std::string_view> names) {
  if (names.empty()) return "; there are none";
  std::vector<Choice> ranked;
  for (std::string_view name : names) ranked.push_back({editDistance(wanted, name), name});
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Choice& a, const Choice& b) { return a.distance < b.distance; });
  const Choice best = ranked.front();
  std::string text = ". There are ";
  if (best.distance <= std::max<std::size_t>(1, best.name.size() / 2)) {
    text = "; did you mean " + inQuotes(best.name) + "? There are ";
  }
  // Of many names the nearest are shown. A reader looks for his own among them, so they stand in
  // order.
  const std::size_t hidden = ranked.size() - std::min(ranked.size(), kMostChoices);
  ranked.resize(ranked.size() - hidden);
  std::sort(ranked.begin(), ranked.end(),
            [](const Choice& a, const Choice& b) { return a.name < b.name; });
  for (const Choice& choice : ranked) {
    text += (&choice == &ranked.front() ? "" : ", ") + std::string(choice.name);
  }
  return text + andMore(hidden);
}

std::string loopText(std::span<Op* const> loop) {
  std::string text;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    if (i == kMostOfLoop && loop.size() > 2 * kMostOfLoop) {
      const std::size_t hidden = loop.size() - 2 * kMostOfLoop;
      text += "(" + std::to_string(hidden) + " more) > ";
      i += hidden;
    }
    text += loop[i]->name() + " > ";
  }
  return text + loop.front()->name();
}

std::string currentFailure() {
  try {
    throw;
  } catch (const std::exception& failure) {
    if (*failure.what() != '\0') return failure.what();
    return "It failed with an exception that has no text";
  } catch (...) {
    return "It failed with an unknown exception";
  }
}

bool isIdentifier(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace topknot
