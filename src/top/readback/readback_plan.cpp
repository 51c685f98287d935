// How a part of a picture is read back: what is downloaded, and who converts it.
#include "top/readback/readback_plan.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "graph/messages.h"
#include "image/convert.h"
#include "image/rows.h"
#include "image/select.h"
#include "topknot/error.h"

namespace topknot {

namespace {

Error refusal(const Op& op, const std::string& why) {
  return Error(op.describe() + ": readback: " + why);
}

std::string pairText(int a, const char* between, int b) {
  return std::to_string(a) + between + std::to_string(b);
}

gl::Region regionOf(const Op& op, const gl::TextureShape& shape, ReadbackRegion region) {
  const auto refused = [&](const std::string& what) {
    const std::string size = pairText(shape.width, " × ", shape.height);
    return refusal(op, "the region " + what + " the picture of " + size);
  };
  const auto inside = [](int from, int size) { return from >= 0 && from < size; };
  if (!inside(region.x, shape.width) || !inside(region.y, shape.height)) {
    throw refused("begins at " + pairText(region.x, ", ", region.y) + ", outside");
  }
  if (region.width == 0) region.width = shape.width - region.x;
  if (region.height == 0) region.height = shape.height - region.y;
  const auto fits = [](int length, int most) { return length > 0 && length <= most; };
  if (!fits(region.width, shape.width - region.x) ||
      !fits(region.height, shape.height - region.y)) {
    throw refused("of " + pairText(region.width, " × ", region.height) + " at " +
                  pairText(region.x, ", ", region.y) + " reaches beyond");
  }
  return gl::Region{region.x, region.y, region.x + region.width, region.y + region.height}.within(
      shape.width, shape.height);
}

void checkChannels(const Op& op, const std::string& channels) {
  bool sound = channels.size() <= 4;
  for (std::size_t i = 0; i < channels.size() && sound; ++i) {
    sound = std::string_view("rgba").find(channels[i]) != std::string_view::npos &&
            channels.find(channels[i], i + 1) == std::string::npos;
  }
  if (!sound) {
    throw refusal(op, "the channels are " + inQuotes(channels) +
                          "; expected r, g, b and a, each once, such as 'bgra' or 'rg'");
  }
}

/// What holds a component of the format alone.
Component componentOf(const PixelFormatInfo& own, ReadbackType type) {
  if (type == ReadbackType::Float32) return Component::Float32;
  if (own.component == Component::Packed1010102 || own.srgb) return Component::Fixed16;
  if (own.component == Component::Packed111110) return Component::Float16;
  return own.component;
}

/// Three channels exist with floats only.
bool exists(Channels channels, Component component) {
  return channels != Channels::Rgb || component == Component::Float16 ||
         component == Component::Float32;
}

PixelFormat formatOf(Channels channels, Component component) {
  if (!exists(channels, component)) channels = Channels::Rgba;
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (info.channels == channels && info.component == component && !info.srgb) return info.format;
  }
  throw Error("no pixel format has these channels");
}

Selection selectionOf(const std::string& channels) {
  Selection selection;
  selection.count = static_cast<int>(channels.size());
  for (std::size_t i = 0; i < channels.size(); ++i) {
    selection.from[i] = static_cast<int>(std::string_view("rgba1").find(channels[i]));
  }
  return selection;
}

Channels channelsOf(std::size_t count) {
  constexpr std::array kChannels = {Channels::Mono, Channels::Rg, Channels::Rgb, Channels::Rgba};
  return kChannels.at(count - 1);
}

}  // namespace

ReadbackPlan planReadback(const Op& op, const gl::TextureShape& shape,
                          const ReadbackOptions& options) {
  const PixelFormatInfo& own = pixelFormatInfo(shape.format);
  ReadbackPlan plan{regionOf(op, shape, options.region), shape.format, options.channels};
  checkChannels(op, plan.channels);
  const Component component = componentOf(own, options.type);
  if (!plan.channels.empty()) {
    const Channels channels = channelsOf(plan.channels.size());
    plan.format = formatOf(channels, component);
    if (!exists(channels, component)) plan.channels += '1';
  } else if (options.type == ReadbackType::Float32) {
    plan.format = formatOf(own.channels, component);
  }
  const PixelFormatInfo& result = pixelFormatInfo(plan.format);
  if (plan.channels == "rgba" && result.channels == Channels::Rgba) plan.channels.clear();
  using Converter = ReadbackPlan::Converter;
  if (plan.format == shape.format && plan.channels.empty()) return plan;
  if (gl::Download::isDirect(gl::currentState())) {
    plan.converter = Converter::OnTheWay;
    return plan;
  }
  // Drivers are slow at three channels, which they store as four.
  const bool less = result.bytesPerPixel <= own.bytesPerPixel;
  const bool byGpu = shape.isFlat() && result.channels != Channels::Rgb && less;
  plan.converter = byGpu ? Converter::Gpu : Converter::Afterwards;
  return plan;
}

namespace {

/// Whatever the formats are.
void choose(const ReadbackPlan& plan, PixelFormat own, const std::byte* source, std::size_t pixels,
            std::byte* target) {
  const RowReader read = rowReader(own);
  const RowWriter write = rowWriter(plan.format);
  const Selection selection = selectionOf(plan.channels);
  constexpr std::size_t kRun = 512;  // pixels at a time, in the cache
  std::array<float, kRun * 4> colours, chosen{};
  const auto ownStep = static_cast<std::size_t>(pixelFormatInfo(own).bytesPerPixel);
  const auto step = static_cast<std::size_t>(pixelFormatInfo(plan.format).bytesPerPixel);
  for (std::size_t done = 0; done < pixels; done += kRun) {
    const std::size_t run = std::min(kRun, pixels - done);
    read(source + done * ownStep, run, colours.data());
    for (std::size_t i = 0; i < run; ++i) {
      for (std::size_t c = 0; c < plan.channels.size(); ++c) {
        const int from = selection.from[c];
        chosen[i * 4 + c] =
            from == Selection::kOne ? 1.0f : colours[i * 4 + static_cast<std::size_t>(from)];
      }
    }
    write(chosen.data(), run, target + done * step);
  }
}

/// `pixels` of `all`.
void convert(const ReadbackPlan& plan, PixelFormat own, const std::byte* source, std::size_t pixels,
             std::byte* target, std::size_t all) {
  if (plan.channels.empty()) return convertPixels(own, source, pixels, plan.format, target, all);
  if (!canSelect(own, plan.format)) return choose(plan, own, source, pixels, target);
  selectPixels(own, source, pixels, selectionOf(plan.channels), plan.format, target);
}

std::size_t pixelsOf(int width, int height, int depth) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
         static_cast<std::size_t>(depth);
}

}  // namespace

gl::Conversion conversionOf(const ReadbackPlan& plan, const gl::TextureShape& shape) {
  if (plan.converter != ReadbackPlan::Converter::OnTheWay) return {};
  const std::size_t all = pixelsOf(shape.width, shape.height, shape.depth);
  return {plan.format, [plan, own = shape.format, all](const std::byte* source, std::size_t pixels,
                                                       std::byte* target) {
            convert(plan, own, source, pixels, target, all);
          }};
}

Image convertedBy(const ReadbackPlan& plan, const Image& own) {
  Image result = Image::uninitialised(own.width(), own.height(), plan.format, own.depth());
  const std::size_t all = pixelsOf(own.width(), own.height(), own.depth());
  convert(plan, own.format(), own.bytes().data(), all, result.bytes().data(), all);
  return result;
}

}  // namespace topknot
