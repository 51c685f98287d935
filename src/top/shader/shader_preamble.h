// The lines ahead of a user's text, which declare what the dialect offers.
#pragma once

#include <string>

#include "glsl/check/shader_check.h"
#include "top/shader/user_shader.h"

namespace topknot {

/// Adds them for one stage; of the helper functions, those that `user` mentions.
void addPreamble(glsl::MappedSource& flat, const ShaderSetting& setting, const StageTexts& texts,
                 glsl::ShaderLimits::Stage stage, const glsl::MappedSource& user);

/// The macros that count the inputs of each kind.
std::string inputCounts(const ShaderSetting& setting);
/// The block of what differs by pass and slice. It needs the counts, and the prelude.
std::string passBlock(const ShaderSetting& setting);

}  // namespace topknot
