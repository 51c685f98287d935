// Functions of the library's own in the place of GLSL's, where drivers fall short of the dialect.
#include "gl/stand_ins.h"

#include <utility>
#include <vector>

#include "gl/builtin_overloads.h"
#include "gl/sampler_calls.h"
#include "gl/sampler_macros.h"
#include "gl/shader_declarations.h"
#include "gl/text_edits.h"

namespace topknot::gl {

WithStandIns withStandIns(const FlatShader& given, const std::array<int, kDimensions>& inputs) {
  const FlatShader user = given.withUserCode(withoutSamplerMacros(given.userCode()));
  std::vector<TextEdit> edits;
  std::string functions = replaceSamplerCalls(user.userCode(), inputs, edits);
  functions += replaceOverloads(user.userCode(), declarationsOf(user), edits);
  if (edits.empty()) return {user, {}};
  return {user.withUserCode(applied(user.userCode(), std::move(edits))), std::move(functions)};
}

}  // namespace topknot::gl
