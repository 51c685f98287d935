// Some components of each pixel, in another order: a few shifts of a word, which compilers
// vectorise.
#include "image/select.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "image/widen.h"

namespace topknot {
namespace {

/// `Word` holds four components; `Result` those that are chosen.
template <class Word, class Result, int kCount>
void select(const std::byte* source, std::size_t pixels, const std::array<int, 4>& from,
            std::byte* target) {
  constexpr int kBits = static_cast<int>(sizeof(Word)) * 2;
  constexpr Word kMask = (Word{1} << kBits) - 1;
  std::array<Word, 4> keep{}, ones{};
  std::array<int, 4> shift{};
  for (std::size_t i = 0; i < kCount; ++i) {
    const bool one = from[i] == Selection::kOne;
    shift[i] = one ? 0 : from[i] * kBits;
    keep[i] = one ? 0 : kMask;
    ones[i] = one ? kMask : 0;
  }
  for (std::size_t i = 0; i < pixels; ++i) {
    Word word;
    std::memcpy(&word, source + i * sizeof word, sizeof word);
    Word chosen = 0;
    for (int c = 0; c < kCount; ++c) {
      const auto at = static_cast<std::size_t>(c);
      chosen |= (((word >> shift[at]) & keep[at]) | ones[at]) << (c * kBits);
    }
    const auto result = static_cast<Result>(chosen);
    std::memcpy(target + i * sizeof result, &result, sizeof result);
  }
}

template <int kCount>
void selectFloats(const std::byte* source, std::size_t pixels, const std::array<int, 4>& from,
                  std::byte* target) {
  static constexpr float kOne = 1.0f;
  constexpr std::size_t kPixel = 16, kLine = 4;  // bytes, pixels
  constexpr std::size_t kAhead = 4096;  // bytes; alone the processor looks too few lines ahead
  std::array<const std::byte*, kCount> place;
  std::array<std::size_t, kCount> step;
  for (std::size_t c = 0; c < kCount; ++c) {
    const bool one = from[c] == Selection::kOne;
    place[c] = one ? reinterpret_cast<const std::byte*>(&kOne) : source + from[c] * 4;
    step[c] = one ? 0 : kPixel;
  }
  for (std::size_t done = 0; done < pixels; done += kLine) {
    __builtin_prefetch(source + done * kPixel + kAhead);
    for (std::size_t i = done; i < std::min(done + kLine, pixels); ++i) {
      std::array<float, kCount> chosen;
      for (std::size_t c = 0; c < kCount; ++c) std::memcpy(&chosen[c], place[c] + i * step[c], 4);
      std::memcpy(target + i * sizeof chosen, chosen.data(), sizeof chosen);
    }
  }
}

using Select = void (*)(const std::byte*, std::size_t, const std::array<int, 4>&, std::byte*);

Select floatSelect(int count) {
  return count == 1   ? selectFloats<1>
         : count == 2 ? selectFloats<2>
         : count == 3 ? selectFloats<3>
                      : selectFloats<4>;
}

Select selectOf(Component component, int count) {
  if (component == Component::Float32) return floatSelect(count);
  if (component == Component::Fixed8) {
    return count == 1   ? select<std::uint32_t, std::uint8_t, 1>
           : count == 2 ? select<std::uint32_t, std::uint16_t, 2>
                        : select<std::uint32_t, std::uint32_t, 4>;
  }
  return count == 1   ? select<std::uint64_t, std::uint16_t, 1>
         : count == 2 ? select<std::uint64_t, std::uint32_t, 2>
                      : select<std::uint64_t, std::uint64_t, 4>;
}

/// All components become floats, a run at a time that stays in the cache; then some are chosen.
void selectAsFloats(const PixelFormatInfo& own, const std::byte* source, std::size_t pixels,
                    const Selection& selection, std::byte* target) {
  constexpr std::size_t kRun = 512;
  std::array<float, kRun * 4> floats;
  const auto ownStep = static_cast<std::size_t>(own.bytesPerPixel);
  const std::size_t step = sizeof(float) * static_cast<std::size_t>(selection.count);
  const Widener widen = widener(own.component);
  const Select choose = floatSelect(selection.count);
  for (std::size_t done = 0; done < pixels; done += kRun) {
    const std::size_t run = std::min(kRun, pixels - done);
    widen(source + done * ownStep, run * 4, floats.data());
    choose(reinterpret_cast<const std::byte*>(floats.data()), run, selection.from,
           target + done * step);
  }
}

}  // namespace

bool canSelect(PixelFormat from, PixelFormat to) {
  const PixelFormatInfo &own = pixelFormatInfo(from), &wanted = pixelFormatInfo(to);
  const bool floats = wanted.component == Component::Float32;
  const bool counted = wanted.channels == Channels::Mono || wanted.channels == Channels::Rg ||
                       wanted.channels == Channels::Rgba ||
                       (floats && wanted.channels == Channels::Rgb);
  return own.channels == Channels::Rgba && counted && widener(own.component) != nullptr &&
         !own.srgb && !wanted.srgb && (floats || own.component == wanted.component);
}

void selectPixels(PixelFormat from, const std::byte* source, std::size_t pixels,
                  const Selection& selection, PixelFormat to, std::byte* target) {
  const PixelFormatInfo& own = pixelFormatInfo(from);
  if (own.component != pixelFormatInfo(to).component) {
    selectAsFloats(own, source, pixels, selection, target);
  } else {
    selectOf(own.component, selection.count)(source, pixels, selection.from, target);
  }
}

}  // namespace topknot
