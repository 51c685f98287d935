// The public functions: finds the codec, names the file in every error.
#include "topknot/image_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

#include "image/text_or.h"
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/exr/exr.h"
#include "io/files/file.h"
#include "io/files/save_queue.h"
#include "topknot/error.h"

namespace topknot {
namespace {

using namespace io;

/// Runs `work`; whatever it throws becomes one sentence that begins with `name`.
template <class Work>
auto named(std::string_view name, const char* otherwise, const Work& work) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const Refusal& refusal) {
    throw Error(inQuotes(name) + " " + refusal.what());
  } catch (const std::bad_alloc&) {
    throw Error(inQuotes(name) + " needs more memory than there is");
  } catch (const std::exception& error) {
    throw Error(inQuotes(name) + " " + otherwise + ": " +
                textOr(error.what(), "its decoder gave no reason"));
  }
}

std::string readableNames() {
  std::string names;
  for (const Codec* codec : codecs()) {
    names += (names.empty() ? "" : ", ") + std::string(codec->name);
  }
  return names;
}

const Codec& codecOf(ByteView bytes) {
  if (bytes.empty()) throw Refusal("is empty");
  for (const Codec* codec : codecs()) {
    if (codec->sniff(bytes)) return *codec;
  }
  std::string start(textOf(bytes.first(std::min<std::size_t>(bytes.size(), 12))));
  for (char& c : start) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  throw Refusal("is not a picture that can be read; expected " + readableNames() +
                "; it begins with " + inQuotes(start));
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings& warnings) {
  if (bytes.size() > limits.fileBytes) {
    throw Refusal("is too large: it has " + std::to_string(bytes.size()) + " bytes, the limit is " +
                  std::to_string(limits.fileBytes));
  }
  Image image = codecOf(bytes).decode(bytes, limits, warnings);
  checkSize(limits, image.width(), image.height(), pixelFormatInfo(image.format()).bytesPerPixel);
  return image;
}

/// Appends the warnings, each as a sentence.
Image decodeAs(std::string_view name, ByteView bytes, const ReadLimits& limits,
               std::vector<std::string>* warnings) {
  Warnings found;
  Image image = decode(bytes, limits, found);
  if (warnings == nullptr) return image;
  for (const std::string& warning : found) warnings->push_back(inQuotes(name) + ' ' + warning);
  return image;
}

std::string writableNames() {
  std::string names;
  for (const std::string_view suffix : writableSuffixes()) {
    names += (names.empty() ? "" : ", ") + std::string(suffix);
  }
  return names;
}

const Codec& encoderFor(std::string_view name) {
  const std::size_t dot = name.find_last_of("./");
  if (dot == std::string_view::npos || name[dot] == '/') {
    throw Refusal("cannot be written: it has no suffix; there are " + writableNames());
  }
  std::string suffix(name.substr(dot));
  for (char& c : suffix) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const Codec* codec : codecs()) {
    if (codec->encode && std::ranges::find(codec->suffixes, suffix) != codec->suffixes.end()) {
      return *codec;
    }
  }
  throw Refusal("cannot be written: there is no " + inQuotes(suffix) + " writer; there are " +
                writableNames());
}

/// As few digits as tell the number from all others.
std::string digitsOf(double number) {
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end};
}

const Codec& checkedEncoder(const Image& image, std::string_view name, const SaveOptions& options) {
  const Codec& codec = encoderFor(name);
  if (image.empty()) throw Refusal("cannot be written: the image is empty");
  if (image.depth() > 1) {
    throw Refusal("cannot be written: the image has " + std::to_string(image.depth()) +
                  " slices, and a file holds one");
  }
  if (!(options.quality >= 0.0 && options.quality <= 1.0)) {
    throw Refusal("cannot be written: the quality is " + digitsOf(options.quality) +
                  "; expected 0 to 1");
  }
  if (!options.metadata.empty() && !codec.metadata) {
    throw Refusal("cannot be written with metadata: only exr files hold it");
  }
  checkMetadata(options.metadata);
  return codec;
}

}  // namespace

Image loadImage(const std::filesystem::path& file, const ReadLimits& limits,
                std::vector<std::string>* warnings) {
  return named(file.native(), "is damaged", [&] {
    const Bytes bytes = readFile(file, limits.fileBytes);
    return decodeAs(file.native(), bytes, limits, warnings);
  });
}

Image decodeImage(std::span<const std::byte> file, std::string_view name, const ReadLimits& limits,
                  std::vector<std::string>* warnings) {
  return named(name, "is damaged", [&] { return decodeAs(name, file, limits, warnings); });
}

FileSaveStatus saveImage(Image image, const std::filesystem::path& file,
                         const SaveOptions& options) {
  return saveAfter([] {}, std::move(image), file, options);
}

FileSaveStatus io::saveAfter(std::function<void()> arrived, Image image,
                             const std::filesystem::path& file, const SaveOptions& options) {
  return named(file.native(), "cannot be written", [&] {
    const Codec& codec = checkedEncoder(image, file.native(), options);
    prepareFolder(file, options.createFolders);
    const std::filesystem::path path = absolutePath(file);
    auto state = std::make_shared<FileSaveStatus::State>(path);
    auto work = [arrived = std::move(arrived), &codec, image = std::move(image), path,
                 name = file.native(), options] {
      named(name, "cannot be written", [&] {
        try {
          arrived();
        } catch (const Error& lost) {
          throw Refusal(std::string("cannot be written: ") + lost.what());
        }
        writeFile(path, codec.encode(image, options));
      });
    };
    if (options.asynchronous) {
      queueSave(state, std::move(work));
    } else {
      work();
      state->complete("");
    }
    return FileSaveStatus(std::move(state));
  });
}

std::vector<std::byte> encodeImage(const Image& image, std::string_view suffix,
                                   const SaveOptions& options) {
  return named(suffix, "cannot be written",
               [&] { return checkedEncoder(image, suffix, options).encode(image, options); });
}

std::span<const std::string_view> writableSuffixes() {
  static const std::vector<std::string_view> kSuffixes = [] {
    std::vector<std::string_view> suffixes;
    for (const Codec* codec : codecs()) {
      for (const std::string_view suffix : codec->suffixes) {
        if (codec->encode && !suffix.empty()) suffixes.push_back(suffix);
      }
    }
    return suffixes;
  }();
  return kSuffixes;
}

}  // namespace topknot
