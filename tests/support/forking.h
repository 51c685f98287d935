// When a test may call fork().
#pragma once

namespace topknot::test {

/// False under GCC 12's address sanitizer, which does not ready its allocator for a fork(): a
/// thread that allocates at that moment leaves the allocator locked in the child, for ever. A test
/// does not fork there while another thread works; the runs without that sanitizer do.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMayForkWhileThreadsAllocate = false;
#else
constexpr bool kMayForkWhileThreadsAllocate = true;
#endif

}  // namespace topknot::test
