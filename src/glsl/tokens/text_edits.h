// Changes of a shader's text, noted where its tokens stand.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

/// A piece of `userCode()`, and what stands there instead in the rewritten text.
struct TextEdit {
  std::size_t at = 0, length = 0;
  std::string text;
};

/// What macros wrote does not stand in the text, and stays. Tokens are named by their index.
class TextEdits {
 public:
  TextEdits(std::string_view code, const Tokens& tokens) : code_(code), tokens_(tokens) {}

  std::size_t offsetOf(const CodeToken& token) const {
    return static_cast<std::size_t>(token.text.data() - code_.data());
  }
  /// From the first token to the last.
  void replace(std::size_t first, std::size_t last, std::string text);
  void insert(std::size_t before, std::string text);
  /// Takes `set = 0` out of a layout, from its first token to the `,` or `)` behind it: OpenGL has
  /// no descriptor sets.
  void dropItem(std::size_t first, std::size_t end);
  /// Takes out `[[unroll]]` and its like, another dialect's advice to its compiler.
  void dropAttributes();

  std::vector<TextEdit> take() { return std::move(edits_); }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  std::string_view code_;
  const Tokens& tokens_;
  std::vector<TextEdit> edits_;
};

/// The code with those edits. The ends of lines in what goes away stay. Of edits that overlap, the
/// first one holds.
std::string applied(const std::string& code, std::vector<TextEdit> edits);

}  // namespace topknot::glsl
