// A pair of bytes repeats a pixel, or says what comes next: pixels as they are, a skip, an end.
#include "io/codecs/bmp_runs.h"

#include <algorithm>
#include <cstring>

#include "io/codecs/bytes.h"

namespace topknot::io {
namespace {

class Runs {
 public:
  Runs(ByteView file, const BmpHeader& header)
      : data_(file.subspan(header.pixels)),
        header_(header),
        pixelBytes_(header.runs == BmpRuns::Rle24 ? 3 : 1),
        rowBytes_((header.width * pixelBytes_ + 3) / 4 * 4),
        rows_(rowBytes_ * header.height) {}

  void decode() {
    while (!ended_) {
      const std::uint32_t count = take(), value = take();
      if (count > 0) {
        repeat(count, value);
      } else {
        escape(value);
      }
    }
  }

  bool beyond() const { return beyond_; }
  Bytes rows() && { return std::move(rows_); }

 private:
  enum Escape : std::uint32_t { EndOfRow, EndOfPicture, Skip };

  std::uint32_t take() {
    if (at_ >= data_.size()) {
      // Many writers leave the last mark out.
      const bool whole = y_ >= header_.height || (y_ + 1 == header_.height && x_ >= header_.width);
      if (!whole) throw Refusal("is truncated: its last rows are missing");
      ended_ = true;
      return 0;
    }
    return byteAt(data_, at_++);
  }

  void escape(std::uint32_t what) {
    if (ended_) return;
    if (what == EndOfRow) {
      x_ = 0;
      ++y_;
    } else if (what == EndOfPicture) {
      ended_ = true;
    } else if (what == Skip) {
      x_ += take();
      y_ += take();
    } else {
      copy(what);
    }
  }

  void repeat(std::uint32_t count, std::uint32_t value) {
    std::byte pixel[3] = {static_cast<std::byte>(value)};
    if (header_.runs == BmpRuns::Rle4) {
      const std::byte two[2] = {pixel[0] >> 4, pixel[0] & std::byte{15}};
      for (std::uint32_t i = 0; i < count; ++i) put(&two[i % 2]);
      return;
    }
    for (std::size_t i = 1; i < pixelBytes_; ++i) pixel[i] = static_cast<std::byte>(take());
    for (std::uint32_t i = 0; i < count; ++i) put(pixel);
  }

  /// They are filled up to an even number of bytes.
  void copy(std::uint32_t count) {
    const bool halves = header_.runs == BmpRuns::Rle4;
    const std::size_t size = halves ? (count + 1) / 2 : count * pixelBytes_;
    if (data_.size() - at_ < size) throw Refusal("is truncated: its last rows are missing");
    for (std::uint32_t i = 0; i < count; ++i) {
      if (halves) {
        const std::byte two = data_[at_ + i / 2];
        const std::byte pixel = i % 2 == 0 ? two >> 4 : two & std::byte{15};
        put(&pixel);
      } else {
        put(data_.data() + at_ + i * pixelBytes_);
      }
    }
    at_ = std::min(data_.size(), at_ + size + size % 2);
  }

  void put(const std::byte* pixel) {
    if (x_ < header_.width && y_ < header_.height) {
      std::memcpy(rows_.data() + y_ * rowBytes_ + x_ * pixelBytes_, pixel, pixelBytes_);
    } else {
      beyond_ = true;
    }
    ++x_;
  }

  const ByteView data_;
  const BmpHeader& header_;
  const std::size_t pixelBytes_, rowBytes_;
  Bytes rows_;
  std::size_t at_ = 0, x_ = 0, y_ = 0;
  bool ended_ = false, beyond_ = false;
};

}  // namespace

Bytes bmpRows(ByteView file, const BmpHeader& header, Warnings& warnings) {
  Runs runs(file, header);
  runs.decode();
  if (runs.beyond()) {
    warnings.push_back("is read without pixels that its runs have beyond the ends of its rows");
  }
  return std::move(runs).rows();
}

}  // namespace topknot::io
