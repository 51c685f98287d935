// What the stand-in for NVIDIA's driver tells a test, and how the test makes it fail.
#pragma once

namespace topknot::test {

/// What is alive in it.
struct CudaCounts {
  int contexts = 0;                      // retained primary contexts
  int pushed = 0;                        // contexts on this thread's stack
  int allocations = 0;                   // of memory
  int resources = 0;                     // registered textures
  int mapped = 0;                        // of them
  int copies = 0, waits = 0, freed = 0;  // ever
  void* stream = nullptr;                // of the latest copy
};

// By these names: standInCounts, standInFail.
using StandInCounts = CudaCounts (*)();
/// The next call of that function fails with error 999, `unknown error`; none with null.
using StandInFail = void (*)(const char* function);

}  // namespace topknot::test
