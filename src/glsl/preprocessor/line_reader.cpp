// Reads the live lines of a text and of what it includes, and obeys its directives.
#include "glsl/preprocessor/line_reader.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/text.h"
#include "glsl/preprocessor/condition.h"
#include "glsl/preprocessor/lexer.h"

namespace topknot::glsl {

namespace {

/// What stands behind `#define`.
std::span<const Token> behindName(const std::vector<Token>& line) {
  return std::span<const Token>(line).subspan(2);
}

}  // namespace

std::optional<Token> LineReader::next() {
  while (at_ == line_.size()) {
    if (!nextLine()) return std::nullopt;
  }
  return line_[at_++];
}

/// A call of a macro may begin in one line and go on in another, but not behind a directive.
const Token* LineReader::peek() {
  while (at_ == line_.size()) {
    if (open_.empty() || open_.back().at == open_.back().text->text().size() || atDirective() ||
        !nextLine()) {
      return nullptr;
    }
  }
  return &line_[at_];
}

int LineReader::lineAt(Place place) const {
  return place.line + all_.files_[static_cast<std::size_t>(place.file)].lineShift;
}

int LineReader::fileAt(Place place) const {
  return all_.files_[static_cast<std::size_t>(place.file)].number;
}

void LineReader::enter(const Source& source, std::optional<Place> from) {
  const int file = static_cast<int>(all_.files_.size());
  auto text = std::make_unique<const CleanText>(source.text, file);
  if (text->openComment()) fault(*text->openComment(), "the comment that begins here never ends");
  Preprocessor::File& kept = all_.files_.emplace_back();
  kept.name = source.name;
  kept.text = std::move(text);
  kept.from = from;
  kept.number = file;
  open_.push_back({file, kept.text.get(), 0, {}});
}

void LineReader::leave() {
  const Conditions& conditions = open_.back().conditions;
  if (conditions.open()) fault(conditions.begin(), "the condition that begins here has no #endif");
  open_.pop_back();
}

std::size_t LineReader::lineEnd() const {
  return open_.back().text->text().find('\n', open_.back().at);
}

bool LineReader::atDirective() const {
  const std::string& text = open_.back().text->text();
  std::size_t at = open_.back().at;
  while (text[at] != '\n' && base::isSpace(text[at])) ++at;
  return text[at] == '#';
}

/// Reads one line into `line_`, which may stay empty; false at the end of all.
bool LineReader::nextLine() {
  line_.clear();
  at_ = 0;
  if (all_.findings_.stopped()) return false;
  while (!open_.empty() && open_.back().at == open_.back().text->text().size()) leave();
  if (open_.empty()) return false;
  Open& file = open_.back();
  const bool isDirective = atDirective();
  const std::size_t begin = file.at, end = lineEnd();
  file.at = end + 1;
  if (isDirective) {
    if (!directive(begin, end)) skip(begin, end);
  } else if (file.conditions.live()) {
    readTokens(*file.text, begin, end, line_);
  } else {
    skip(begin, end);
  }
  return true;
}

void LineReader::skip(std::size_t begin, std::size_t end) {
  const Open& file = open_.back();
  std::vector<int>& skipped = all_.files_[static_cast<std::size_t>(file.file)].skipped;
  const int last = file.text->placeOf(end).line;
  for (int line = file.text->placeOf(begin).line; line <= last; ++line) skipped.push_back(line);
}

/// False for one in a skipped group.
bool LineReader::directive(std::size_t begin, std::size_t end) {
  Tokens line;
  readTokens(*open_.back().text, begin, end, line);
  const bool named = line.size() > 1 && line[0].is("#");
  if (named && conditional(line[1].text, line)) return true;
  if (!open_.back().conditions.live()) return false;
  if (named) obey(line[1].text, line, begin, end);
  return true;
}

/// True for the directives of conditions, which count in skipped groups as well.
bool LineReader::conditional(std::string_view name, const Tokens& line) {
  Conditions& conditions = open_.back().conditions;
  if (name == "if" || name == "ifdef" || name == "ifndef") {
    conditions.enter(line[0].place, conditions.live() && holds(name, line));
    return true;
  }
  if (name != "elif" && name != "else" && name != "endif") return false;
  if (!conditions.open()) {
    fault(line[0].place, "#" + std::string(name) + " without an #if before it");
  } else if (name == "endif") {
    conditions.leave();
  } else {
    otherwise(name == "else", line);
  }
  return true;
}

void LineReader::otherwise(bool isElse, const Tokens& line) {
  Conditions& conditions = open_.back().conditions;
  const bool every = all_.settings_.everyGroup;
  if (conditions.sawElse())
    fault(line[0].place, "#" + std::string(line[1].text) + " behind an #else");
  const bool asked = isElse || every || (conditions.mayGoOn() && holds("if", line));
  conditions.otherwise(asked, isElse, every);
}

bool LineReader::holds(std::string_view name, const Tokens& line) {
  const bool every = all_.settings_.everyGroup;
  if (name != "if") {
    const bool defined = isDefined(line);
    return every || defined == (name == "ifdef");
  }
  if (every) return !(line.size() == 3 && line[2].is("0"));
  if (line.size() == 2) {
    fault(line[0].place, "#" + std::string(line[1].text) + " expects a condition");
    return false;
  }
  TokenList list(behindName(line), *this);
  return evaluateCondition(list, line[0].place, all_.macros_, all_.findings_).value_or(0) != 0;
}

bool LineReader::isDefined(const Tokens& line) {
  if (line.size() > 2 && line[2].isWord()) return all_.macros_.isDefined(line[2].text);
  fault(line[0].place, "#" + std::string(line[1].text) + " expects the name of a macro");
  return false;
}

void LineReader::obey(std::string_view name, const Tokens& line, std::size_t begin,
                      std::size_t end) {
  const std::span<const Token> rest = behindName(line);
  std::string wrong;
  if (name == "define") {
    wrong = all_.macros_.define(rest, all_.settings_.everyGroup);
  } else if (name == "undef") {
    wrong = all_.macros_.undefine(rest);
  } else if (name == "include" && all_.settings_.include) {
    include(line, end);
  } else if (name == "line") {
    renumber(line);
  } else {
    if (name == "error") {
      const std::string_view said = textBehind(line[1], end);
      wrong = said.empty() ? std::string("#error") : std::string(said);
    }
    passOn(line, begin, end);
  }
  if (!wrong.empty()) fault(line[0].place, std::move(wrong));
}

/// What stands between a token and the end of its line.
std::string_view LineReader::textBehind(const Token& token, std::size_t end) const {
  const std::string_view text(open_.back().text->text());
  const auto behind = static_cast<std::size_t>(token.text.data() - text.data()) + token.text.size();
  return base::trimmed(text.substr(behind, end - behind));
}

void LineReader::passOn(const Tokens& line, std::size_t begin, std::size_t end) {
  const std::string_view text =
      std::string_view(open_.back().text->text()).substr(begin, end - begin);
  all_.tokens_.push_back({base::trimmed(text), line[0].place, Token::Kind::Directive, true});
}

/// `#line 20` or `#line 20 3`: the numbers of the next line and of the file.
void LineReader::renumber(const Tokens& line) {
  TokenList list(behindName(line), *this);
  Expander expander(list, all_.macros_, all_.findings_);
  std::vector<std::int64_t> numbers;
  bool sound = true;
  while (const std::optional<Token> token = expander.next()) {
    const std::optional<std::int64_t> number = integerOf(token->text);
    sound = sound && number && *number >= 0 && *number < (1 << 30);
    if (sound) numbers.push_back(*number);
  }
  if (!sound || numbers.empty() || numbers.size() > 2) {
    return fault(line[0].place, "#line expects the number of a line, and maybe that of a text");
  }
  Preprocessor::File& file = all_.files_[static_cast<std::size_t>(open_.back().file)];
  // A line that a backslash continues ends where the next one begins.
  const int next = open_.back().text->placeOf(open_.back().at).line;
  file.lineShift = static_cast<int>(numbers[0]) - next;
  if (numbers.size() > 1) file.number = static_cast<int>(numbers[1]);
}

void LineReader::include(const Tokens& line, std::size_t end) {
  const std::string_view wanted = textBehind(line[1], end);
  const bool quoted = wanted.size() > 2 && wanted.front() == '"' && wanted.back() == '"';
  const bool angled = wanted.size() > 2 && wanted.front() == '<' && wanted.back() == '>';
  if (!quoted && !angled) {
    return fault(line[0].place,
                 "#include expects \"name\" or <name>, found '" + std::string(wanted) + "'");
  }
  enterInclude(wanted.substr(1, wanted.size() - 2), line[0].place);
}

void LineReader::enterInclude(std::string_view wanted, Place place) {
  const Open& includer = open_.back();
  const std::optional<Source> found = all_.settings_.include(wanted, all_.fileName(includer.file));
  if (!found) return fault(place, "the include \"" + std::string(wanted) + "\" was not found");
  const bool circle = std::any_of(open_.begin(), open_.end(), [&](const Open& each) {
    return all_.fileName(each.file) == found->name;
  });
  if (circle) {
    return fault(place, "includes go round in a circle: " + chain() + " > " + found->name);
  }
  if (open_.size() > static_cast<std::size_t>(kMaxIncludeDepth)) {
    return fault(place, "includes are nested deeper than " + std::to_string(kMaxIncludeDepth) +
                            ": " + chain());
  }
  enter(*found, place);
}

/// `a.frag > b.glsl > this.glsl`
std::string LineReader::chain() const {
  std::string text;
  for (const Open& each : open_) text += (text.empty() ? "" : " > ") + all_.fileName(each.file);
  return text;
}

void LineReader::fault(Place place, std::string message) {
  all_.findings_.add(place, std::move(message));
}

}  // namespace topknot::glsl
