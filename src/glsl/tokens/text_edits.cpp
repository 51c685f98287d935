// Changes of a shader's text, noted where its tokens stand.
#include "glsl/tokens/text_edits.h"

#include <algorithm>

namespace topknot::glsl {

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

std::string applied(const std::string& code, std::vector<TextEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    return a.at != b.at ? a.at < b.at : a.length > b.length;
  });
  std::string out;
  std::size_t done = 0;
  for (const TextEdit& edit : edits) {
    if (edit.at < done || edit.at + edit.length > code.size()) continue;
    out.append(code, done, edit.at - done);
    done = edit.at + edit.length;
    const auto first = code.begin() + static_cast<std::ptrdiff_t>(edit.at);
    const auto lines = std::count(first, first + static_cast<std::ptrdiff_t>(edit.length), '\n');
    out += edit.text;
    out.append(static_cast<std::size_t>(lines), '\n');
  }
  return out.append(code, done);
}

}  // namespace topknot::glsl
