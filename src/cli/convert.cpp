// `topknot convert`: pictures into other formats and sizes.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "topknot/topknot.h"

namespace topknot::cli {
namespace {

namespace fs = std::filesystem;

// Of the operator fit, and of the Common page's Output Resolution and Input Smoothness.
constexpr const char* kFits[] = {"fill", "fitbest", "fitoutside", "limit"};
constexpr const char* kFilters[] = {"nearest", "linear", "mipmap"};

/// The command line's words.
struct ConvertOptions {
  std::vector<std::string> files;  // the last one is written
  std::optional<std::string> size, fit, filter, format, quality;
  std::vector<std::string> metadata;
  bool createFolders = false;
};

struct Item {
  std::string in, out;
};

/// What they mean.
struct Conversion {
  std::vector<Item> items;
  std::optional<PictureSize> size;
  std::string fit = "fill", filter = "mipmap";
  std::optional<PixelFormat> format;
  SaveOptions save;
};

bool hasStar(const std::string& file) {
  return fs::path(file).filename().native().find('*') != std::string::npos;
}

/// `small/*.png` with the name of `photos/tree.exr`: `small/tree.png`
std::string starredPath(const std::string& file, const std::string& in) {
  const std::size_t star = file.rfind('*');
  return file.substr(0, star) + fs::path(in).stem().string() + file.substr(star + 1);
}

std::vector<Item> itemsOf(const std::vector<std::string>& files) {
  if (files.size() < 2) {
    throw UsageError("expected a picture to read and a file to write, found " +
                     (files.empty() ? std::string("none") : "'" + files.front() + "' alone"));
  }
  const std::string& out = files.back();
  const bool star = hasStar(out), numbered = isNumbered(out);
  const std::size_t count = files.size() - 1;
  std::error_code unknown;  // saveImage says what is wrong with such a path
  if (out.ends_with('/') || fs::is_directory(out, unknown)) {
    throw UsageError("expected a file to write, found the folder '" + out +
                     "'; its files are named like '" + (fs::path(out) / "*.png").string() + "'");
  }
  if (count > 1 && !star && !numbered) {
    throw UsageError("expected, for " + std::to_string(count) +
                     " pictures, a file to write with a * for their names or a run of # for their "
                     "numbers, such as '*.png', found '" +
                     out + "'");
  }
  checkSuffix(out, "OUT");
  std::vector<Item> items;
  std::map<std::string, std::string> writers;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& in = files[i];
    std::string file = star ? starredPath(out, in) : out;
    if (numbered) file = numberedPath(file, static_cast<std::int64_t>(i));
    const auto [same, fresh] = writers.emplace(file, in);
    if (!fresh) {
      throw UsageError("expected a file of its own for each picture, found '" + file + "' for '" +
                       same->second + "' and '" + in + "'");
    }
    items.push_back({in, std::move(file)});
  }
  return items;
}

std::pair<std::string, std::string> parseMetadata(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("--metadata: expected KEY=VALUE, found '" + text + "'");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Conversion conversionOf(const ConvertOptions& options) {
  Conversion conversion;
  conversion.items = itemsOf(options.files);
  if (options.size) conversion.size = parseSize(*options.size);
  if (options.fit) conversion.fit = parseWord("--fit", *options.fit, kFits);
  if (options.filter) conversion.filter = parseWord("--filter", *options.filter, kFilters);
  if (!options.size && (options.fit || options.filter)) {
    throw UsageError(std::string(options.fit ? "--fit" : "--filter") +
                     ": expected with --size, found without");
  }
  if (options.format) conversion.format = parseFormat(*options.format);
  if (options.quality) conversion.save.quality = parseFraction("--quality", *options.quality);
  for (const std::string& text : options.metadata) {
    conversion.save.metadata.push_back(parseMetadata(text));
  }
  conversion.save.createFolders = options.createFolders;
  return conversion;
}

/// One picture drawn in its new size.
class Resizer {
 public:
  explicit Resizer(const Conversion& conversion)
      : file_(graph_.add("moviefilein")), fit_(graph_.add("fit").as<Top>()) {
    const bool limit = conversion.fit == "limit";
    fit_.par("fit") = limit ? "fill" : conversion.fit;
    fit_.par("outputresolution") = limit ? "limit" : "custom";
    fit_.par("resolutionw") = conversion.size->width;
    fit_.par("resolutionh") = conversion.size->height;
    fit_.par("inputfiltertype") = conversion.filter;
    if (conversion.format) fit_.par("format") = pixelFormatInfo(*conversion.format).name;
    file_ >> fit_;
  }

  Image resized(const std::string& file, std::vector<std::string>& warnings) {
    // The operator takes patterns and folders too, for sequences; loadImage says what is wrong.
    std::error_code unknown;
    if (!fs::is_regular_file(file, unknown)) loadImage(file);
    file_.par("file") = file;
    fit_.cook();
    if (!file_.errors().empty()) loadImage(file);
    for (const Op* op : {static_cast<const Op*>(&file_), static_cast<const Op*>(&fit_)}) {
      if (!op->errors().empty()) throw Error(op->errors().front());
    }
    warnings.insert(warnings.end(), file_.warnings().begin(), file_.warnings().end());
    return fit_.readback();
  }

 private:
  Context context_ = Context::headless();
  Graph graph_;
  Op& file_;
  Top& fit_;
};

Image unresized(const std::string& file, const Conversion& conversion,
                std::vector<std::string>& warnings) {
  Image image = loadImage(file, {}, &warnings);
  return conversion.format ? image.converted(*conversion.format) : image;
}

/// `wrote tree.png, 640x480, rgba8fixed`
std::string convertOne(const Item& item, const Conversion& conversion, Resizer* resizer,
                       std::vector<std::string>& warnings) {
  Image image =
      resizer ? resizer->resized(item.in, warnings) : unresized(item.in, conversion, warnings);
  const std::string line =
      "wrote " + item.out + ", " +
      describePicture(image.width(), image.height(), pixelFormatInfo(image.format()).name) + "\n";
  saveImage(std::move(image), item.out, conversion.save);
  return line;
}

/// All that can be; those that cannot are complained about.
Status run(const ConvertOptions& options) {
  const Conversion conversion = conversionOf(options);
  Progress progress("converting", static_cast<std::int64_t>(conversion.items.size()));
  std::unique_ptr<Resizer> resizer;
  if (conversion.size) resizer = std::make_unique<Resizer>(conversion);
  Status status = Status::Done;
  for (const Item& item : conversion.items) {
    std::string line;
    std::vector<std::string> warnings;
    try {
      line = convertOne(item, conversion, resizer.get(), warnings);
    } catch (const Error& error) {
      status = Status::Failed;
      progress.aside([&] { complain(error.what()); });
    }
    progress.advance();
    for (const std::string& warning : warnings) {
      progress.aside([&] { complain("warning: " + warning); });
    }
    if (!line.empty()) progress.aside([&] { print(line); });
  }
  return status;
}

void addOptions(CLI::App& command, ConvertOptions& options) {
  command
      .add_option("FILE", options.files,
                  "The pictures to read (png, jpg, bmp, tga, hdr, exr, tif, dds), and as the last\n"
                  "one the file to write (.png, .exr, .tif, .jpg, .bmp or .dds). For several\n"
                  "pictures that has a * for the picture's own name ('small/*.png'), or a run of\n"
                  "# for its number from 0 ('frame.####.exr')")
      ->option_text("IN... OUT");
  const auto add = [&](const char* name, auto& value, const char* help, const char* type) {
    command.add_option(name, value, help)->allow_extra_args(false)->type_name(type);
  };
  add("--size", options.size,
      "Size of the result in pixels: resized on the GPU, by the operator fit", "WxH");
  add("--fit", options.fit,
      "fill: stretched to that size (default); fitbest: the whole picture, transparent\n"
      "around; fitoutside: filled, what hangs over is cut off; limit: at most that\n"
      "size, in the picture's own aspect, never enlarged",
      "NAME");
  add("--filter", options.filter,
      "nearest, linear, or mipmap, which averages what is made smaller (default)", "NAME");
  add("--format", options.format,
      "Pixel format, e.g. rgba16float: what is written is what the file format can\n"
      "hold of that (default: that of the picture)",
      "NAME");
  add("--quality", options.quality, "Of a jpg, 0 to 1 (default 1)", "N");
  add("--metadata", options.metadata, "A string attribute of an exr's header", "KEY=VALUE");
  command.add_flag("--create-folders", options.createFolders,
                   "Makes the folders of the file to write");
}

}  // namespace

void addConvert(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "convert", "Converts pictures into other file formats, pixel formats and sizes.");
  const auto options = std::make_shared<ConvertOptions>();
  addOptions(*command, *options);
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace topknot::cli
