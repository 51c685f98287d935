#include "support.h"

#include <cstdlib>
#include <cstring>
#include <iostream>

namespace topknot::measure {

namespace {

[[noreturn]] void fail(const std::string& sentence) {
  std::cerr << sentence << '\n';
  std::exit(1);
}

void save(const img::Rgba8& picture, const std::string& file) {
  Image image(picture.w, picture.h, PixelFormat::Rgba8Fixed);
  std::memcpy(image.bytes().data(), picture.px.data(), picture.px.size());
  saveImage(image, file, {.quality = 0.0});
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "topknot-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail("no temporary folder '" + pattern + "'");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void useShaderCache(const std::filesystem::path& folder) {
  setenv("MESA_SHADER_CACHE_DIR", folder.c_str(), 1);
  setenv("MESA_SHADER_CACHE_DISABLE", "false", 1);
  setenv("__GL_SHADER_DISK_CACHE_PATH", folder.c_str(), 1);
}

Pictures::Pictures(int width, int height)
    : a(img::background(width, height)), b(img::overlay(width, height)) {
  save(a, fileA());
  save(b, fileB());
}

void print(const Row& row, std::span<const double> figures) {
  const bench::Stat stat = bench::Stat::of({figures.begin(), figures.end()});
  const char* relation = row.limit.kind == Limit::Kind::AtMost    ? "≤"
                         : row.limit.kind == Limit::Kind::AtLeast ? "≥"
                                                                  : "";
  std::printf(
      "{\"row\":\"%s\",\"size\":\"%s\",\"format\":\"%s\",\"unit\":\"%s\",\"relation\":\"%s\","
      "\"limit\":%g,\"min\":%.6g,\"median\":%.6g,\"max\":%.6g,\"n\":%zu}\n",
      row.benchmark.c_str(), row.size.c_str(), row.format.c_str(), row.unit.c_str(), relation,
      row.limit.number, stat.min, stat.median, stat.max, figures.size());
  std::fflush(stdout);
}

Rounds::Rounds(std::string work, std::string size, std::string format, std::string metric,
               const bench::Options& options, double scale)
    : options_(options),
      suite_(std::move(work), size, format, std::move(metric), scale),
      size_(std::move(size)),
      format_(std::move(format)) {}

void Rounds::add(std::string name, std::function<void()> enter, std::function<void(int)> run,
                 int perRun, std::string extra) {
  if (!wants(name)) return;
  names_.push_back(name);
  bench::Case& last = suite_.add(
      {std::move(name), std::move(enter), std::move(run), nullptr, perRun, std::move(extra), 1, 0});
  // They lie side by side, and move as they become more.
  cases_ = {&last - (names_.size() - 1), names_.size()};
}

void Rounds::after(std::function<void()> leave) {
  if (!cases_.empty()) cases_.back().leave = std::move(leave);
}

void Rounds::measure() {
  if (!names_.empty()) suite_.measure(options_, names_.front());
}

const bench::Case* Rounds::find(const std::string& name) const {
  for (const bench::Case& one : cases_) {
    if (one.name == name && !one.wall.empty()) return &one;
  }
  return nullptr;
}

Row Rounds::row(const std::string& benchmark, const std::string& unit, Limit limit) const {
  return {benchmark, size_, format_, unit, limit};
}

void Rounds::ratio(const std::string& benchmark, const std::string& of, const std::string& to,
                   Limit limit) {
  const bench::Case *above = find(of), *below = find(to);
  if (above == nullptr || below == nullptr) return;
  std::vector<double> figures;
  for (std::size_t i = 0; i < above->wall.size(); ++i) {
    figures.push_back(above->wall[i] / below->wall[i]);
  }
  print(row(benchmark, "×", limit), figures);
}

void Rounds::netRatio(const std::string& benchmark, const Net& above, const Net& below,
                      Limit limit) {
  const auto missing = [&](const std::string& name) {
    return !name.empty() && find(name) == nullptr;
  };
  for (const Net& net : {above, below}) {
    if (missing(net.of) || missing(net.less)) return;
  }
  const auto of = [&](const Net& net, std::size_t round) {
    return find(net.of)->wall[round] - (net.less.empty() ? 0.0 : find(net.less)->wall[round]);
  };
  std::vector<double> figures;
  for (std::size_t i = 0; i < find(above.of)->wall.size(); ++i) {
    figures.push_back(of(above, i) / of(below, i));
  }
  print(row(benchmark, "×", limit), figures);
}

void Rounds::cpuAbove(const std::string& benchmark, const std::string& of, const std::string& base,
                      Limit limit) {
  const bench::Case *one = find(of), *other = find(base);
  if (one == nullptr || other == nullptr) return;
  std::vector<double> figures;
  for (std::size_t i = 0; i < one->cpu.size(); ++i) {
    figures.push_back(one->cpu[i] - other->cpu[i]);
  }
  print(row(benchmark, "ms of CPU", limit), figures);
}

void Rounds::time(const std::string& benchmark, const std::string& of, const std::string& unit,
                  Limit limit) {
  if (const bench::Case* one = find(of)) print(row(benchmark, unit, limit), one->wall);
}

std::string formatNamed(const std::string& kitFormat) {
  if (kitFormat == "rgba8") return "rgba8fixed";
  if (kitFormat == "rgba16f") return "rgba16float";
  if (kitFormat == "rgba32f") return "rgba32float";
  fail("there is no format '" + kitFormat + "'; expected rgba8, rgba16f or rgba32f");
}

std::string sizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

std::vector<std::uint8_t> bytesOf(Top& top) {
  const Image image = top.readback().converted(PixelFormat::Rgba8Fixed);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(image.bytes().data());
  return {bytes, bytes + image.bytes().size()};
}

void expectSame(const std::string& what, std::span<const std::uint8_t> a,
                std::span<const std::uint8_t> b, double decibels) {
  if (a.size() != b.size()) {
    fail(what + ": " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
         " bytes; expected pictures of one size");
  }
  const double found = bench::psnr8(a.data(), b.data(), a.size());
  if (found >= decibels) return;
  fail(what + ": the pictures agree by " + std::to_string(found) + " dB; expected at least " +
       std::to_string(decibels));
}

void expectSound(const Graph& graph) {
  for (const Op* op : graph.ops()) {
    for (const auto& sentence : op->errors()) fail(op->describe() + ": " + sentence);
    for (const auto& sentence : op->warnings()) fail(op->describe() + ": " + sentence);
  }
}

}  // namespace topknot::measure
