// Values of the command line, as what they mean. What cannot be throws UsageError.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topknot/parameter.h"
#include "topknot/pixel_format.h"
#include "topknot/uniform.h"

namespace topknot::cli {

struct PictureSize {
  int width = 0, height = 0;  ///< pixels, at least 1
};

/// A uniform's value, or which value of the frame clock it follows.
struct UniformArgument {
  enum class Source { Numbers, Seconds, Frame };
  std::string name;
  Source source = Source::Numbers;
  std::vector<double> numbers;  ///< if that is the source
};

/// A specialization constant's value.
struct ConstantArgument {
  std::string name;
  double value = 0.0;
};

/// The numbers as a uniform of that type takes them: `vec2`, or empty if it is not known; in an
/// array of that size (0: none, −1: not known). Throws Error saying how many it takes.
UniformValue numbersFor(const UniformArgument& uniform, const std::string& type, int arraySize);

PictureSize parseSize(const std::string& text);           ///< `640x480`
PixelFormat parseFormat(const std::string& text);         ///< `rgba16float`
UniformArgument parseUniform(const std::string& text);    ///< `uColor=1,0,0.5` or `uTime=seconds`
ConstantArgument parseConstant(const std::string& text);  ///< `COUNT=4` or `FAST=true`
std::string parseDefine(const std::string& text);  ///< `A=2` → `#define A 2` and a line's end
/// A whole number of at least 1, and at most that.
std::int64_t parseCount(const std::string& option, const std::string& text,
                        std::optional<std::int64_t> most = std::nullopt);
/// One of the words.
std::string parseWord(const std::string& option, const std::string& text,
                      std::span<const char* const> words);
/// A number from 0 to 1.
double parseFraction(const std::string& option, const std::string& text);
std::chrono::milliseconds parseTimeout(const std::string& text);  ///< seconds, `0.5`

/// Refuses a file name that `saveImage` would refuse for its suffix.
void checkSuffix(const std::string& file, const std::string& option = "--out");

/// True if the last part of the path has a run of `#`.
bool isNumbered(const std::string& file);
/// The path with that run (the last one) replaced by the number, padded with zeros to its length.
std::string numberedPath(const std::string& file, std::int64_t number);

}  // namespace topknot::cli
