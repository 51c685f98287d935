// A user's shader text made ready for a driver: checked, includes expanded, lines kept apart.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gl/shader_log.h"

namespace topknot::gl {

/// A text and what its author calls it in messages.
struct ShaderSource {
  std::string name;
  std::string text;
};

/// Finds what `#include "wanted"` in the text called `includer` means; nothing if there is no such
/// text. May throw Error (the sentence becomes a message at that line).
using IncludeResolver =
    std::function<std::optional<ShaderSource>(std::string_view wanted, std::string_view includer)>;

/// One text for the driver, and for each of its lines the place that it came from. Drivers cannot be
/// trusted with `#line`: the table is ours.
class FlatShader {
 public:
  /// Adds lines of the library's own.
  void addLibrary(std::string_view text);
  /// Adds a user's text. Its `#include`s are expanded. Lines that a backslash continues stay lines
  /// of their own where that means the same, so that messages find them; else they are joined, and
  /// the lines that this frees stay, empty. A byte order mark goes, comments become blanks. A leading
  /// `#version` of at most 460 is taken out, since the library writes its own, and so is `#line`;
  /// `#extension` lines outside conditions go to the head.
  void addUser(const ShaderSource& source, const IncludeResolver& resolver);

  /// Adds the user's lines of another one, each as `edit` returns it. Places stay.
  void addFlat(const FlatShader& other, const std::function<std::string(std::string_view)>& edit);

  /// Adds a problem of a line of `userCode()`, counted from 0.
  void problemAt(int userLine, std::string message);

  /// A message about a line of `userCode()`, counted from 0.
  Diagnostic diagnosticAt(int userLine, bool error, std::string message) const;

  /// `#version`, then the hoisted lines, then all that was added.
  std::string text(int version) const;
  /// What was wrong before a driver saw the text: bytes that would end it, sizes, nesting, includes,
  /// and what drivers crash on.
  const std::vector<Diagnostic>& problems() const { return problems_; }
  /// What was let pass, as a kindness.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }
  /// Moves messages of the driver about `text()` to the places in the user's own texts.
  void place(std::vector<Diagnostic>& messages) const;
  /// The user's texts without comments, includes expanded.
  const std::string& userCode() const { return userCode_; }
  /// The same with another text in the place of `userCode()`, of as many lines.
  FlatShader withUserCode(std::string code) const;
  /// What the comment behind a line of `userCode()` says, counted from 0.
  std::string_view commentOf(int userLine) const;
  /// True if the user's texts mention that identifier outside comments.
  bool mentions(std::string_view identifier) const;

 private:
  friend class UserText;
  struct Origin {
    int file;  // index of files_, −1: the library's
    int line;
  };
  void addLine(std::string_view text, Origin origin);
  void problem(int file, int line, std::string message);
  Origin originOf(int flatLine) const;

  std::vector<std::string> files_;
  std::string body_, head_;
  std::vector<Origin> bodyLines_, headLines_;
  std::vector<Diagnostic> problems_, warnings_;
  std::string userCode_;
  std::vector<Origin> userLines_;  // of userCode_
  std::vector<std::size_t> userBodyLines_;  // where each is in body_
  std::map<int, std::string> comments_;     // behind lines of userCode_
  std::size_t userBytes_ = 0;
  int nesting_ = 0;  // of brackets, at the end of what was added
};

}  // namespace topknot::gl
