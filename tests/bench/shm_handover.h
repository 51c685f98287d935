// Frames on their way into another process, beside those of GStreamer.
#pragma once

#include <string>

#include "common/bench.hpp"

namespace topknot::measure {

/// Measures how soon one frame after the other arrives here from a process of its own, which is
/// this program with `--producer` and what `produce` is given.
void measureHandOver(const bench::Options& options);
/// Publishes under a name, or runs a pipeline of GStreamer's, until its parent ends.
[[noreturn]] void produce(const std::string& kind, const std::string& what);

}  // namespace topknot::measure
