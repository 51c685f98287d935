// What the benchmarks share: pictures, the cases of one round, and what their ratios are held to.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/bench.hpp"
#include "common/glctx.hpp"
#include "common/images.hpp"
#include "topknot/topknot.h"

namespace topknot::measure {

/// A folder for the time of this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The driver, Mesa's or NVIDIA's, keeps compiled shaders there; for contexts made afterwards.
void useShaderCache(const std::filesystem::path& folder);

/// The kit's two pictures, `a` opaque and `b` to be put over it, also as files for moviefilein.
class Pictures {
 public:
  Pictures(int width, int height);

  const img::Rgba8 a, b;
  std::string fileA() const { return (folder_.path() / "a.png").string(); }
  std::string fileB() const { return (folder_.path() / "b.png").string(); }

 private:
  TemporaryFolder folder_;
};

/// What bounds a figure: `≤` or `≥` a number, or nothing.
struct Limit {
  enum class Kind { None, AtMost, AtLeast };
  Kind kind = Kind::None;
  double number = 0.0;
};
inline Limit atMost(double number) {
  return {Limit::Kind::AtMost, number};
}
inline Limit atLeast(double number) {
  return {Limit::Kind::AtLeast, number};
}

/// What a figure is about: a row of the table.
struct Row {
  std::string benchmark, size, format;
  std::string unit;  // `×`, `ms`, …
  Limit limit = {};
};

/// Prints a row, one figure a round, as a line of JSON.
void print(const Row& row, std::span<const double> figures);

/// Cases that are measured in turns, and rows about them. The first case is the reference that the
/// kit's own lines name. With `--frames` cases only run, and rows are not printed.
class Rounds {
 public:
  Rounds(std::string work, std::string size, std::string format, std::string metric,
         const bench::Options& options, double scale = 1.0);

  /// Whether a case of that name is to run. All do if something is timed and `--filter` is absent.
  bool wants(const std::string& name) const { return options_.wants(name); }
  void add(std::string name, std::function<void()> enter, std::function<void(int)> run,
           int perRun = 1, std::string extra = {});
  /// What is done after each sample of the case that was added latest.
  void after(std::function<void()> leave);
  void measure();

  /// Time of one case by that of another, within a round. Nothing if one of them did not run.
  void ratio(const std::string& benchmark, const std::string& of, const std::string& to,
             Limit limit = {});
  /// The same, each less the time of a second case, if one is named.
  struct Net {
    std::string of, less = {};
  };
  void netRatio(const std::string& benchmark, const Net& above, const Net& below, Limit limit = {});
  /// Processor time of one case less that of another, milliseconds a unit.
  void cpuAbove(const std::string& benchmark, const std::string& of, const std::string& base,
                Limit limit = {});
  /// Time of one case, in the metric of these rounds.
  void time(const std::string& benchmark, const std::string& of, const std::string& unit,
            Limit limit = {});

 private:
  const bench::Case* find(const std::string& name) const;
  Row row(const std::string& benchmark, const std::string& unit, Limit limit) const;

  bench::Options options_;
  bench::Suite suite_;
  std::string size_, format_;
  std::span<bench::Case> cases_;
  std::vector<std::string> names_;
};

/// Our name of one of the kit's formats: `rgba16f` is rgba16float.
std::string formatNamed(const std::string& kitFormat);
/// `1920x1080`
std::string sizeText(int width, int height);

/// A picture as 8-bit RGBA, bottom row first.
std::vector<std::uint8_t> bytesOf(Top& top);
/// Ends the program with a sentence if the pictures differ by less than so many decibels.
void expectSame(const std::string& what, std::span<const std::uint8_t> a,
                std::span<const std::uint8_t> b, double decibels);
/// Ends the program with the operators' errors and warnings, if there are any.
void expectSound(const Graph& graph);

}  // namespace topknot::measure
