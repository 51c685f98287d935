// A look at an exr's header before OpenEXR reads it.
#pragma once

#include <cstddef>
#include <vector>

#include "io/codecs/codec.h"

namespace topknot::io {

/// Refuses a header that promises more than the file or the limits hold. OpenEXR 3.1 allocates what
/// sizes of attributes, windows and tiles say before it reads on, gigabytes for a file of 300
/// bytes; its own limits are those of the whole process.
///
/// Returns where in the file, in rising order, the types of those attributes begin that OpenEXR
/// must not know: of an `idmanifest` it reads four bytes more than the attribute has, and takes
/// what follows for names and sizes. An attribute of an unknown type it steps over.
std::vector<std::size_t> checkExrHeader(ByteView file, const ReadLimits& limits);

}  // namespace topknot::io
