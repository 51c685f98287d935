// Functions of a user's that take samplers, as ones that take the numbers of inputs.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/check/shader_declarations.h"
#include "glsl/source/dimension.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

/// The kind of inputs (a Dimension) that `sTD2DInputs` and its like name; else kDimensions.
std::size_t inputsKind(std::string_view word);
/// The same of the type of a sampler, `sampler2D` and its like.
std::size_t samplersKind(std::string_view type);
/// `sTD2DInputs` and its like.
std::string_view inputsName(std::size_t kind);

/// For a call such as `blur(sTD2DInputs[E], p)`, where E is not constant: `tk_at0_blur(E, p)`,
/// written behind `blur`, calls it with the input of that number.
class SamplerFunctions {
 public:
  /// A parameter, and the kind of inputs that it takes.
  struct Position {
    std::size_t parameter, kind;
    bool operator==(const Position&) const = default;
  };

  /// The code and its tokens (`tokenize`) have to outlive it.
  SamplerFunctions(const std::string& code, const Tokens& tokens,
                   const std::array<int, kDimensions>& inputs);

  /// True if a function of that name has a parameter there that takes samplers of that kind.
  bool takes(std::string_view name, std::size_t kind, std::size_t parameter) const;
  /// What to call in its place, with numbers at those positions; none if there is no such function.
  std::string polyfill(std::string_view name, const std::vector<Position>& positions);
  /// The functions asked for.
  void addTo(std::vector<TextEdit>& edits) const;

 private:
  struct Parameter {
    std::string before, after;  // the name: `in vec3`, `[4]`
    std::string type;
  };
  struct Function {
    std::string_view name, result;
    std::vector<Parameter> parameters;
    std::size_t end;  // its last token
    bool hasBody;
  };

  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  void markDirectives();
  void declaration(std::size_t name);
  Parameter parameter(std::size_t first, std::size_t end) const;
  /// Behind the `}` that belongs to the `{` there; 0 if there is none.
  std::size_t endOfBody(std::size_t at) const;
  bool fits(const Function& function, const std::vector<Position>& positions) const;
  std::string written(const Function& function, const std::vector<Position>& positions) const;

  const std::string& code_;
  const Tokens& tokens_;
  const std::array<int, kDimensions>& inputs_;
  std::vector<bool> directive_;  // of each token: it stands in a directive
  std::vector<Function> functions_;
  std::map<std::string_view, std::vector<std::vector<Position>>> wanted_;
};

}  // namespace topknot::glsl
