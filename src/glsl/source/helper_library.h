// The dialect's helper functions: a shader gets those that it mentions, and what they need.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace topknot::glsl {

class MappedSource;

/// The helpers for which `mentions` holds, with all their overloads and what they need, in an order
/// in which everything is declared before its use. Empty if nothing is mentioned. `present` names
/// shared shaders that stand in the program already, ahead of this text: what they hold is left
/// out.
///
/// The texts look at these macros: TD_PIXEL_SHADER, TD_COMPUTE_SHADER, TD_OUTPUT_BITS (bits of a
/// channel of the output, 0 for floats; 0 if not defined; for TDDither) and TD_SIMPLEX_QUALITY (0
/// or 1; 0 if not defined).
std::string helperLibrary(const std::function<bool(std::string_view identifier)>& mentions,
                          std::span<const std::string> present = {});

/// Those that a user's text mentions, without the names of which it defines functions itself: these
/// are the user's own.
std::string helperLibrary(const MappedSource& user);

/// True if code without comments defines a function of that name, with any parameters.
bool definesFunction(std::string_view code, std::string_view name);

}  // namespace topknot::glsl
