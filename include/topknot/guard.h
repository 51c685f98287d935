// Where the program is that tries shaders in a process of its own.
#pragma once

#include <filesystem>

namespace topknot {

/// What the parameter `isolate` of a GlslTop runs: `topknot-guard`, which is installed in
/// `libexec/topknot`. It is found by itself beside the shared library's prefix, wherever that was
/// moved to, and beside the program. For the static library CMake's package says where it lies
/// (`topknot_GUARD_PROGRAM`, which programs that link `topknot::topknot` are compiled with); with
/// pkg-config, give it to the compiler:
///
///     -DTOPKNOT_GUARD_PROGRAM="\"$(pkg-config --variable=guard topknot)\""
///
/// The environment's `TOPKNOT_GUARD` goes before all of them, and a call of this function before
/// that: a program that carries its own copy names it at its start. An empty path takes that back.
///
/// Thread: any.
void guardProgram(std::filesystem::path file);
/// The one that will run. Throws Error naming the places without it.
std::filesystem::path guardProgram();

/// One more place to look at, the last: `file` lives as long as the process. Called by this header.
bool guardInstalled(const char* file) noexcept;

#ifdef TOPKNOT_GUARD_PROGRAM
namespace {
[[maybe_unused]] const bool kGuardInstalled = guardInstalled(TOPKNOT_GUARD_PROGRAM);
}  // namespace
#endif

}  // namespace topknot
