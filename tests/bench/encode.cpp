// Encoders at 1080p, on one thread and into memory, beside those of other libraries; and what a
// picture costs the thread that cooks if it is saved asynchronously.
#include <png.h>
#include <time.h>
#include <tinyexr.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image_write.h>
#pragma GCC diagnostic pop
#ifdef HAVE_OIIO
#include <OpenImageIO/imageio.h>
#endif

#include "support.h"

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kWidth = 1920, kHeight = 1080;
constexpr double kQuality = 0.9;

/// Top row first, as the others want it, and ours.
struct Photograph {
  explicit Photograph(const img::Rgba8& source)
      : bytes(source.px),
        narrow(kWidth, kHeight, PixelFormat::Rgba8Fixed),
        wide(kWidth, kHeight, PixelFormat::Rgba16Fixed),
        half(kWidth, kHeight, PixelFormat::Rgba16Float),
        full(kWidth, kHeight, PixelFormat::Rgba32Float) {
    std::uint32_t random = 12345;
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const std::uint8_t* from = &bytes[(std::size_t(y) * kWidth + std::size_t(x)) * 4];
        glm::vec4 exact(1.0f), linear(1.0f);
        for (int c = 0; c < 3; ++c) {
          // Low bits as a camera has them; linear light in the floats.
          random = random * 1664525u + 1013904223u;
          exact[c] = (float(from[c]) + float(random >> 24) / 256.0f) / 256.0f;
          linear[c] = std::pow(exact[c], 2.2f);
        }
        const int up = kHeight - 1 - y;
        narrow.setPixel(x, up, glm::vec4(from[0], from[1], from[2], from[3]) / 255.0f);
        wide.setPixel(x, up, exact);
        half.setPixel(x, up, linear);
        full.setPixel(x, up, linear);
      }
    }
  }

  std::vector<std::uint8_t> bytes;
  Image narrow, wide, half, full;
};

