// Chooses a layer and its channels by their names.
#include "io/exr/exr_channels.h"

#include <set>
#include <vector>

namespace topknot::io {
namespace {

std::string prefixOf(const std::string& layer) {
  return layer.empty() ? "" : layer + ".";
}

bool hasAny(const Imf::ChannelList& channels, const std::string& layer,
            const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (channels.findChannel(prefixOf(layer) + name)) return true;
  }
  return false;
}

ExrChannels namesIn(const Imf::ChannelList& channels, const std::string& layer) {
  const std::string prefix = prefixOf(layer);
  const auto find = [&](const char* name) {
    return channels.findChannel(prefix + name) ? prefix + name : std::string();
  };
  ExrChannels chosen;
  chosen.layer = layer;
  chosen.alpha = find("A");
  chosen.red = find("R");
  chosen.green = find("G");
  chosen.blue = find("B");
  if (chosen.red.empty() && chosen.green.empty() && chosen.blue.empty()) {
    chosen.grey = find("Y");
    chosen.chroma = !chosen.grey.empty() && (!find("RY").empty() || !find("BY").empty());
  }
  return chosen;
}

ExrChannels choose(const Imf::ChannelList& channels) {
  if (hasAny(channels, "", {"R", "G", "B", "Y"})) return namesIn(channels, "");
  std::set<std::string> layers;
  channels.layers(layers);
  for (const std::string& layer : layers) {
    if (hasAny(channels, layer, {"R", "G", "B", "Y"})) return namesIn(channels, layer);
  }
  ExrChannels chosen = namesIn(channels, "");
  for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
    if (channel.name() == chosen.alpha) continue;
    chosen.grey = channel.name();
    break;
  }
  return chosen;
}

}  // namespace

ExrChannels chooseExrChannels(const Imf::ChannelList& channels) {
  ExrChannels chosen = choose(channels);
  for (const std::string& name :
       {chosen.red, chosen.green, chosen.blue, chosen.grey, chosen.alpha}) {
    const Imf::Channel* channel = name.empty() ? nullptr : channels.findChannel(name);
    if (!channel) continue;
    if (channel->type != Imf::HALF) chosen.allHalf = false;
    if (channel->xSampling != 1 || channel->ySampling != 1) chosen.subsampled = name;
  }
  return chosen;
}

}  // namespace topknot::io
