// The values that a program gives the uniforms, constants and counters of a shader.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/frame.h"
#include "topknot/uniform.h"

namespace topknot {

/// Values by name, each fixed or computed anew in every frame.
class UserUniforms {
 public:
  using Function = std::function<UniformValue(const Frame&)>;
  struct Uniform {
    UniformValue value;
    Function function;
  };

  /// False if that changes nothing.
  bool set(std::string_view name, UniformValue value);
  void set(std::string_view name, Function function);
  /// False if there is none.
  bool remove(std::string_view name);
  /// True if one is computed.
  bool followFrames() const { return functions_ > 0; }
  /// Null if the name has no value.
  const UniformValue* find(std::string_view name) const;
  const std::map<std::string, Uniform, std::less<>>& all() const { return all_; }

  /// Asks the functions for their values. They may do anything: set and remove uniforms, or draw
  /// with another context. Throws Error naming the uniform whose function failed.
  void evaluate(const Frame& frame);

  /// Counts the changes.
  std::uint64_t revision() const { return revision_; }
  /// What has other values than when they were forgotten, more than once perhaps; nothing if names
  /// came or went, or there were too many.
  const std::optional<std::vector<std::string>>& changes() const { return changes_; }
  void forgetChanges() { changes_.emplace(); }

 private:
  using All = std::map<std::string, Uniform, std::less<>>;
  void put(std::string_view name, Uniform uniform);
  void changed(const std::string& name);
  void rearranged();

  All all_;
  int functions_ = 0;  // that are computed
  std::uint64_t revision_ = 0;
  std::optional<std::vector<std::string>> changes_;
};

}  // namespace topknot