std::vector<std::byte> topFirst(const Image& image) {
  std::vector<std::byte> rows;
  for (int y = image.height(); y-- > 0;) {
    const auto row = image.row(y);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

void count(void* size, void*, int bytes) {
  *static_cast<std::size_t*>(size) += std::size_t(bytes);
}

std::size_t stbPng(const Photograph& photo) {
  std::size_t size = 0;
  stbi_write_png_to_func(count, &size, kWidth, kHeight, 4, photo.bytes.data(), kWidth * 4);
  return size;
}

std::size_t stbJpg(const Photograph& photo) {
  std::size_t size = 0;
  stbi_write_jpg_to_func(count, &size, kWidth, kHeight, 4, photo.bytes.data(), int(kQuality * 100));
  return size;
}

/// libpng at its defaults.
std::size_t libpng16(std::vector<std::byte>& rows) {
  std::size_t size = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &size,
      [](png_structp self, png_bytep, png_size_t bytes) {
        *static_cast<std::size_t*>(png_get_io_ptr(self)) += bytes;
      },
      nullptr);
  png_set_IHDR(png, info, kWidth, kHeight, 16, PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_set_swap(png);
  for (int y = 0; y < kHeight; ++y) {
    png_write_row(png, reinterpret_cast<png_bytep>(&rows[std::size_t(y) * kWidth * 8]));
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return size;
}

/// tinyexr with its own compressor, ZIP.
std::size_t tinyexrZip(const Image& image) {
  const bool half = image.format() == PixelFormat::Rgba16Float;
  const std::size_t bytes = half ? 2 : 4, pixels = std::size_t(kWidth) * kHeight;
  std::vector<std::vector<unsigned char>> planes(4, std::vector<unsigned char>(pixels * bytes));
  const auto rows = topFirst(image);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 4; ++c) {
      std::memcpy(&planes[3 - c][i * bytes], &rows[(i * 4 + c) * bytes], bytes);
    }
  }
  unsigned char* pointers[4] = {planes[0].data(), planes[1].data(), planes[2].data(),
                                planes[3].data()};
  EXRImage exr;
  InitEXRImage(&exr);
  exr.width = kWidth;
  exr.height = kHeight;
  exr.num_channels = 4;
  exr.images = pointers;
  EXRChannelInfo channels[4] = {};
  int types[4];
  for (int c = 0; c < 4; ++c) {
    channels[c].name[0] = "ABGR"[c];
    types[c] = half ? TINYEXR_PIXELTYPE_HALF : TINYEXR_PIXELTYPE_FLOAT;
  }
  EXRHeader header;
  InitEXRHeader(&header);
  header.num_channels = 4;
  header.channels = channels;
  header.pixel_types = header.requested_pixel_types = types;
  header.compression_type = TINYEXR_COMPRESSIONTYPE_ZIP;
  unsigned char* memory = nullptr;
  const char* reason = nullptr;
  const std::size_t size = SaveEXRImageToMemory(&exr, &header, &memory, &reason);
  std::free(memory);
  return size;
}

#ifdef HAVE_OIIO
/// OpenImageIO's tif at its defaults, on a disk in memory.
std::size_t oiioTif(const Photograph& photo, const std::filesystem::path& folder) {
  const std::string file = folder / "oiio.tif";
  OIIO::ImageSpec spec(kWidth, kHeight, 4, OIIO::TypeDesc::UINT8);
  const auto out = OIIO::ImageOutput::create(file);
  if (!out || !out->open(file, spec) ||
      !out->write_image(OIIO::TypeDesc::UINT8, photo.bytes.data()))
    throw Error("OpenImageIO cannot write " + file);
  out->close();
  return std::filesystem::file_size(file);
}
#endif

struct Contest {
  std::string title, format;
  double most;  // of the other's time
  Limit bytes;  // of the other's
  std::function<std::size_t()> ours, theirs;
};

double timed(const std::function<std::size_t()>& work, int times) {
  const double start = bench::wallMs();
  for (int i = 0; i < times; ++i) work();
  return (bench::wallMs() - start) / times;
}

/// As often as a sample lasts about as long as it should, like the kit's own: the memory and the
/// processor are then as they are when pictures are written one after the other.
int timesOf(const std::function<std::size_t()>& work, const bench::Options& options) {
  return std::max(1, static_cast<int>(std::ceil(options.minMs / timed(work, 1))));
}

double threadMs() {
  timespec own{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
  return double(own.tv_sec) * 1e3 + double(own.tv_nsec) * 1e-6;
}

void measureContest(const Contest& contest, const bench::Options& options) {
  const double bytes = double(contest.ours()) / double(contest.theirs());
  const int ours = timesOf(contest.ours, options), theirs = timesOf(contest.theirs, options);
  std::vector<double> times;
  for (int round = 0; round < options.rounds; ++round) {
    if (options.quietMs > 0) bench::waitQuiet(options.quietMs);
    double own = 0.0, other = 0.0;
    const auto first = [&] { own = timed(contest.ours, ours); };
    const auto second = [&] { other = timed(contest.theirs, theirs); };
    round % 2 == 0 ? (first(), second()) : (second(), first());
    times.push_back(own / other);
  }
  const std::string size = sizeText(kWidth, kHeight);
  print({contest.title, size, contest.format, "×", atMost(contest.most)}, times);
  print({contest.title + ": bytes", size, contest.format, "×", contest.bytes}, {&bytes, 1});
}

/// What 100 pictures cost the thread that cooks, saved on other threads, by what they cost it if it
/// saves them itself; its own work, since it waits where the others cannot follow.
void measureAsynchronous(const Photograph& photo, const bench::Options& options) {
  constexpr int kPictures = 100;
  const TemporaryFolder folder;
  saveImage(photo.narrow, folder.path() / "photo.png");
  Context context = Context::headless();
  Graph graph;
  auto& source = graph.add("moviefilein", "source").as<Top>();
  source.par("file") = (folder.path() / "photo.png").string();
  const auto cost = [&](bool asynchronous, int pictures) {
    std::vector<FileSaveStatus> files;
    source.readback();
    const double start = threadMs();
    for (int i = 0; i < pictures; ++i) {
      files.push_back(source.save(folder.path() / ("out" + std::to_string(i % 10) + ".png"),
                                  {.asynchronous = asynchronous}));
    }
    const double own = threadMs() - start;
    for (const auto& file : files) file.wait();
    return own / pictures;
  };
  std::vector<double> shares;
  for (int round = 0; round < std::min(options.rounds, 3); ++round) {
    if (options.quietMs > 0) bench::waitQuiet(options.quietMs);
    const double whole = cost(false, 10);
    shares.push_back(cost(true, kPictures) / whole * 100.0);
  }
  print({"100 asynchronous png: share of the thread that cooks", sizeText(kWidth, kHeight), "rgba8",
         "%", atMost(2.0)},
        shares);
}

}  // namespace

int main(int argc, char** argv) try {
  const auto options = bench::Options::parse(argc, argv);
  const Photograph photo(img::background(kWidth, kHeight));
  auto wideRows = topFirst(photo.wide);
  std::vector<Contest> contests = {
      {"png / stb_image_write", "rgba8", 0.14, atMost(1.0),
       [&] { return encodeImage(photo.narrow, ".png").size(); }, [&] { return stbPng(photo); }},
      {"png, 16 bits / libpng",
       "rgba16",
       0.08,
       {},
       [&] { return encodeImage(photo.wide, ".png").size(); },
       [&] { return libpng16(wideRows); }},
      {"jpg, quality 0.9 / stb_image_write",
       "rgba8",
       0.16,
       {},
       [&] { return encodeImage(photo.narrow, ".jpg", {.quality = kQuality}).size(); },
       [&] { return stbJpg(photo); }},
      {"exr, half / tinyexr's ZIP", "rgba16f", 0.25, atMost(1.0),
       [&] { return encodeImage(photo.half, ".exr").size(); },
       [&] { return tinyexrZip(photo.half); }},
      {"exr, float / tinyexr's ZIP", "rgba32f", 0.55, atMost(1.0),
       [&] { return encodeImage(photo.full, ".exr").size(); },
       [&] { return tinyexrZip(photo.full); }},
  };
#ifdef HAVE_OIIO
  const TemporaryFolder folder;
  contests.push_back({"tif / OpenImageIO",
                      "rgba8",
                      0.1,
                      {},
                      [&] { return encodeImage(photo.narrow, ".tif").size(); },
                      [&] { return oiioTif(photo, folder.path()); }});
#endif
  for (const Contest& contest : contests) {
    if (options.wants(contest.title)) measureContest(contest, options);
  }
  if (options.wants("asynchronous")) measureAsynchronous(photo, options);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
