// What the shared memory objects of one sender are called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace topknot::ipc {

inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kPostfixLetters = 31;

/// The name of what all outputs of type global send together. Nobody else may have it.
inline constexpr std::string_view kGlobalName = "@global";

/// Throws Error if the name is empty, longer than 200 bytes, has `/` or control characters, or
/// is made so that its data segment would be another sender's lock or info block.
void checkName(std::string_view name);
bool isName(std::string_view name);

std::string dataName(std::string_view name, std::string_view postfix = {});
std::string lockName(std::string_view name);
std::string infoName(std::string_view name);
std::string infoLockName(std::string_view name);

/// 31 random lower-case letters.
std::string randomPostfix();
bool isPostfix(std::string_view text);

/// The path that glibc's shm_open gives to an object.
std::string shmPath(std::string_view object);

/// The objects in /dev/shm whose names start so, sorted; empty if the folder cannot be read.
std::vector<std::string> shmObjects(std::string_view prefix);

/// The names that have a lock object or a data segment, sorted.
std::vector<std::string> publishedNames();
/// The names of which there is anything at all, sorted.
std::vector<std::string> namesWithObjects();

/// The objects that this sender made besides its named ones: segments with a postfix, and
/// whatever a crash left half-built.
std::vector<std::string> siblings(std::string_view name);

}  // namespace topknot::ipc
