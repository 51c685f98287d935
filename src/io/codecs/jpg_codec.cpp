// jpg: read and written by libjpeg-turbo.
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/jpg_reader.h"
#include "io/codecs/jpg_writer.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "\xff\xd8\xff");
}

}  // namespace

constinit const Codec jpgCodec{"jpg", {".jpg", ".jpeg"}, sniff, readJpg, writeJpg, false};

}  // namespace topknot::io
