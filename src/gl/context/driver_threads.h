// The threads of a software renderer, and the time that they have worked.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace topknot::gl {

/// Numbers of threads of this process, as the system counts them.
using Threads = std::vector<int>;

/// The calling one.
int thisThread();
/// Seconds of a processor that they have used so far, together; those that have ended count
/// nothing.
double workOf(const Threads& threads);

/// The threads that llvmpipe draws and computes with, a group for each EGL display or its like: all
/// contexts of one share them. Found by their names, and those without a name by their place behind
/// the others. Empty for drivers that use the calling thread only.
std::vector<Threads> rendererThreads();

/// Notes that the groups of `now` that are not among those of `before` belong to that display.
void claimThreads(const void* display, const std::vector<Threads>& before,
                  const std::vector<Threads>& now);
/// Those of a display; empty if none were claimed for it.
Threads threadsOf(const void* display);
/// All that no display has.
Threads unclaimedThreads();

/// They draw something that a context was given up for: whatever another context of theirs draws
/// waits for its end.
void markStuck(const Threads& threads);
/// True until they have been seen at rest since.
bool isStuck(const Threads& threads);
/// Waits until one of these groups is not stuck, and tells which. Throws Error saying so if it
/// takes longer.
std::size_t waitForFree(const std::vector<Threads>& groups, std::chrono::duration<double> most);

/// What a new context waits for at most.
constexpr std::chrono::seconds kMostWait(60);

}  // namespace topknot::gl
