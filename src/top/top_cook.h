// What an operator is given to make its picture with, in one cook.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "gl/pass.h"
#include "top/fuse.h"
#include "top/top_state.h"

namespace topknot {

/// One cook of one TOP. Lives on the stack while the operator's `render` runs.
class TopCook {
 public:
  TopCook(Top& top, const Frame& frame);

  const Frame& frame;

  // Inputs.
  int inputCount() const { return static_cast<int>(inputs_.size()); }  // sockets up to the last wire
  bool connected(int index) const;
  /// Of a connected one. It may only be described; `texture` draws it, and keeps it until the cook
  /// ends.
  const Picture& input(int index) const { return *picture(index); }
  const PicturePtr& picture(int index) const;
  gl::TexturePtr texture(int index);
  /// Makes the picture of an operator that `references()` named one more input, behind the wired
  /// ones.
  void addInput(Op& op);
  /// What another operator showed in its latest frames, of which it takes care for as long as
  /// somebody holds this. It need not have cooked.
  static LatchPtr latchOf(Op& op);
  /// The picture of an input as a sampler sees it, with the Common page's filter.
  gl::Input sampled(int index, gl::Extend extend = gl::Extend::Hold);
  /// An input as an operand of a picture that is described.
  Operand operand(int index, gl::Extend extend = gl::Extend::Hold) const;
  /// One that was made on the way, with the Common page's filter.
  Operand operand(PicturePtr made, gl::Extend extend = gl::Extend::Hold) const;

  // What to make. By default like the first input; an operator that makes its own picture says so
  // first.
  void source(const CommonPage::Source& source);
  void sourceInput(int index);  // like that input
  const gl::TextureShape& shape();
  PixelFormat formatWanted() const;  // that of shape(), also where the size is not possible
  glm::vec2 aspect();
  int passCount() const;
  gl::ChannelMask channelMask();

  /// A picture described as one shader function applied to operands: `shaders/<function>.glsl`. It
  /// is the operator's own, and the same object as in the latest cook if that made as many before.
  PicturePtr make(std::string_view function, FunctionKind kind, Values values,
                  std::vector<Operand> operands, const gl::TextureShape& shape,
                  gl::ChannelMask mask = {}, std::shared_ptr<const UserFunction> user = nullptr);

  /// A picture of the operator's own that is this texture. It is not drawn over while somebody holds
  /// it.
  PicturePtr fromTexture(gl::TexturePtr texture);

  /// Makes it the operator's picture. It is drawn when somebody needs the texture.
  void show(PicturePtr picture);

  /// Runs the program once for each pass of the Common page, with its channel mask, and makes the
  /// result the operator's picture. `inputs[0]` is replaced by the previous pass's result after the
  /// first pass. `beforePass` is called ahead of each with its number.
  template <class Before>
  void drawPasses(const gl::Program& program, std::vector<gl::Input> inputs, bool feedsBack,
                  Before beforePass) {
    const int passes = passCount();
    for (int pass = 0; pass < passes; ++pass) {
      beginPass(pass);
      beforePass(pass);
      drawPass(program, inputs);
      if (feedsBack && pass + 1 < passes) inputs[0] = feedBack(inputs[0]);
    }
    finish();
  }

  /// Passes begin with transparent black, for programs that may leave pixels out.
  void clearFirst() { clears_ = true; }

  /// Makes a texture the operator's picture as it is, if the Common page asks for nothing else; or
  /// converts it as the page asks.
  void showTexture(gl::TexturePtr texture);

  /// Transparent black.
  void showNothing();

  /// An input's picture passed on, or converted as the Common page asks.
  void passInput(int index);

  /// Fills the picture with a generator of the library's shaders, e.g. an error picture.
  void fill(std::string_view generator);

  /// For Top: a bypassed operator's picture is that of input 0, or nothing.
  void passBy();
  /// For Top: an input's picture that was passed on becomes the operator's own.
  void copyPassedOn();
  /// For Top: what was seen, to be compared next time.
  void remember();

 private:
  struct Wired {
    PicturePtr picture;  // null where nothing is connected
    const Top* top = nullptr;
  };
  static Wired wiredTo(Op& op);
  void sourceFirstInput();
  PicturePtr nextOwn();
  void convert(Operand operand);
  void beginPass(int number);
  void drawPass(const gl::Program& program, std::span<const gl::Input> inputs);
  gl::Input feedBack(const gl::Input& first);
  void finish();
  gl::TexturePtr target();
  gl::ChannelMask storedMask();

  Top& top_;
  std::vector<Wired> inputs_;
  CommonPage::Source source_;
  bool resolved_ = false;
  bool clears_ = false;
  std::size_t made_ = 0;  // of the operator's own pictures
  std::vector<gl::TexturePtr> read_;  // inputs' textures: drawing one input may be the end of another
  CommonPage::Result result_;
  gl::TexturePtr target_;    // of the pass being drawn
  gl::TexturePtr previous_;  // the pass before, which this one reads
  gl::TexturePtr spare_;     // free for the next
};

/// A library shader made into a program: `name` is a pixel function `vec4 name(vec4 a)`.
gl::ProgramPtr pixelProgram(std::string_view name, PixelFormat target);

}  // namespace topknot
