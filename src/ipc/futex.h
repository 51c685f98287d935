// Sleeping on a word of shared memory until another process changes it.
#pragma once

#include <chrono>
#include <cstdint>

namespace topknot::ipc {

/// Sleeps while the word is `seen`, for `timeout` at most. It may return for no reason. The mapping
/// may be one for reading.
void futexWait(const std::uint32_t& word, std::uint32_t seen, std::chrono::nanoseconds timeout);

/// Wakes all who sleep on the word.
void futexWake(const std::uint32_t& word);

}  // namespace topknot::ipc
