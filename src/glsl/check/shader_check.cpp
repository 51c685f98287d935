// What is wrong about a shader, or may hurt, before a driver sees it.
#include "glsl/check/shader_check.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "glsl/check/shader_body_check.h"
#include "glsl/check/shader_extent.h"

namespace topknot::glsl {

namespace {

class Check {
 public:
  Check(const MappedSource& user, const Declarations& declared, const ShaderLimits& limits)
      : user_(user), declared_(declared), limits_(limits) {}

  std::vector<Diagnostic> run() {
    all_ = user_.warnings();
    if (const std::optional<Excess> excess = findExcess(user_.userCode())) {
      error(excess->line, excess->message);
      return std::move(all_);
    }
    if (!declared_.hasMain) checkMain();
    if (limits_.stage == ShaderLimits::Stage::Pixel) checkOutputs();
    if (limits_.stage == ShaderLimits::Stage::Compute) checkLocalSize();
    for (BodyFinding& found : checkBodies(user_.userCode(), limits_)) {
      all_.push_back(user_.diagnosticAt(found.line, found.error, std::move(found.message)));
    }
    return std::move(all_);
  }

 private:
  void error(int line, std::string message) {
    all_.push_back(user_.diagnosticAt(line, true, std::move(message)));
  }

  void checkMain() {
    // An include that is missing may have it, and the driver tells of that.
    if (user_.mentions("main") || user_.text(0).find("#error") != std::string::npos) return;
    std::vector<Diagnostic> message(1);
    message[0].message = "the shader has no main: expected void main() { ... }";
    user_.place(message);
    all_.push_back(std::move(message[0]));
  }

  void checkOutputs() {
    std::map<std::pair<int, int>, const OutputDeclaration*> taken;
    for (const OutputDeclaration& output : declared_.outputs) {
      if (output.location < 0) continue;
      const int last = output.location + std::max(output.arraySize, 1) - 1;
      if (last >= limits_.colorBuffers) {
        error(output.line, "the output '" + output.name + "' is at location " +
                               std::to_string(last) + ": there are " +
                               std::to_string(limits_.colorBuffers) + ", counted from 0");
        continue;
      }
      for (int at = output.location; at <= last && output.component == 0; ++at) {
        const auto [entry, fresh] = taken.emplace(std::pair(at, output.index), &output);
        if (fresh) continue;
        error(output.line, "the outputs '" + entry->second->name + "' and '" + output.name +
                               "' are both at location " + std::to_string(at));
        break;
      }
    }
  }

  void checkLocalSize() {
    std::int64_t invocations = 1;
    for (int i = 0; i < 3; ++i) {
      const int size = declared_.localSize[i];
      if (size > limits_.localSize[i]) {
        error(declared_.localSizeLine,
              std::string("local_size_") + "xyz"[i] + " is " + std::to_string(size) + ": at most " +
                  std::to_string(limits_.localSize[i]) + " is possible here");
        return;
      }
      if (size > 0) invocations *= size;
    }
    if (invocations > limits_.localInvocations) {
      error(declared_.localSizeLine, "the local sizes make " + std::to_string(invocations) +
                                         " invocations of a group: at most " +
                                         std::to_string(limits_.localInvocations) +
                                         " are possible here");
    }
  }

  const MappedSource& user_;
  const Declarations& declared_;
  const ShaderLimits& limits_;
  std::vector<Diagnostic> all_;
};

}  // namespace

std::vector<Diagnostic> checkShader(const MappedSource& user, const Declarations& declared,
                                    const ShaderLimits& limits) {
  if (!user.problems().empty()) return {};
  return Check(user, declared, limits).run();
}

}  // namespace topknot::glsl
