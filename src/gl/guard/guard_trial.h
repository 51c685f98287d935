// The first compile, link and draw of a shader.
#pragma once

#include <functional>
#include <string>

#include "gl/guard/guard.h"

namespace topknot::gl {

/// Does them in the current context, on a picture of one pixel. `phase` is told what comes next,
/// `log` what the driver said. What does not compile or link is not drawn.
void tryHere(const GuardShader& shader, const std::function<void(const char*)>& phase,
             const std::function<void(const std::string&)>& log);

}  // namespace topknot::gl
