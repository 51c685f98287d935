// What the comment behind a uniform says of it.
#include "glsl/check/shader_annotation.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

constexpr std::size_t kMaxLabel = 200;

/// Walks over the comment.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  void blanks() {
    while (!rest_.empty() && base::isSpace(rest_.front())) rest_.remove_prefix(1);
  }
  bool take(std::string_view text) {
    blanks();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  /// A number that ends where a word would.
  std::optional<double> number() {
    Reader ahead = *this;
    ahead.blanks();
    if (ahead.rest_.starts_with("true") || ahead.rest_.starts_with("false")) {
      return ahead.truth(*this);
    }
    const bool plus = ahead.take("+");
    if (plus && ahead.rest_.starts_with('-')) return std::nullopt;
    double value = 0;
    const char* const begin = ahead.rest_.data();
    const char* const end = begin + ahead.rest_.size();
    auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
    // `[0..1]`: the second point is none of the number's.
    if (stop != end && *stop == '.' && stop[-1] == '.') --stop;
    if (stop != end && (*stop == 'f' || *stop == 'u')) ++stop;
    if (stop != end && base::isWordCharacter(*stop)) return std::nullopt;
    ahead.rest_.remove_prefix(static_cast<std::size_t>(stop - begin));
    *this = ahead;
    return value;
  }

 private:
  std::optional<double> truth(Reader& from) {
    const double value = rest_.starts_with("true") ? 1.0 : 0.0;
    rest_.remove_prefix(value == 1.0 ? 4 : 5);
    if (!rest_.empty() && base::isWordCharacter(rest_.front())) return std::nullopt;
    from = *this;
    return value;
  }

  std::string_view rest_;
};

std::vector<double> readDefaults(Reader& reader) {
  std::vector<double> values;
  while (const std::optional<double> value = reader.number()) {
    values.push_back(*value);
    reader.take(",");
  }
  reader.blanks();
  return values;
}

/// `[0, 1]`, `[0..1]`, `[0 1]`.
bool readRange(Reader& reader, Annotation& out) {
  Reader ahead = reader;
  if (!ahead.take("[")) return false;
  const std::optional<double> low = ahead.number();
  if (!ahead.take("..")) ahead.take(",");
  const std::optional<double> high = ahead.number();
  if (!low || !high || !ahead.take("]") || !(*low < *high)) return false;
  out.min = low;
  out.max = high;
  reader = ahead;
  return true;
}

/// Words with single blanks between them, and no signs that would break a line.
std::string wordsOf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = base::isSpace(c) || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
    if (out.size() >= kMaxLabel && blank) break;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

Annotation annotationOf(std::string_view comment) {
  Annotation out;
  Reader reader(comment);
  std::vector<double> defaults = readDefaults(reader);
  const bool ranged = readRange(reader, out);
  if (ranged || reader.rest().empty()) {
    out.defaults = std::move(defaults);
    out.label = wordsOf(reader.rest());
    return out;
  }
  // Prose, perhaps with a range in it.
  std::string_view before = comment, after;
  for (std::size_t at = comment.find('['); at != std::string_view::npos;
       at = comment.find('[', at + 1)) {
    Reader inside(comment.substr(at));
    if (!readRange(inside, out)) continue;
    before = comment.substr(0, at);
    after = inside.rest();
    break;
  }
  out.label = wordsOf(std::string(before) + ' ' + std::string(after));
  return out;
}

}  // namespace topknot::glsl
