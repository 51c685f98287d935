// TOP: an operator whose result is a picture on the GPU.
#pragma once

#include <cstdint>
#include <filesystem>
#include <glm/vec4.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/context.h"
#include "topknot/cuda_memory.h"
#include "topknot/image.h"
#include "topknot/image_file.h"
#include "topknot/op.h"
#include "topknot/readback.h"

namespace topknot {

namespace gl {
class Texture;
}

/// Where to sample. One of `x` and `u`, one of `y` and `v`; for pictures with depth also one of `z`
/// and `w`, or neither: slice 0. Pixels count from 0 at the bottom left; u, v, w run from 0 to 1
/// over the picture.
///
///     top.sample({.x = 25, .y = 100})      top.sample({.u = 0.5, .v = 0.5})
struct SamplePoint {
  std::optional<int> x = {}, y = {}, z = {};
  std::optional<double> u = {}, v = {}, w = {};
  bool allowStale = false;  ///< see Top
};

/// A texture operator. Has the members and methods of TouchDesigner's TOP class, under its names,
/// and its Common page of parameters.
///
/// Asking for anything that depends on the picture cooks what is dirty first, in the graph's
/// current frame. Coordinates: (0, 0) is the bottom left; rows are bottom row first.
///
/// Where this operator failed in its latest cook, or one that its picture is made from, `sample`,
/// `numpyArray`, `readback`, `save`, `saveByteArray` and `cudaMemory` throw Error with the names
/// and sentences of those that did: the picture is not what it should be, but one of an earlier
/// frame, or black, or one that shows an error. With `allowStale` they take the picture that is
/// there, as a live show wants to. `draw` and `textureName` always do; `errors()` and
/// `inputErrors()` tell. What parameters ask for is no failure: what a GLSL TOP shows while a
/// shader compiles or where it does not, the picture of a locked operator.
///
///     photo >> grade;                               // the photograph is missing
///     grade.save("out.jpg");                        // throws, and writes nothing
///     grade.save("out.jpg", {.allowStale = true});  // writes what grade shows
///
/// Memory: the picture belongs to the operator and lives on the GPU. All TOPs of a graph draw in
/// the Context that was current when the first of them cooked, also while another is current.
/// Thread: that of this Context. Any call from another thread, or without a context, throws Error.
class Top : public Op {
 public:
  static constexpr std::string_view kTypeName = "TOP";
  ~Top() override;

  bool isTOP() const override { return true; }
  Drawing drawing() const override;

  // Members.
  int width();               ///< pixels
  int height();              ///< pixels
  float aspect();            ///< aspectWidth / aspectHeight, as the Common page sets it
  float aspectWidth();       ///< of the picture's aspect ratio
  float aspectHeight();      ///< of the picture's aspect ratio
  int depth();               ///< slices: 1 for a 2D texture
  std::int64_t gpuMemory();  ///< bytes that this operator holds on the GPU; a passed-on picture is
                             ///< counted where it was made
  int curPass() const;  ///< the pass being cooked, 0 … npasses − 1; afterwards the last one
  int newestSliceWOffset();       ///< of a Texture 3D; else 0
  std::string pixelFormat();      ///< the menu's label: `8-bit fixed (RGBA)`
  std::string pixelFormatName();  ///< the menu's name: `rgba8fixed`

  // Methods.
  /// The colour of one pixel, nearest to the point, as (r, g, b, a): fixed formats as 0..1, sRGB
  /// formats decoded, missing channels as the format expands. Downloads that pixel, and waits for
  /// the GPU. Throws Error if a component is missing, given twice or out of range.
  glm::vec4 sample(const SamplePoint& point);

  /// The picture as rgba32float: height × width × 4 floats, bottom row first
  /// (`numpyArray()[y][x]` is `image.floats()[(y * width + x) * 4]`). Waits for the GPU.
  Image numpyArray();
  /// With `delayed` nothing at the first call, then the picture that was current at the previous
  /// call; it does not wait. A driver that takes longer than from one call to the next gives
  /// nothing in between, and later the pictures in order. Of a frame in which the picture failed it
  /// throws in its turn: at the next call. Without `delayed` always a picture. Of the options,
  /// `type` means nothing here; without `channels` they are all four.
  std::optional<Image> numpyArray(const ReadbackOptions& options);
  /// The picture in its own pixel format. Waits for the GPU.
  Image readback();
  /// The same for a part of the picture, with other channels or as floats, or `delayed` as above.
  /// What is less to move that way is converted by the GPU.
  std::optional<Image> readback(const ReadbackOptions& options);
  /// The ring behind delayed readbacks: to set its depth and rule, and for its counters. By default
  /// 3 deep; when full it drops its oldest picture rather than wait.
  Readback& delayedReadback();

