// Shader text as the compiler proper sees it: includes, conditions and macros are done with.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/preprocessor/clean_text.h"
#include "glsl/preprocessor/findings.h"
#include "glsl/preprocessor/macros.h"
#include "glsl/preprocessor/token.h"
#include "topknot/diagnostic.h"

namespace topknot::glsl {

/// A text and what its author calls it.
struct Source {
  std::string name, text;
};

/// What `#include "wanted"`, or `<wanted>`, in the text called `includer` means; nothing if there
/// is no such text.
using IncludeFinder =
    std::function<std::optional<Source>(std::string_view wanted, std::string_view includer)>;

/// Words and signs that a shader may consist of, its macros expanded. What stands in skipped groups
/// is not counted, nor what macros would be that nobody uses.
constexpr std::size_t kMaxLiveTokens = 1 << 19;
constexpr int kMaxIncludeDepth = 16;

struct PreprocessorSettings {
  int version = 460;                         // `__VERSION__`
  std::vector<std::string> extensions = {};  // of the context, each of which is a macro that is 1
  IncludeFinder include = {};
  /// Takes all groups of conditions but those of `#if 0`, and tells nothing that may come from
  /// that: for readers who want to know what a shader can be at all.
  bool everyGroup = false;
};

/// Reads texts one after the other, as if they were one, by the rules of GLSL 4.60. `#if` and
/// `#elif` count in 64 bits, and names that are no macros are 0 there, as in all compilers of
/// OpenGL's.
///
///     Preprocessor preprocessor({.version = 460});
///     preprocessor.add({"a.frag", text});
///     for (const Token& token : preprocessor.tokens()) …
///
/// Live `#pragma`, `#extension`, `#version` and `#error` and directives that nobody knows are
/// passed on, each as a token that is the whole line. Owns what its tokens look into. Thread: one
/// at a time.
class Preprocessor {
 public:
  explicit Preprocessor(PreprocessorSettings settings);
  ~Preprocessor();

  void add(const Source& source);

  /// Those of all texts, as far as they were read: not beyond what stops reading.
  const std::vector<Token>& tokens() const { return tokens_; }
  /// Errors, in the order in which they were met.
  std::vector<Diagnostic> diagnostics() const;
  /// The same with places as tokens have them. Where reading stopped, the last one says why.
  const std::vector<Finding>& findings() const { return found_; }
  /// True if it stopped before the end: there was too much.
  bool stopped() const { return findings_.stopped(); }
  const MacroTable& macros() const { return macros_; }
  const std::string& fileName(int file) const;
  /// The lines of a file, counted from 1, that conditions leave out; the conditions themselves,
  /// which are directives, are not among them.
  const std::vector<int>& skippedLines(int file) const;
  /// The lines that include a file, from the outermost down.
  std::vector<SourcePlace> includedFrom(int file) const;

 private:
  friend class LineReader;
  struct File {
    std::string name;
    std::unique_ptr<const CleanText> text;
    std::optional<Place> from;  // the `#include`
    int lineShift = 0;          // of `#line`
    int number = 0;             // `__FILE__`
    std::vector<int> skipped;   // lines
  };

  void checkSign(const Token& token);

  PreprocessorSettings settings_;
  std::deque<File> files_;
  MacroTable macros_;
  std::vector<Token> tokens_;
  Findings findings_;
  std::vector<Finding> found_;
};

}  // namespace topknot::glsl
