// TOP: its picture read back, sampled, saved, shown.
#include <algorithm>
#include <cmath>

#include "graph/fault_walk.h"
#include "top/cook/top_cook.h"
#include "top/readback/readback_queue.h"
#include "topknot/graph.h"

namespace topknot {

namespace {

/// One coordinate of a sample point, in pixels.
int coordinate(const Op& op, std::optional<int> pixel, std::optional<double> fraction, int size,
               const char* names, bool required) {
  const std::string where = op.describe() + ": sample: ";
  if (pixel && fraction) throw Error(where + names + " are both given; one is expected");
  if (!pixel && !fraction) {
    if (!required) return 0;
    throw Error(where + "one of " + names + " is needed");
  }
  if (fraction) {
    if (!(*fraction >= 0.0 && *fraction <= 1.0)) {
      throw Error(where + "the fraction of " + names + " is " + Value(*fraction).text() +
                  "; expected 0 to 1");
    }
    return std::min(static_cast<int>(*fraction * size), size - 1);
  }
  if (*pixel < 0 || *pixel >= size) {
    throw Error(where + "pixel " + std::to_string(*pixel) + " of " + names +
                " is outside the picture; expected 0 to " + std::to_string(size - 1));
  }
  return *pixel;
}

/// Where a picture lands in a rectangle, by the Common page's Fill Viewer.
struct Rectangle {
  int x, y, width, height;
};

Rectangle placed(const std::string& mode, glm::dvec2 picture, glm::dvec2 aspect, Rectangle box) {
  glm::dvec2 size(box.width, box.height);
  const glm::dvec2 scale = size / aspect;
  if (mode == "width") size = aspect * scale.x;
  if (mode == "height") size = aspect * scale.y;
  if (mode == "best") size = aspect * std::min(scale.x, scale.y);
  if (mode == "outside") size = aspect * std::max(scale.x, scale.y);
  if (mode == "nativeres") size = picture;
  const auto whole = [](double length) {
    constexpr double kMost = 2147483647.0;
    return static_cast<int>(std::clamp(std::round(length), -kMost, kMost));
  };
  return {whole(box.x + std::round((box.width - size.x) / 2.0)),
          whole(box.y + std::round((box.height - size.y) / 2.0)), std::max(1, whole(size.x)),
          std::max(1, whole(size.y))};
}

}  // namespace

/// Held by the caller: what is made room for meanwhile must not take it.
gl::TexturePtr Top::drawnTexture() const {
  if (state_->exists()) return drawn(*state_->picture);
  const std::string why = errors().empty() ? "it has not cooked" : errors().front();
  throw Error(describe() + " has no picture: " + why);
}

std::string Top::failure() const {
  const Faults found = faults();
  if (!found) return "";
  const std::string own = describe() + ": ";
  const bool itself = found->front().starts_with(own);
  return (itself ? "" : own + "its picture is made from what failed: ") + FaultWalk::text(*found);
}

namespace {

std::string refusalOf(const std::string& failure) {
  return failure.empty() ? "" : failure + " ('allowStale' takes the picture that is there)";
}

/// As far as there is a picture whose shape tells.
void checkOptions(const Top& top, const PicturePtr& picture, const ReadbackOptions& options) {
  if (picture && picture->exists()) planReadback(top, picture->shape(), options);
}

}  // namespace

void Top::refuseFailed() const {
  if (const std::string failed = failure(); !failed.empty()) throw Error(refusalOf(failed));
}

/// The context that the picture lives in, or, without one, the thread's.
std::shared_ptr<Context::State> Top::contextInUse() const {
  return state_->context ? state_->context : gl::current();
}

glm::vec4 Top::sample(const SamplePoint& point) {
  pull();
  if (!point.allowStale) refuseFailed();
  const gl::Work watched = workOf(*this, contextInUse());
  const gl::TexturePtr source = drawnTexture();
  const gl::TextureShape& shape = source->shape();
  const int x = coordinate(*this, point.x, point.u, shape.width, "x and u", true);
  const int y = coordinate(*this, point.y, point.v, shape.height, "y and v", true);
  const int z = coordinate(*this, point.z, point.w, shape.depth, "z and w", false);
  watched.waitForGpu();
  return gl::downloadPixel(*source, x, y, z).pixel(0, 0);
}

Image Top::readback() {
  return *readback(ReadbackOptions{});
}

std::optional<Image> Top::readback(const ReadbackOptions& options) {
  if (options.delayed) return readLater(options);
  pull();
  if (!options.allowStale) refuseFailed();
  const gl::Work watched = workOf(*this, contextInUse());
  const gl::TexturePtr source = drawnTexture();
  watched.waitForGpu();
  return readNow(*source, planReadback(*this, source->shape(), options));
}

std::optional<Image> Top::readLater(const ReadbackOptions& options) {
  Readback::Queue& queue = *delayedReadback().queue_;
  pull();
  const std::string failed = options.allowStale ? "" : refusalOf(failure());
  const gl::Work watched = workOf(*this, contextInUse());
  if (failed.empty()) return queue.takeAndStart(*drawnTexture(), options);
  checkOptions(*this, state_->picture, options);
  return queue.takeAndFail(failed);
}

Readback& Top::delayedReadback() {
  if (!state_->delayed) {
    state_->delayed.emplace(*this, ReadbackRing{.whenFull = WhenFull::DropOldest});
  }
  return *state_->delayed;
}

std::shared_ptr<ReadbackTicket::State> Top::startReadback(Readback::Queue& queue,
                                                          const ReadbackOptions& options) {
  pull();
  const std::string failed = options.allowStale ? "" : refusalOf(failure());
  const gl::Work watched = workOf(*this, contextInUse());
  if (failed.empty()) return queue.start(*drawnTexture(), options);
  checkOptions(*this, state_->picture, options);
  return queue.fail(failed);
}

Image Top::numpyArray() {
  return *numpyArray(ReadbackOptions{});
}

std::optional<Image> Top::numpyArray(const ReadbackOptions& options) {
  ReadbackOptions floats = options;
  floats.type = ReadbackType::Float32;
  if (floats.channels.empty()) floats.channels = "rgba";
  return readback(floats);
}

FileSaveStatus Top::save(const std::filesystem::path& file, const SaveOptions& options) {
  const std::filesystem::path path = file.empty() ? std::filesystem::path(name() + ".tiff") : file;
  ReadbackOptions whole;
  whole.allowStale = options.allowStale;
  if (!options.asynchronous) return saveImage(*readback(whole), path, options);
  pull();
  if (!options.allowStale) refuseFailed();
  const gl::Work watched = workOf(*this, contextInUse());
  return saveLater(drawnTexture(), path, options);
}

std::vector<std::byte> Top::saveByteArray(std::string_view filetype, const SaveOptions& options) {
  ReadbackOptions whole;
  whole.allowStale = options.allowStale;
  return encodeImage(*readback(whole), filetype, options);
}

unsigned Top::textureName() {
  pull();
  const gl::Work watched = workOf(*this, contextInUse());
  const GLuint name = drawnTexture()->name();
  state_->picture->hold();
  return name;
}

void Top::draw(int x, int y, int width, int height) {
  pull();
  if (width < 1 || height < 1) return;
  const gl::Work watched = workOf(*this, contextInUse());
  const gl::BoundTarget bound;  // the picture may have to be drawn first, into others
  const std::string mode = par("fillmode").eval();
  const auto filter = static_cast<gl::Filter>(par("filtertype").definition().menuIndex());
  const gl::TextureShape shape = drawnTexture()->shape();  // is there one?
  if (!shape.isFlat()) {
    throw Error(describe() + " shows a " + gl::dimensionName(shape.dimension) + " of " +
                gl::sizeText(shape) + ": only 2D textures can be drawn into a window");
  }
  const gl::TexturePtr held =
      filter == gl::Filter::Mipmap ? drawnWithMipmaps(*state_->picture) : drawn(*state_->picture);
  const gl::Texture& source = *held;
  const Rectangle box{x, y, width, height};
  const Rectangle at = placed(mode, glm::dvec2(source.shape().width, source.shape().height),
                              glm::dvec2(state_->picture->aspect()), box);
  bound.bind();
  const gl::Clip clip(box.x, box.y, box.width, box.height);
  gl::drawToBound(*pixelProgram("copy", PixelFormat::Rgba8Fixed),
                  {&source, 0, filter, gl::Extend::Hold}, at.x, at.y, at.width, at.height);
}

}  // namespace topknot
