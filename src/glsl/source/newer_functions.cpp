// Functions that GLSL has in a newer version than the driver's.
#include "glsl/source/newer_functions.h"

#include <string_view>

namespace topknot::glsl {

namespace {

/// Functions of GLSL 4.60 that extensions give to 4.50, with `ARB` behind their names.
struct Newer {
  std::string_view name, extension;
};
constexpr std::string_view kCounters = "GL_ARB_shader_atomic_counter_ops";
constexpr std::string_view kVotes = "GL_ARB_shader_group_vote";
constexpr Newer kNewer[] = {
    {"atomicCounterAdd", kCounters},      {"atomicCounterSubtract", kCounters},
    {"atomicCounterMin", kCounters},      {"atomicCounterMax", kCounters},
    {"atomicCounterAnd", kCounters},      {"atomicCounterOr", kCounters},
    {"atomicCounterXor", kCounters},      {"atomicCounterExchange", kCounters},
    {"atomicCounterCompSwap", kCounters}, {"anyInvocation", kVotes},
    {"allInvocations", kVotes},           {"allInvocationsEqual", kVotes},
};

}  // namespace

std::string newerFunctions(const MappedSource& user, int version) {
  std::string text;
  for (const Newer& each : kNewer) {
    if (version >= 460 || !user.mentions(each.name)) continue;
    const std::string name(each.name), extension(each.extension);
    text += "#ifdef " + extension + "\n#extension " + extension + " : enable\n#define " + name +
            " " + name + "ARB\n#endif\n";
  }
  return text;
}

}  // namespace topknot::glsl
