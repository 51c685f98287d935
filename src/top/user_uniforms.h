// The values that a user gives the uniforms of a shader.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gl/program.h"
#include "gl/shader_source.h"
#include "top/values.h"
#include "topknot/frame.h"

namespace topknot {

/// Values by name, each fixed or computed anew in every frame.
class UserUniforms {
 public:
  using Function = std::function<Value(const Frame&)>;

  /// False if that changes nothing.
  bool set(std::string_view name, const Value& value);
  void set(std::string_view name, Function function);
  /// False if there is none.
  bool remove(std::string_view name);
  /// True if one is computed.
  bool followFrames() const;

  /// Asks the functions for their values. They may do anything: set and remove uniforms, or draw
  /// with another context. Throws Error naming the uniform whose function failed.
  void evaluate(const Frame& frame);

  /// Sets the uniforms of a program made from `text`. A name that the text does not mention is a
  /// warning.
  void give(const gl::Program& program, const gl::FlatShader& text,
            std::vector<std::string>& warnings) const;
  /// As numbers of a function made from `text`.
  Values numbers(const gl::FlatShader& text, std::vector<std::string>& warnings) const;

 private:
  struct Uniform {
    Value value;
    Function function;
  };
  std::map<std::string, Uniform, std::less<>> all_;
};

}  // namespace topknot
