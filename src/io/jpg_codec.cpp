// jpg: read and written by libjpeg-turbo.
#include "io/bytes.h"
#include "io/codec.h"
#include "io/jpg_reader.h"
#include "io/jpg_writer.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "\xff\xd8\xff");
}

}  // namespace

constinit const Codec jpgCodec{"jpg", {".jpg", ".jpeg"}, sniff, readJpg, writeJpg, false};

}  // namespace topknot::io
