// libtiff's callbacks onto a span of bytes.
#include "io/tif/tif_stream.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace topknot::io {

TifStream::TifStream(ByteView bytes, const ReadLimits& limits) : bytes_(bytes) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  const std::uint64_t most = std::max<std::uint64_t>(limits.imageBytes, bytes.size()) + (1u << 20);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(most));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), complain, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore, this);
  // "m": no memory mapping, for the bytes must not be changed.
  tif_.reset(TIFFClientOpenExt("tif", "rm", this, read, write, seek, close, size, nullptr, nullptr,
                               options.get()));
  if (!tif_) refuse();
}

void TifStream::refuse() const {
  throw Refusal("is damaged: " +
                (complaint_.empty() ? std::string("its decoder gave no reason") : complaint_));
}

tmsize_t TifStream::read(thandle_t self, void* out, tmsize_t size) {
  auto& stream = *static_cast<TifStream*>(self);
  if (size <= 0 || stream.at_ >= stream.bytes_.size()) return 0;
  const std::size_t left = stream.bytes_.size() - static_cast<std::size_t>(stream.at_);
  const std::size_t count = std::min(left, static_cast<std::size_t>(size));
  std::memcpy(out, stream.bytes_.data() + stream.at_, count);
  stream.at_ += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t TifStream::write(thandle_t, void*, tmsize_t) {
  return 0;
}

toff_t TifStream::seek(thandle_t self, toff_t offset, int from) {
  auto& stream = *static_cast<TifStream*>(self);
  if (from == SEEK_CUR) offset += stream.at_;
  if (from == SEEK_END) offset += stream.bytes_.size();
  return stream.at_ = offset;
}

toff_t TifStream::size(thandle_t self) {
  return static_cast<TifStream*>(self)->bytes_.size();
}

int TifStream::close(thandle_t) {
  return 0;
}

int TifStream::complain(TIFF*, void* self, const char* module, const char* format, va_list list) {
  auto& stream = *static_cast<TifStream*>(self);
  if (!stream.complaint_.empty()) return 1;
  char text[512];
  std::vsnprintf(text, sizeof text, format, list);
  stream.complaint_ = module ? std::string(module) + ": " + text : text;
  for (char& c : stream.complaint_) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return 1;
}

int TifStream::ignore(TIFF*, void*, const char*, const char*, va_list) {
  return 1;
}

}  // namespace topknot::io
