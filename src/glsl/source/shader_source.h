// A user's shader text made ready for a driver: checked, includes expanded, lines kept apart.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glsl/log/shader_log.h"
#include "topknot/error.h"

namespace topknot::glsl {

/// A text and what its author calls it in messages.
struct ShaderSource {
  std::string name;
  std::string text;
};

/// Says in a sentence that, and where, an include was not found.
class MissingInclude : public Error {
 public:
  using Error::Error;
};

/// Finds what `#include "wanted"` in the text called `includer` means; nothing if there is no such
/// text. May throw MissingInclude, which like nothing matters only where conditions do not switch
/// the line off, or Error: the sentence becomes a message at that line.
using IncludeResolver =
    std::function<std::optional<ShaderSource>(std::string_view wanted, std::string_view includer)>;

class OneLineCalls;

/// One text for the driver, and for each of its lines the place that it came from. Drivers cannot
/// be trusted with `#line`: the table is ours.
class MappedSource {
 public:
  /// Adds lines of the library's own.
  void addLibrary(std::string_view text);
  /// Adds a user's text. Its `#include`s are expanded. Lines that a backslash continues stay lines
  /// of their own where that means the same, so that messages find them; else they are joined, and
  /// the lines that this frees stay, empty. A byte order mark goes, comments become blanks. A
  /// leading
  /// `#version` of at most 460 is taken out, since the library writes its own, and so is `#line`;
  /// `#extension` lines outside conditions go to the head. `__LINE__` becomes the line's number,
  /// but in macros, where it is that of the driver's text.
  void addUser(const ShaderSource& source, const IncludeResolver& resolver);

  /// Adds a user's text that goes before all lines of the library's, as `predat` does; before
  /// `addUser`.
  void addHead(const ShaderSource& source, const IncludeResolver& resolver);

  /// Adds the user's lines of another one, each as `edit` returns it; its head as it is. Places
  /// stay.
  void addFlat(const MappedSource& other, const std::function<std::string(std::string_view)>& edit);

  /// Adds a problem of a line of `userCode()`, counted from 0.
  void problemAt(int userLine, std::string message);

  /// A message about a line of `userCode()`, counted from 0.
  Diagnostic diagnosticAt(int userLine, bool error, std::string message) const;

  /// `#version`, then the hoisted lines, then the head, then all that was added. Calls of macros
  /// over several lines are put on one, for drivers would miscount what follows.
  std::string text(int version) const;
  /// What was wrong before a driver saw the text: bytes that would end it, sizes, nesting,
  /// includes, and what drivers crash on.
  const std::vector<Diagnostic>& problems() const { return problems_; }
  /// What was let pass, as a kindness.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }
  /// Moves messages of the driver about `text()` to the places in the user's own texts, and tells
  /// their includes and lines; those of one stage, if it is given. What was moved before stays.
  void place(std::vector<Diagnostic>& messages,
             std::optional<Diagnostic::Stage> only = std::nullopt) const;
  /// The user's texts without comments, includes expanded; without the head.
  const std::string& userCode() const { return userCode_; }
  /// The same with another text in the place of `userCode()`, of as many lines.
  MappedSource withUserCode(std::string code) const;
  /// What the comment behind a line of `userCode()` says, counted from 0.
  std::string_view commentOf(int userLine) const;
  /// The same of the head.
  const std::string& headCode() const { return pre_; }
  /// True if the user's texts, or the head, mention that identifier outside
  /// comments.
  bool mentions(std::string_view identifier) const;

 private:
  friend class UserText;
  struct Origin {
    int file;  // index of files_, −1: the library's
    int line;
  };
  struct File {
    std::string name;
    std::shared_ptr<const std::string> text;
    Origin from;  // the line that includes it
  };
  static constexpr Origin kLibrary{-1, 0};

  // Called by UserText.
  void addLine(std::string_view text, Origin origin);
  void addUserLine(const std::string& code, std::string_view comment, Origin origin);
  void addHeadLine(const std::string& code, Origin origin);
  void addExtension(const std::string& code, Origin origin);
  void problem(int file, int line, std::string message);
  std::optional<Origin> definitionOf(std::string_view name) const;
  Diagnostic messageOf(Origin origin, Diagnostic::Severity severity, std::string message) const;

  /// Of a line of `text()` behind `#version`, counted from 0.
  Origin originOf(int line) const;
  OneLineCalls oneLineCalls() const;
  void placeOne(Diagnostic& message, const OneLineCalls& calls) const;
  void locate(Diagnostic& message, int line, const OneLineCalls& calls) const;
  void describe(Diagnostic& message, Origin origin) const;
  std::string_view sourceLine(Origin origin) const;
  bool isInSources(std::string_view name) const;

  std::vector<File> files_;
  int mainFile_ = -1;
  std::string body_, pre_, head_;
  std::vector<Origin> bodyLines_, preLines_, headLines_;
  std::vector<Diagnostic> problems_, warnings_;
  std::vector<std::pair<Origin, std::string>> missing_;  // includes
  std::string userCode_;
  std::vector<Origin> userLines_;           // of userCode_
  std::vector<std::size_t> userBodyLines_;  // where each is in body_
  std::map<int, std::string> comments_;     // behind lines of userCode_
  mutable std::shared_ptr<const std::set<std::string, std::less<>>> words_;  // of `mentions`
  std::size_t userBytes_ = 0;
  int nesting_ = 0;  // of brackets, at the end of what was added
};

}  // namespace topknot::glsl
