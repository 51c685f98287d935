// Cube Map: a cube map from six pictures or from a cross of them, and back to a cross.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "top/cook/top_cook.h"

namespace topknot::ops {

namespace {

constexpr int kSides = 6;
constexpr std::array<const char*, kSides> kSideNames = {"+X", "-X", "+Y", "-Y", "+Z", "-Z"};

/// A side's square in a cross, counted from the bottom left.
struct Cell {
  int column, row;
  bool turned = false;  // by half a turn
};

/// A picture of a cube unfolded, with +Z in the middle and +Y above it. In the order of the sides.
struct Cross {
  int columns, rows;
  std::array<Cell, kSides> cells;
};

constexpr Cross kVertical = {3, 4, {{{2, 2}, {0, 2}, {1, 3}, {1, 1}, {1, 2}, {1, 0, true}}}};
constexpr Cross kHorizontal = {4, 3, {{{2, 1}, {0, 1}, {1, 2}, {1, 0}, {1, 1}, {3, 1}}}};

/// A square of a flat picture as its side has it: in GL's cube maps the first row is the top one.
gl::Patch patchOf(const gl::Texture& flat, const Cell& cell, int size) {
  gl::Patch patch{flat, cell.column * size, (cell.row + 1) * size, (cell.column + 1) * size,
                  cell.row * size};
  if (!cell.turned) return patch;
  std::swap(patch.x0, patch.x1);
  std::swap(patch.y0, patch.y1);
  return patch;
}

gl::Patch sideOf(const gl::Texture& cube, int side) {
  const int size = cube.shape().width;
  return {cube, 0, 0, size, size, side};
}

class CubeMap : public Top {
 public:
  CubeMap() {
    declare().page("Cube Map");
    mode_ = &declare()
                 .add("mode", "Mode", ParStyle::Menu, "onepersidetocubemap")
                 .menu({{"onepersidetocubemap", "One per Side to Cube Map"},
                        {"verticalcrosstocubemap", "Vertical Cross to Cube Map"},
                        {"cubemaptoverticalcross", "Cube Map to Vertical Cross"},
                        {"horizontalcrosstocubemap", "Horizontal Cross to Cube Map"},
                        {"cubemaptohorizontalcross", "Cube Map to Horizontal Cross"}})
                 .help(
                     "One per side: inputs 0 to 5 are +X, -X, +Y, -Y, +Z, -Z. The top of the "
                     "sides is +Y, that of +Y is -Z, that of -Y is +Z. A cross has +Z in the "
                     "middle, -X and +X beside it, +Y above, -Y below; -Z is right of +X, or, "
                     "in a vertical cross, below -Y, by half a turn. Sides are squares as wide "
                     "as the Common page's width says.");
  }

 protected:
  void render(TopCook& cook) override {
    const std::string mode = mode_->value();
    const Cross& cross = mode.find("vertical") != std::string::npos ? kVertical : kHorizontal;
    if (mode == "onepersidetocubemap") return fromSides(cook);
    if (mode.starts_with("cubemap")) return toCross(cook, cross, mode);
    fromCross(cook, cross);
  }

 private:
  void fromSides(TopCook& cook) {
    int first = 0;
    while (!cook.connected(first)) ++first;
    const gl::TextureShape& like = cook.input(first).shape();
    cook.source({like.width, like.width, like.format});
    const int size = cook.shape().width;
    const gl::TexturePtr cube = begin(cook, size);
    std::string missing;
    for (int side = 0; side < kSides; ++side) {
      if (!cook.connected(side)) {
        missing += std::string(missing.empty() ? "" : ", ") + kSideNames.at(std::size_t(side));
        continue;
      }
      const gl::TexturePtr picture = fitted(cook, side, size, size);
      copy(cook, patchOf(*picture, {0, 0}, size), sideOf(*cube, side));
    }
    if (!missing.empty()) addWarning("sides without an input are transparent: " + missing);
    cook.showTextures({cube});
  }

  void fromCross(TopCook& cook, const Cross& cross) {
    const gl::TextureShape& whole = cook.input(0).shape();
    const int side = std::max(1, (whole.width + cross.columns / 2) / cross.columns);
    cook.source({side, side, whole.format});
    const int size = cook.shape().width;
    const gl::TexturePtr cube = begin(cook, size);
    const gl::TexturePtr picture = fitted(cook, 0, cross.columns * size, cross.rows * size);
    for (int i = 0; i < kSides; ++i) {
      copy(cook, patchOf(*picture, cross.cells.at(std::size_t(i)), size), sideOf(*cube, i));
    }
    cook.showTextures({cube});
  }

  void toCross(TopCook& cook, const Cross& cross, const std::string& mode) {
    gl::TextureShape shape = cook.input(0).shape();
    if (shape.dimension != glsl::Dimension::Cube) {
      throw Error(std::string("input 0 is a ") + gl::dimensionName(shape.dimension) + " of " +
                  gl::sizeText(shape) + ": mode '" + mode + "' takes a cube map");
    }
    const int size = shape.width;
    shape = {cross.columns * size, cross.rows * size, shape.format};
    cook.source({shape.width, shape.height, shape.format});
    const gl::TexturePtr cube = cook.texture(0);
    const gl::TexturePtr flat = gl::Pool::borrow(shape);
    flat->clear(0.0f, 0.0f, 0.0f, 0.0f);
    for (int i = 0; i < kSides; ++i) {
      copy(cook, sideOf(*cube, i), patchOf(*flat, cross.cells.at(std::size_t(i)), size));
    }
    cook.showTexture(flat);
  }

  static void copy(TopCook& cook, const gl::Patch& from, const gl::Patch& to) {
    const gl::TextureShape& target = to.texture.shape();
    cook.timed(to.texture.bytes() / target.depth, [&] { gl::copyPatch(from, to); });
  }

  /// A transparent cube map of the Common page's width and format.
  static gl::TexturePtr begin(TopCook& cook, int size) {
    gl::TexturePtr cube =
        gl::Pool::borrow({size, size, cook.shape().format, false, glsl::Dimension::Cube, kSides});
    cube->clear(0.0f, 0.0f, 0.0f, 0.0f);
    return cube;
  }

  /// An input in the cube map's format and that size.
  static gl::TexturePtr fitted(TopCook& cook, int index, int width, int height) {
    const Operand input = cook.operand(index);  // throws if it is not flat
    const gl::TextureShape shape{width, height, cook.shape().format};
    if (input.picture->shape() == shape) return cook.texture(index);
    const PicturePtr made = cook.make("copy", FunctionKind::Pixel, {}, {input}, shape);
    drawn(*made);
    return made->giveAway();
  }

  Parameter* mode_;
};

}  // namespace

extern const OpType cubemapType;
const OpType cubemapType = {
    "cubemap", "Cube Map", "A cube map from six pictures or from a cross of them, and back.",
    1,         kSides,     []() -> std::unique_ptr<Op> { return std::make_unique<CubeMap>(); }};

}  // namespace topknot::ops
