// Where results and complaints go: stdout and stderr.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/error.h"

namespace topknot::cli {

/// Whoever read stdout went away, as `head` does when it has enough. That is no failure to be told.
class ReaderGone : public Error {
 public:
  ReaderGone() : Error("stdout has no reader") {}
};

/// Keys stay in the order in which they were added.
using Json = nlohmann::ordered_json;

/// Gives closed standard streams a harmless end, and makes a reader that went away an error rather
/// than the end of the process.
void guardStandardStreams();

/// Writes a result to stdout. Throws Error if that is closed or full, ReaderGone if its reader is
/// gone.
void print(const std::string& text);
/// Writes it as indented text; bytes that are no UTF-8 are replaced.
void print(const Json& json);
/// Writes it as one line.
void printLine(const Json& json);

/// Writes `topknot: sentence` to stderr.
void complain(const std::string& sentence);
/// Writes text to stderr as it is.
void printError(const std::string& text);

/// `644x874, rgba8fixed`; with slices `64x64x8, rgba8fixed`
std::string describePicture(int width, int height, std::string_view format, int depth = 1);

/// The words with commas between.
std::string joined(const std::vector<std::string>& words);

}  // namespace topknot::cli
