// Indices of a compute shader's shared memory, kept within it.
#include "glsl/rewriting/shared_indices.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "glsl/check/shader_declarations.h"
#include "glsl/tokens/shader_tokens.h"
#include "glsl/tokens/text_edits.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

constexpr std::string_view kWithin = "tdWithin";
constexpr std::size_t kNone = ~std::size_t{0};

using Names = std::set<std::string_view>;

bool isOpening(std::string_view sign) {
  return isOneOf(sign, {"(", "[", "{"});
}
bool isClosing(std::string_view sign) {
  return isOneOf(sign, {")", "]", "}"});
}

/// Tokens that belong together: the code without its directives, or what one macro stands for.
class Piece {
 public:
  Tokens tokens;
  std::string_view name;  // of the macro; empty for the code
  Names parameters;

  std::string_view text(std::size_t at) const {
    return at < tokens.size() ? tokens[at].text : std::string_view();
  }
  bool isWordAt(std::size_t at) const { return at < tokens.size() && isWord(tokens[at].text); }

  /// Where the bracket that opens at `at` closes; kNone if it does not.
  std::size_t closing(std::size_t at) const {
    int open = 0;
    for (; at < tokens.size(); ++at) {
      if (isOpening(text(at))) ++open;
      if (isClosing(text(at)) && --open == 0) return at;
    }
    return kNone;
  }
  std::size_t opening(std::size_t at) const {
    int open = 0;
    for (++at; at-- > 0;) {
      if (isClosing(text(at))) ++open;
      if (isOpening(text(at)) && --open == 0) return at;
    }
    return kNone;
  }
  bool mentions(std::size_t first, std::size_t end, const Names& names) const {
    for (; first < end; ++first) {
      if (names.contains(text(first)) || parameters.contains(text(first))) return true;
    }
    return false;
  }
};

/// `#define` and what it defines, without directives of other kinds.
void takeDefine(std::string_view line, std::vector<Piece>& pieces) {
  Piece piece;
  tokenize(line, 0, piece.tokens);
  Tokens& tokens = piece.tokens;
  if (tokens.size() < 3 || tokens[1].text != "define") return;
  const std::string_view name = tokens[2].text;
  piece.name = name;
  std::size_t body = 3;
  if (piece.text(3) == "(" && piece.text(3).data() == name.data() + name.size()) {
    for (body = 4; body < tokens.size() && piece.text(body) != ")"; ++body) {
      if (isWord(piece.text(body))) piece.parameters.insert(piece.text(body));
    }
    body = std::min(body + 1, tokens.size());
  }
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(body));
  pieces.push_back(std::move(piece));
}

/// The code itself is the first.
std::vector<Piece> piecesOf(std::string_view code) {
  std::vector<Piece> pieces(1);
  while (!code.empty()) {
    const std::string_view line = code.substr(0, code.find('\n'));
    code.remove_prefix(std::min(line.size() + 1, code.size()));
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] == '#') {
      takeDefine(line, pieces);
    } else {
      tokenize(line, 0, pieces.front().tokens);
    }
  }
  return pieces;
}

/// What is declared between `shared` and its `;`: the words behind which a list goes on or ends.
void takeShared(const Piece& piece, std::size_t at, Names& names) {
  for (std::size_t i = at + 2; i < piece.tokens.size() && piece.text(i) != ";"; ++i) {
    if (isOpening(piece.text(i))) {
      const std::size_t end = piece.closing(i);
      if (end == kNone) return;
      i = end;
    } else if (piece.isWordAt(i) && isOneOf(piece.text(i + 1), {"[", ",", ";", "="})) {
      names.insert(piece.text(i));
    }
  }
}

/// Names of shared variables, and of macros that may stand for one.
Names sharedNames(const std::vector<Piece>& pieces) {
  Names names;
  for (const Piece& piece : pieces) {
    for (std::size_t i = 0; i < piece.tokens.size(); ++i) {
      if (piece.text(i) == "shared") takeShared(piece, i, names);
    }
  }
  for (bool more = !names.empty(); more;) {
    more = false;
    for (const Piece& piece : pieces) {
      if (piece.name.empty() || names.contains(piece.name)) continue;
      const bool pastes = piece.mentions(0, piece.tokens.size(), {"#"});
      if (!pastes && !piece.mentions(0, piece.tokens.size(), names)) continue;
      names.insert(piece.name);
      more = true;
    }
  }
  return names;
}

/// What stands before a `[`.
struct Indexed {
  std::size_t first = kNone;  // its first token; kNone: nothing that is shared
  bool plain = true;          // no field, call or bracket but indices
};

class Bounds {
 public:
  Bounds(const Piece& piece, const Names& names) : piece_(piece), names_(names) {}

  /// Calls `found(open, close, text)` for each index that wants a bound; `text` is what it is of.
  template <class Found>
  void each(Found found) const {
    for (std::size_t i = 1; i < piece_.tokens.size(); ++i) {
      if (piece_.text(i) != "[") continue;
      const std::size_t close = piece_.closing(i);
      if (close == kNone || close == i + 1 || isConstant(i, close)) continue;
      const Indexed what = indexedBefore(i);
      if (what.first == kNone || (what.plain && isDeclared(what.first))) continue;
      found(i, close, textOf(what.first, i));
    }
  }

 private:
  std::string_view text(std::size_t at) const { return piece_.text(at); }

  bool isConstant(std::size_t open, std::size_t close) const {
    return close == open + 2 && base::isDigit(text(open + 1).front());
  }

