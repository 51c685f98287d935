// Reads and writes of outputs whose index is not constant, as calls of functions.
#include "glsl/rewriting/image_calls.h"

#include <string_view>

#include "glsl/rewriting/constant_names.h"
#include "glsl/tokens/text_edits.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

constexpr const char* kCoordinate =
    "#if TD_OUTPUT_FLAT\n#define TK_COORDINATE ivec2\n#else\n#define TK_COORDINATE ivec3\n#endif\n";

constexpr const char* kStore =
    "void tk_imageStore(int index, TK_COORDINATE at, vec4 colour) {\n"
    "#define TK_STORE(i) if (index == i) imageStore(mTDComputeOutputs[i], at, colour);\n"
    "TD_EACH_BUFFER(TK_STORE)\n}\n";

constexpr const char* kLoad =
    "#if TD_OUTPUT_READS\n"
    "vec4 tk_imageLoad(int index, TK_COORDINATE at) {\n"
    "  vec4 colour = vec4(0.0);\n"
    "#define TK_LOAD(i) if (index == i) colour = imageLoad(mTDComputeOutputs[i], at);\n"
    "TD_EACH_BUFFER(TK_LOAD)\n"
    "  return colour;\n}\n#endif\n";

}  // namespace

std::string replaceImageCalls(const std::string& code, std::vector<TextEdit>& edits) {
  if (code.find("TDComputeOutputs") == std::string::npos) return {};
  Tokens tokens;
  tokenize(code, 0, tokens);
  const ConstantNames names(code, tokens);
  TextEdits own(code, tokens);
  bool stores = false, loads = false;
  for (std::size_t i = 0; i + 4 < tokens.size(); ++i) {
    const std::string_view call = tokens[i].text, image = tokens[i + 2].text;
    if (!isOneOf(call, {"imageStore", "imageLoad"}) || tokens[i + 1].text != "(") continue;
    if (!isOneOf(image, {"mTDComputeOutputs", "sTDComputeOutputs"})) continue;
    const std::size_t close = closingBracket(tokens, i + 3, tokens.size());
    if (tokens[i + 3].text != "[" || close + 1 >= tokens.size()) continue;
    if (tokens[close + 1].text != "," || names.areConstant(i + 4, close)) continue;
    own.replace(i, i, "tk_" + std::string(call));
    own.replace(i + 2, i + 3, "int(");
    own.replace(close, close, ")");
    (call == "imageStore" ? stores : loads) = true;
  }
  for (TextEdit& edit : own.take()) edits.push_back(std::move(edit));
  if (!stores && !loads) return {};
  return std::string(kCoordinate) + (stores ? kStore : "") + (loads ? kLoad : "");
}

}  // namespace topknot::glsl
