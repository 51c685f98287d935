// All that gives the uniforms of a shader their values, for an operator that has one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gl/program/texture_buffer.h"
#include "glsl/check/shader_declarations.h"
#include "top/parameters/values.h"
#include "top/uniforms/declared_uniforms.h"
#include "top/uniforms/uniform_blocks.h"
#include "top/uniforms/user_uniforms.h"

namespace topknot {

/// Where a uniform's value comes from, the first that there is: what the program set (`user()`), an
/// entry on the pages, the parameter of the declared uniform or its default, the initializer, 0.
class UniformPages {
 public:
  /// Declares the pages, and `loaduniformnames` on the page that is open. `colours` converts what
  /// the page Colors holds into the space that is worked in.
  UniformPages(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours);

  UserUniforms& user() { return user_; }
  /// What each cook begins to count with: one value for all of an array, or one for each. False if
  /// that changes nothing.
  bool counter(std::string_view name, std::vector<std::uint32_t> values);
  /// A specialization constant's value in the place of its default. False if that changes nothing.
  bool constant(std::string_view name, const Value& value);

  /// The shader has a new text: its uniforms become parameters.
  void declared(glsl::Declarations declarations);
  const glsl::Declarations& declarations() const { return declared_; }

  /// True if a value is computed in each frame.
  bool timeDependent() const { return user_.followFrames(); }
  /// Brings the values up to date. May call functions of the user's (see UserUniforms::evaluate).
  void evaluate(const Frame& frame);
  /// Another number when a value that `give` or `numbers` would use changed, since `evaluate`.
  std::uint64_t revision() const { return revision_; }
  /// Another number when a constant was given.
  std::uint64_t constantRevision() const { return constantRevision_; }

  /// The constants that differ from what the text says, for glsl::rewritten. Does not need
  /// evaluate().
  std::vector<glsl::ConstantValue> constants();
  /// The same as one text: another one means another program.
  std::string constantsKey();

  /// True for an identifier that stands in one of the shader's texts.
  using Mentions = std::function<bool(std::string_view)>;
  /// Sets the uniforms of a program of the shader's, fills and binds texture buffers to the units
  /// of their samplers (see Program::separateSamplers) and starts the atomic counters. The program
  /// is drawn with next. Names that no text mentions, and values of a wrong kind, are
  /// warnings.
  void set(const gl::Program& program, const Mentions& mentioned,
           std::vector<std::string>& warnings);
  /// As numbers of a pixel function.
  Values numbers(const Mentions& mentioned, std::vector<std::string>& warnings);

  /// What a counter stands at, or each of an array. Waits for the GPU.
  std::vector<std::uint32_t> counted(const gl::Program& program, std::string_view name) const {
    return counters_.read(program, name);
  }
  /// What the shader declares; without a program, nothing is known to be active.
  std::vector<UniformInfo> infos(const gl::Program* program) const;
  /// Lets go of what lives in the context.
  void forgetGl();

 private:
  /// Where a value comes from. What the program gives has to be of the declared type; pages hold as
  /// many numbers as they have room for.
  enum class Source { Declared, Vectors, Colours, Arrays, Matrices, Program };
  struct Given {
    UniformValue value;
    Source source = Source::Declared;
  };
  /// A parameter of a declared uniform, and its revision when its value was read.
  struct Follow {
    const std::string* name;
    const DeclaredUniforms::Known* known;
    std::uint64_t revision;
  };
  /// Of the program that was given uniforms latest.
  struct Looked {
    GLuint program = 0;  // 0: of none yet
    bool hasBuffers = false;
    std::vector<std::string> warnings;  // about names
  };
  void collect();
  bool collectChanges();
  void change(const std::string& name, Given given);
  void seen();
  void collectDeclared();
  void collectPages();
  bool fits(const std::string& name, const UniformBlocks::Entry& entry);
  void collectUsers();
  void setAll(const gl::Program& program);
  void setChanges(const gl::Program& program);
  void setOne(const gl::Program& program, const std::string& name, const gl::UniformInfo& info);
  std::string mismatch(const std::string& name, const Given& given, const std::string& type,
                       int arraySize) const;
  void checkSamplers(const gl::Program& program, std::vector<std::string>& warnings) const;
  void checkCounts(std::vector<std::string>& warnings) const;
  void setBuffers(const gl::Program& program);
  void startCounters(const gl::Program& program);
  void checkNames(const Mentions& mentioned, std::vector<std::string>& warnings) const;
  const Looked& look(const gl::Program& program, const Mentions& mentioned);
  void checkCounter(const UniformBlocks::Entry& entry, const std::string& name);
  std::string constantText(const glsl::ConstantDeclaration& constant) const;
  void loadNames();

  ParameterSet* set_;
  UniformBlocks blocks_;
  DeclaredUniforms parameters_;
  UserUniforms user_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> userCounters_;
  std::map<std::string, Value, std::less<>> userConstants_;
  glsl::Declarations declared_;
  std::map<std::string_view, const glsl::UniformDeclaration*, std::less<>> declaredByName_;

  // What became of it.
  std::map<std::string, Given, std::less<>> values_;
  std::vector<Follow> follows_;
  std::vector<std::string> changes_;  // names whose values are others in this revision
  bool allChanged_ = true;            // in this revision
  bool pagesInUse_ = false;           // when all was collected
  std::vector<std::string> pageWarnings_, valueWarnings_;
  Looked looked_;
  std::uint64_t seenParameters_ = 0, seenUser_ = 0;
  bool stale_ = true;
  std::uint64_t revision_ = 1, constantRevision_ = 0;
  std::map<std::string, gl::TextureBuffer, std::less<>> buffers_;
  gl::CounterBuffers counters_;
};

}  // namespace topknot
