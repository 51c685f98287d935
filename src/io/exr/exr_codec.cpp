// exr: the codec's row.
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/exr/exr.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "\x76\x2f\x31\x01");
}

}  // namespace

constinit const Codec exrCodec{"exr", {".exr"}, sniff, readExr, writeExr, true};

}  // namespace topknot::io
