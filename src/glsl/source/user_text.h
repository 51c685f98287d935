// The walk through one text of a user's, and through what it includes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glsl/source/shader_source.h"

namespace topknot::glsl {

constexpr std::size_t kMaxUserBytes = 1 << 20;  // of a shader and its includes

/// True if the identifier stands in the text.
bool hasWord(std::string_view text, std::string_view word);

/// Adds a user's text to a MappedSource, line by line; makes another of itself for each include.
class UserText {
 public:
  /// `toHead`: the lines go before the library's declarations.
  UserText(MappedSource& out, const IncludeResolver& resolver, bool toHead)
      : out_(out), resolver_(resolver), toHead_(toHead) {}

  void add(const ShaderSource& source);

 private:
  using Origin = MappedSource::Origin;

  UserText(UserText& parent, Origin from);
  void takeLine(std::string_view& text);
  std::string withoutComments(std::string_view line, int number);
  void emit(std::string_view line, int number);
  void emitBlank(int number);
  bool inCondition() const;
  void countConditions(std::string_view directive, int number);
  void countNesting(const std::string& code, int number);
  void takeVersion(std::string_view rest, int number);
  void include(std::string_view wanted, int number);
  void addIncluded(const ShaderSource& found, int number);
  /// `a.frag > b.glsl > this.glsl`
  std::string chain() const;
  /// The sentence, and who includes this text.
  std::string withChain(std::string sentence) const;
  void problem(int number, std::string message) { out_.problem(file_, number, std::move(message)); }

  MappedSource& out_;
  const IncludeResolver& resolver_;
  const bool toHead_;
  const UserText* parent_ = nullptr;
  int depth_ = 0;  // of includes
  Origin from_{-1, 0};
  std::string name_;
  int file_ = 0;
  int line_ = 0;
  bool inComment_ = false;
  int commentLine_ = 0;
  std::string comment_;  // of this line, behind its code
  bool sawCode_ = false;
  std::vector<int> conditions_;  // lines of the #if that are open
};

}  // namespace topknot::glsl
