// The two halves of the exr codec: OpenEXR reads, tinyexr writes.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// Throws Refusal, or OpenEXR's own exceptions.
Image readExr(ByteView bytes, const ReadLimits& limits, Warnings& warnings);

/// The metadata was checked. Throws Refusal.
Bytes writeExr(const Image& image, const SaveOptions& options);

/// Refuses names and values that an exr header cannot hold as string attributes.
void checkMetadata(const Metadata& metadata);

}  // namespace topknot::io
