// exr: the codec's row.
#include "io/bytes.h"
#include "io/codec.h"
#include "io/exr.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "\x76\x2f\x31\x01");
}

}  // namespace

constinit const Codec exrCodec{"exr", {".exr"}, sniff, readExr, writeExr, true};

}  // namespace topknot::io
