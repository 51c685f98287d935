// The uniforms that a shader declares, as parameters of its operator.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "glsl/check/shader_declarations.h"
#include "topknot/uniform.h"

namespace topknot {

/// One parameter for each declared uniform of one to four numbers, on the page `Uniforms`. It has
/// the uniform's name, or `uniform_` before that if the operator has such a parameter already. Its
/// default is the declared one, its slider has the declared range, its label is the comment's
/// words. A uniform of two or more numbers has components: `uTintx`, or `uTint1` where that is
/// taken.
///
/// When the text has the uniform no more, the parameter is hidden; it comes back with its value if
/// the uniform does, as long as the type is the same.
class DeclaredUniforms {
 public:
  struct Known {
    glsl::UniformDeclaration text;
    Parameter* parameter = nullptr;  // null for arrays, matrices, samplers
    bool current = true;             // the latest text declares it
  };

  explicit DeclaredUniforms(ParameterSet& set) : set_(&set) {}

  /// The uniforms of a new text.
  void update(const std::vector<glsl::UniformDeclaration>& uniforms);
  /// All that were ever declared: a program made from an earlier text may still be in use.
  const std::map<std::string, Known, std::less<>>& all() const { return all_; }
  /// The name of its parameter; empty if it has none.
  std::string parameterOf(std::string_view uniform) const;
  /// What a uniform is worth if nothing else gives it a value; false if only the program knows: no
  /// default is known, and the parameter was never assigned.
  static bool value(const Known& known, UniformValue& value);

 private:
  Parameter* declare(const glsl::UniformDeclaration& uniform);
  static void describe(Parameter& parameter, const glsl::UniformDeclaration& uniform);

  ParameterSet* set_;
  std::map<std::string, Known, std::less<>> all_;
};

}  // namespace topknot
