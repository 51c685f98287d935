// Replaces macros by what they stand for.
#include "glsl/preprocessor/expander.h"

#include <string>
#include <utility>

#include "glsl/preprocessor/lexer.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxDepth = 256;  // of calls in arguments of calls

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

std::optional<Token> TokenList::next() {
  if (at_ == tokens_.size()) return std::nullopt;
  return tokens_[at_++];
}

Expander::~Expander() {
  for (const Layer& layer : layers_) layer.macro->active = false;
}

void Expander::dropEmptyLayers() {
  while (!layers_.empty() && layers_.back().at == layers_.back().tokens.size()) {
    layers_.back().macro->active = false;
    layers_.pop_back();
  }
}

const Token* Expander::peek() {
  dropEmptyLayers();
  if (!layers_.empty()) return &layers_.back().tokens[layers_.back().at];
  return source_.peek();
}

std::optional<Token> Expander::nextPlain() {
  if (findings_.stopped()) return std::nullopt;
  dropEmptyLayers();
  if (layers_.empty()) return source_.next();
  Layer& layer = layers_.back();
  return layer.tokens[layer.at++];
}

std::optional<Token> Expander::next() {
  while (std::optional<Token> token = nextPlain()) {
    if (!token->isWord() || token->painted) return token;
    if (token->is("__LINE__")) return numberToken(*token, source_.lineAt(token->place));
    if (token->is("__FILE__")) return numberToken(*token, source_.fileAt(token->place));
    const MacroPtr macro = macros_.find(token->text);
    if (!macro) return token;
    if (macro->active) {
      token->painted = true;
      return token;
    }
    if (!enter(*token, macro)) return token;
  }
  return std::nullopt;
}

Token Expander::numberToken(const Token& name, int number) {
  Token out = name;
  out.text = macros_.keep(std::to_string(number));
  out.kind = Token::Kind::Number;
  out.made = true;
  return out;
}

/// Goes on with what the macro stands for; false where its name is no call of it.
bool Expander::enter(const Token& name, const MacroPtr& macro) {
  std::vector<Tokens> arguments;
  if (macro->takesArguments) {
    const Token* const bracket = peek();
    if (bracket == nullptr || !bracket->is("(")) return false;
    std::optional<std::vector<Tokens>> taken = takeArguments(name, *macro);
    if (!taken) return false;
    arguments = std::move(*taken);
  }
  Tokens tokens = substituted(name, *macro, arguments);
  findings_.countSteps(1, name.place);
  if (!tokens.empty()) tokens.front().gap = name.gap;
  macro->active = true;
  layers_.push_back({macro, std::move(tokens)});
  return true;
}

/// Those between the brackets that begin here, as they stand there.
std::optional<std::vector<Expander::Tokens>> Expander::takeArguments(const Token& name,
                                                                     const Macro& macro) {
  std::vector<Tokens> arguments(1);
  nextPlain();  // the bracket
  for (int open = 1; open > 0;) {
    std::optional<Token> token = nextPlain();
    if (!token) {
      findings_.add(name.place, "the call of the macro " + quoted(name.text) + " has no ')'");
      return std::nullopt;
    }
    findings_.countSteps(1, name.place);
    if (token->is("(")) ++open;
    if (token->is(")") && --open == 0) break;
    if (token->is(",") && open == 1) {
      arguments.emplace_back();
    } else {
      token->made = true;
      arguments.back().push_back(*token);
    }
  }
  const std::size_t wanted = macro.parameters.size();
  if (wanted == 0 && arguments.size() == 1 && arguments[0].empty()) arguments.clear();
  if (arguments.size() == wanted) return arguments;
  findings_.add(name.place, "the macro " + quoted(name.text) + " takes " + std::to_string(wanted) +
                                (wanted == 1 ? " argument" : " arguments") + ", found " +
                                std::to_string(arguments.size()));
  return std::nullopt;
}

Expander::Tokens Expander::expanded(const Tokens& argument) {
  Tokens out;
  if (argument.empty()) return out;
  if (depth_ == kMaxDepth) {
    findings_.stop(argument[0].place, "macros are nested deeper than " + std::to_string(kMaxDepth));
    return out;
  }
  TokenList list(argument, source_);
  Expander inner(list, macros_, findings_, depth_ + 1);
  while (const std::optional<Token> token = inner.next()) {
    findings_.countSteps(1, argument[0].place);
    out.push_back(*token);
  }
  return out;
}

/// The macro's body with its arguments in the places of its parameters. Those beside a `##` stand
/// there as they are, all others expanded.
Expander::Tokens Expander::substituted(const Token& name, const Macro& macro,
                                       const std::vector<Tokens>& arguments) {
  Tokens out;
  std::vector<std::optional<Tokens>> ready(arguments.size());
  bool joins = false, leftEmpty = true;
  for (std::size_t i = 0; i < macro.body.size() && !findings_.stopped(); ++i) {
    Token token = macro.body[i];
    if (token.is("##")) {
      joins = true;
      continue;
    }
    token.place = name.place;
    token.made = true;
    const int parameter = macro.parameter(token);
    const bool beside = joins || (i + 1 < macro.body.size() && macro.body[i + 1].is("##"));
    Tokens piece = {token};
    if (parameter >= 0) {
      const auto index = static_cast<std::size_t>(parameter);
      if (!beside && !ready[index]) ready[index] = expanded(arguments[index]);
      piece = beside ? arguments[index] : *ready[index];
      if (!piece.empty()) piece.front().gap = token.gap;
    }
    std::size_t first = 0;
    if (joins && !leftEmpty && !piece.empty()) join(out, piece[first++], name.place);
    out.insert(out.end(), piece.begin() + static_cast<std::ptrdiff_t>(first), piece.end());
    findings_.countSteps(piece.size(), name.place);
    leftEmpty = piece.empty() && (!joins || leftEmpty);
    joins = false;
  }
  return out;
}

/// Makes one token of the last one and that which follows.
void Expander::join(Tokens& out, const Token& right, Place place) {
  Token& left = out.back();
  const std::string both = std::string(left.text) + std::string(right.text);
  if (tokenLength(both) != both.size()) {
    findings_.add(place, "## makes no word, number or sign of " + quoted(left.text) + " and " +
                             quoted(right.text));
    out.push_back(right);
    return;
  }
  left.text = macros_.keep(both);
  left.kind = kindOf(both);
  left.painted = false;
}

}  // namespace topknot::glsl