  Indexed indexedBefore(std::size_t open) const {
    Indexed what;
    for (std::size_t at = open - 1; at != kNone; --at) {
      if (text(at) == "]") {
        at = piece_.opening(at);
        if (at == kNone) break;
      } else if (text(at) == ")") {
        what.plain = false;
        return {groupBefore(at), false};
      } else if (!piece_.isWordAt(at)) {
        break;
      } else if (at > 1 && text(at - 1) == ".") {
        what.plain = false;
        --at;
      } else {
        const std::size_t first = firstPasted(at);
        const bool pasted = first != at;
        if (pasted || piece_.mentions(at, at + 1, names_)) what.first = first;
        return what;
      }
    }
    return {};
  }

  /// `(a)` or a macro with arguments; what a function returns is no memory.
  std::size_t groupBefore(std::size_t close) const {
    const std::size_t open = piece_.opening(close);
    if (open == kNone) return kNone;
    const bool called = open > 0 && piece_.isWordAt(open - 1);
    if (called) return piece_.mentions(open - 1, open, names_) ? open - 1 : kNone;
    return piece_.mentions(open, close, names_) ? open : kNone;
  }

  /// Where `a ## b` begins, if `at` is its end.
  std::size_t firstPasted(std::size_t at) const {
    while (at >= 3 && text(at - 1) == "#" && text(at - 2) == "#" && piece_.isWordAt(at - 3))
      at -= 3;
    return at;
  }

  /// True for `float a[N]`, `float b, a[N]`, `struct { … } a[N]`: a size, not an index.
  bool isDeclared(std::size_t name) const {
    if (name == 0) return false;
    const std::string_view before = text(name - 1);
    if (isWord(before)) return !isOneOf(before, {"return", "else", "do"});
    if (before == "]") return true;
    if (before == "}") return closesType(name - 1);
    return before == "," && isInDeclaration(name - 1);
  }

  bool closesType(std::size_t brace) const {
    const std::size_t open = piece_.opening(brace);
    if (open == kNone || open == 0 || !piece_.isWordAt(open - 1)) return false;
    return text(open - 1) == "struct" || (open > 1 && piece_.isWordAt(open - 2));
  }

  /// Of a comma: the statement that it stands in begins with a type and a name.
  bool isInDeclaration(std::size_t comma) const {
    std::size_t at = comma;
    while (at > 0) {
      const std::string_view sign = text(at - 1);
      if (isOneOf(sign, {";", "{", "}", "("})) break;
      if (sign == "[") return false;
      const std::size_t open = isClosing(sign) ? piece_.opening(at - 1) : at - 1;
      if (open == kNone) return false;
      at = open;
    }
    if (at > 0 && text(at - 1) == "(")
      return false;  // arguments; a parameter has its type before it
    return piece_.isWordAt(at) && piece_.isWordAt(at + 1) && text(at) != "return";
  }

  /// The same with all indices 0: only its type matters.
  std::string textOf(std::size_t first, std::size_t end) const {
    std::string out;
    for (std::size_t i = first; i < end; ++i) {
      if (!out.empty() && base::isWordCharacter(out.back()) && isWord(text(i))) out += ' ';
      out += text(i);
      if (text(i) != "[") continue;
      out += "0]";
      i = piece_.closing(i);
    }
    return out;
  }

  const Piece& piece_;
  const Names& names_;
};

/// True if all indices are bounded, macros expanded.
bool allBounded(std::string_view head, std::string_view code) {
  const std::string whole = std::string(head) + "\n" + std::string(code);
  Piece piece;
  try {
    expandedTokens(whole, piece.tokens);
  } catch (const ShaderExcess&) {
    return false;
  }
  Names names;
  for (std::size_t i = 0; i < piece.tokens.size(); ++i) {
    if (piece.text(i) == "shared") takeShared(piece, i, names);
  }
  bool all = true;
  Bounds(piece, names).each([&](std::size_t open, std::size_t, const std::string&) {
    all = all && piece.text(open + 1) == kWithin;
  });
  return all;
}

}  // namespace

BoundedText boundedShared(std::string_view head, const std::string& code) {
  BoundedText bounded{code};
  if (code.find("shared") == std::string::npos && head.find("shared") == std::string_view::npos) {
    return bounded;
  }
  const std::vector<Piece> ahead = piecesOf(head);
  std::vector<Piece> pieces = piecesOf(code);
  std::vector<Piece> all = pieces;
  all.insert(all.end(), ahead.begin(), ahead.end());
  const Names names = sharedNames(all);
  if (names.empty()) {
    bounded.complete = allBounded(head, code);
    return bounded;
  }
  std::vector<TextEdit> edits;
  for (const Piece& piece : pieces) {
    const TextEdits places(code, piece.tokens);
    Bounds(piece, names).each([&](std::size_t open, std::size_t close, const std::string& what) {
      edits.push_back({places.offsetOf(piece.tokens[open]) + 1, 0, std::string(kWithin) + "("});
      edits.push_back({places.offsetOf(piece.tokens[close]), 0, ", " + what + ".length())"});
    });
  }
  bounded.changed = !edits.empty();
  if (bounded.changed) bounded.text = applied(code, std::move(edits));
  bounded.complete = allBounded(head, bounded.text);
  return bounded;
}

std::string_view sharedBoundsFunction() {
  return "uint tdWithin(int i, int n) { return min(uint(i), uint(n - 1)); } "
         "uint tdWithin(uint i, int n) { return min(i, uint(n - 1)); }\n";
}

}  // namespace topknot::glsl
