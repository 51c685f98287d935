// Which channels of an exr file make the picture.
#pragma once

#include <ImfChannelList.h>

#include <string>

namespace topknot::io {

/// Names of the chosen channels in the file; empty ones are absent.
struct ExrChannels {
  std::string red, green, blue, alpha;
  std::string grey;        ///< spread over r, g, b
  bool chroma = false;     ///< grey is the luminance of Y, RY, BY
  std::string layer;       ///< of chroma
  bool allHalf = true;     ///< the pixel type of all that were chosen
  std::string subsampled;  ///< a chosen channel without a sample for every pixel, if any
};

/// The default layer's, else the first layer's with colours, else the file's first channel as
/// grey. All empty if the file has no channels.
ExrChannels chooseExrChannels(const Imf::ChannelList& channels);

}  // namespace topknot::io
