// Pictures that make a movie: the files that a pattern or a folder names, and the gaps between
// them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace topknot::io {

/// The files of a movie by frame, as they were found when it was opened. Frames count from 0, at
/// the lowest number. A value.
///
/// `frame.####.exr` takes the files of that folder whose number has at least so many digits; `%04d`
/// the same; of two files of one number the one with fewer digits. Frames run from the lowest
/// number to the highest, so that one whose file is missing keeps its time. Numbers of more than 18
/// digits are no numbers. A folder takes its pictures (by their suffix, hidden ones left out) in
/// the order of the numbers in their names; if all differ in one number only, as if by pattern. A
/// name that is a file's own is that file, also with `#` in it.
class FileSequence {
 public:
  /// Throws Error naming the path and what is there instead.
  static FileSequence open(const std::filesystem::path& path);

  const std::vector<std::filesystem::path>& files() const { return files_; }
  /// Frames from the first to the last, those without a file too.
  std::int64_t length() const { return numbers_.back() - numbers_.front() + 1; }
  std::int64_t firstNumber() const { return numbers_.front(); }  ///< 0 where names have none
  /// It is one picture, named as such.
  bool still() const { return still_; }

  struct Place {
    std::size_t file;  ///< of `files`: the frame's own, or that of the latest frame before it
    bool missing;      ///< the frame has none of its own
  };
  /// Of a frame from 0 to length − 1; others are taken for the nearest.
  Place at(std::int64_t frame) const;
  /// What a file of that frame would be called.
  std::filesystem::path nameOf(std::int64_t frame) const;

  /// What is odd about the files, in a sentence: `3 of 10 frames are missing: 4, 6 to 7`. Empty if
  /// nothing is.
  const std::string& remark() const { return remark_; }

 private:
  void byPattern(const std::filesystem::path& path);
  void byFolder(const std::filesystem::path& folder);
  bool countFolder(const std::filesystem::path& folder, const std::vector<std::string>& names);
  void take(const std::filesystem::path& folder, const std::vector<std::string>& names);
  void describeGaps();

  std::vector<std::filesystem::path> files_;
  std::vector<std::int64_t> numbers_;  // of each, rising
  std::filesystem::path pattern_;      // empty where names are not counted
  std::string remark_;
  bool still_ = false;
};

}  // namespace topknot::io
