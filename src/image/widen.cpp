// Components to floats: plain loops, and the same with AVX2 where the processor has it.
#include "image/widen.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "image/half.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <immintrin.h>
#define TOPKNOT_HAS_AVX2 1
#endif

namespace topknot {
namespace {

float fromFixed8(std::uint8_t value) {
  return static_cast<float>(value) / 255.0f;
}
float fromFixed16(std::uint16_t value) {
  return static_cast<float>(value) / 65535.0f;
}

template <class Stored, auto kConvert>
void widen(const std::byte* components, std::size_t count, float* floats) {
  for (std::size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, components + i * sizeof stored, sizeof stored);
    floats[i] = kConvert(stored);
  }
}

void copyFloats(const std::byte* components, std::size_t count, float* floats) {
  std::memcpy(floats, components, count * sizeof(float));
}

#ifdef TOPKNOT_HAS_AVX2

#define TOPKNOT_AVX2 __attribute__((target("avx2,fma")))

constexpr std::size_t kLanes = 8;

/// 1 / kMost in two parts: x · hi + x · lo, rounded once, is x / kMost rounded, for all x up to
/// kMost.
template <int kMost>
TOPKNOT_AVX2 __m256 quotient(__m256i value) {
  constexpr double kInverse = 1.0 / kMost;
  constexpr float kHigh = static_cast<float>(kInverse);
  constexpr float kLow = static_cast<float>(kInverse - kHigh);
  const __m256 x = _mm256_cvtepi32_ps(value);
  return _mm256_fmadd_ps(x, _mm256_set1_ps(kHigh), _mm256_mul_ps(x, _mm256_set1_ps(kLow)));
}

TOPKNOT_AVX2 __m128i loadWide(const std::byte* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

struct Fixed8 {
  using Stored = std::uint8_t;
  static constexpr auto kOne = fromFixed8;
  TOPKNOT_AVX2 static __m256 eight(const std::byte* from) {
    return quotient<255>(
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  }
};

struct Fixed16 {
  using Stored = std::uint16_t;
  static constexpr auto kOne = fromFixed16;
  TOPKNOT_AVX2 static __m256 eight(const std::byte* from) {
    return quotient<65535>(_mm256_cvtepu16_epi32(loadWide(from)));
  }
};

/// As floatFromHalf: the processor's own instruction would change NaNs that signal.
struct Float16 {
  using Stored = std::uint16_t;
  static constexpr auto kOne = floatFromHalf;
  TOPKNOT_AVX2 static __m256 eight(const std::byte* from) {
    const __m256i half = _mm256_cvtepu16_epi32(loadWide(from));
    const __m256i sign = _mm256_slli_epi32(_mm256_and_si256(half, _mm256_set1_epi32(0x8000)), 16);
    const __m256i bits = _mm256_slli_epi32(_mm256_and_si256(half, _mm256_set1_epi32(0x7fff)), 13);
    const __m256i shift = _mm256_set1_epi32((127 - 15) << 23);
    const __m256i special = _mm256_cmpgt_epi32(bits, _mm256_set1_epi32((0x7c00 << 13) - 1));
    const __m256i normal =
        _mm256_add_epi32(_mm256_add_epi32(bits, shift), _mm256_and_si256(special, shift));
    const __m256i raised = _mm256_add_epi32(bits, _mm256_set1_epi32((128 - 15) << 23));
    const __m256 small = _mm256_sub_ps(_mm256_castsi256_ps(raised), _mm256_set1_ps(0x1p-14f));
    const __m256i isSmall = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x400 << 13), bits);
    const __m256 value =
        _mm256_blendv_ps(_mm256_castsi256_ps(normal), small, _mm256_castsi256_ps(isSmall));
    return _mm256_or_ps(value, _mm256_castsi256_ps(sign));
  }
};

template <class T, bool kPastCache>
TOPKNOT_AVX2 void widenFast(const std::byte* components, std::size_t count, float* floats) {
  constexpr std::size_t kSize = sizeof(typename T::Stored);
  std::size_t done = 0;
  if constexpr (kPastCache) {
    constexpr std::size_t kAlignment = kLanes * sizeof(float);
    const std::size_t off = reinterpret_cast<std::uintptr_t>(floats) % kAlignment;
    done = std::min(count, off == 0 ? 0 : (kAlignment - off) / sizeof(float));
    widen<typename T::Stored, T::kOne>(components, done, floats);
    for (; done + kLanes <= count; done += kLanes) {
      _mm256_stream_ps(floats + done, T::eight(components + done * kSize));
    }
    _mm_sfence();
  } else {
    for (; done + kLanes <= count; done += kLanes) {
      _mm256_storeu_ps(floats + done, T::eight(components + done * kSize));
    }
  }
  widen<typename T::Stored, T::kOne>(components + done * kSize, count - done, floats + done);
}

template <bool kPastCache>
Widener fastWidener(Component component) {
  switch (component) {
    case Component::Fixed8:
      return widenFast<Fixed8, kPastCache>;
    case Component::Fixed16:
      return widenFast<Fixed16, kPastCache>;
    case Component::Float16:
      return widenFast<Float16, kPastCache>;
    default:
      return plainWidener(component);
  }
}

bool hasAvx2() {
  static const bool kHas = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return kHas;
}

#endif

}  // namespace

Widener plainWidener(Component component) {
  switch (component) {
    case Component::Fixed8:
      return widen<std::uint8_t, fromFixed8>;
    case Component::Fixed16:
      return widen<std::uint16_t, fromFixed16>;
    case Component::Float16:
      return widen<std::uint16_t, floatFromHalf>;
    case Component::Float32:
      return copyFloats;
    default:
      return nullptr;
  }
}

Widener widener(Component component, [[maybe_unused]] std::size_t all) {
#ifdef TOPKNOT_HAS_AVX2
  constexpr std::size_t kMostCached = std::size_t{4} << 20;
  if (hasAvx2()) {
    return all > kMostCached ? fastWidener<true>(component) : fastWidener<false>(component);
  }
#endif
  return plainWidener(component);
}

}  // namespace topknot