  /// Saves the picture; the suffix decides the file format (see `saveImage`): .tif, .tiff, .jpg,
  /// .jpeg, .bmp, .png, .exr, .dds. Returns the path and what becomes of the file. Without a path:
  /// `<operator's name>.tiff` in the current folder. With `asynchronous` the picture is that of
  /// now, and other threads encode and write it.
  FileSaveStatus save(const std::filesystem::path& file = {}, const SaveOptions& options = {});
  /// The bytes of such a file. Of `filetype` only the suffix counts, with its period: `.tiff`,
  /// `file.tiff`, `C:/Files/file.tiff`.
  std::vector<std::byte> saveByteArray(std::string_view filetype = ".tiff",
                                       const SaveOptions& options = {});

  /// A copy of the picture in newly allocated CUDA memory of the device that draws it, in its own
  /// pixel format or another; see CudaMemory for shape and order. `stream` is a CUstream as a
  /// number; the copy comes after what is in it and is done when this returns. Needs an NVIDIA
  /// driver, at run time only. Throws Error saying what is missing, or which function of the driver
  /// failed.
  CudaMemory cudaMemory(std::uintptr_t stream = 0, std::optional<PixelFormat> pixelFormat = {},
                        bool allowStale = false);

  // For hosts that draw themselves. They show the picture that is there, whatever failed.
  /// The OpenGL name of the texture, in the operator's context. Valid until the next cook.
  unsigned textureName();
  /// Draws the picture into a rectangle (pixels, origin bottom left) of the framebuffer that is
  /// bound when it is called, e.g. the window's. Values are written as they are. It stays bound,
  /// and the viewport what it was.
  void draw(int x, int y, int width, int height);

 protected:
  Top();
  void onCook(const Frame& frame) final;
  void onAsk() override;
  void onFault() override;
  bool onMissingInput(const Frame& frame) override;
  bool usesInput(int index) const override;
  void onFailedFrame() override;
  void onLock(bool on) override;
  void onProfiled() override;

  /// Draws one pass, or sets the picture otherwise. Whatever it throws becomes the operator's
  /// error, and the previous picture stays.
  virtual void render(class TopCook& cook) = 0;
  /// GL objects of a context that is gone are to be forgotten. Call the base class's.
  virtual void forgetGl();
  /// More memory on the GPU than the picture's, in bytes.
  virtual std::int64_t extraGpuMemory() const { return 0; }

  /// True if the picture depends on nothing but parameters, wires, and the inputs' pictures. While
  /// only the inputs' pixels change, `render` need not be called then.
  virtual bool onlyDescribes() const { return false; }

  /// What failed with the picture, in a sentence that begins with the operator; empty: nothing.
  std::string failure() const;

  /// The insides, for the library's own operators.
  struct State;
  State& state() { return *state_; }
  const State& state() const { return *state_; }

 private:
  friend class TopCook;
  friend class Drawer;
  friend class Readback;
  void pull();
  void refuseFailed() const;  // throws if the picture is not what it should be
  std::optional<Image> readLater(const ReadbackOptions& options);
  std::shared_ptr<ReadbackTicket::State> startReadback(Readback::Queue& queue,
                                                       const ReadbackOptions& options);
  bool stillDescribes() const;
  void drawIfAwaited();
  template <class Work>
  void attempt(Work work);
  std::shared_ptr<Context::State> contextInUse() const;
  std::shared_ptr<Context::State> contextOfGraph() const;
  void forgetWhatIsGone();
  /// Drawn if need be. The context is in use. Throws Error if there is no picture.
  std::shared_ptr<gl::Texture> drawnTexture() const;
  std::unique_ptr<State> state_;
};

}  // namespace topknot
