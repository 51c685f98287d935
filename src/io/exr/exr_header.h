// A look at an exr's header before OpenEXR reads it.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// Refuses a header that promises more than the file or the limits hold. OpenEXR 3.1 allocates what
/// sizes of attributes, windows and tiles say before it reads on, gigabytes for a file of 300
/// bytes; its own limits are those of the whole process.
void checkExrHeader(ByteView file, const ReadLimits& limits);

}  // namespace topknot::io
