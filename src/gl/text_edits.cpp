// Changes of a shader's text, noted where its tokens stand.
#include "gl/text_edits.h"

#include <algorithm>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxAttribute = 16;  // tokens of a `[[…]]`

}  // namespace

void TextEdits::replace(std::size_t first, std::size_t last, std::string text) {
  last = std::min(last, tokens_.size() - 1);
  if (tokens_[first].made || tokens_[last].made) return;
  const std::size_t at = offsetOf(tokens_[first]);
  const std::size_t end = offsetOf(tokens_[last]) + tokens_[last].text.size();
  edits_.push_back({at, end - at, std::move(text)});
}

void TextEdits::insert(std::size_t before, std::string text) {
  if (!tokens_[before].made) edits_.push_back({offsetOf(tokens_[before]), 0, std::move(text)});
}

void TextEdits::dropItem(std::size_t first, std::size_t end) {
  if (text(end) == ",") {
    replace(first, end, "");
  } else if (text(first - 1) == ",") {
    replace(first - 1, end - 1, "");
  } else {
    replace(first - 2, end, "");  // it was alone: the whole `layout(…)`
  }
}

void TextEdits::dropAttributes() {
  const auto doubled = [&](std::size_t at) {
    return at + 1 < tokens_.size() && text(at) == text(at + 1) &&
           text(at).data() + 1 == text(at + 1).data();
  };
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (text(i) != "[" || !doubled(i)) continue;
    std::size_t end = i + 2;
    while (end < i + kMaxAttribute && text(end) != "]") ++end;
    if (text(end) == "]" && doubled(end)) replace(i, end + 1, "");
  }
}

}  // namespace topknot::gl
