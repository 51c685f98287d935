// All that happens to a user's shader before a driver sees it, and to what the driver says of it.
#pragma once

#include <string>
#include <string_view>

namespace topknot::fuzz {

/// The text with its includes, declarations, rewriting, stand-ins and checks, as a pixel, vertex or
/// compute shader. Parts behind lines of `//// name` are what `#include "name"` finds; the part of
/// the name `log` is a driver's log. Ends the process if places or lines do not fit together;
/// throws nothing.
void rewriteShader(std::string_view text);

}  // namespace topknot::fuzz
