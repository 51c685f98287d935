// What an operator is given to make its picture with, in one cook.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "gl/program/pass.h"
#include "top/cook/fuse.h"
#include "top/cook/top_state.h"
#include "topknot/graph.h"

namespace topknot {

/// One cook of one TOP. Lives on the stack while the operator's `render` runs.
class TopCook {
 public:
  TopCook(Top& top, const Frame& frame);

  const Frame& frame;

  // Inputs.
  int inputCount() const {
    return static_cast<int>(inputs_.size());
  }  // sockets up to the last wire
  bool connected(int index) const;
  /// Of a connected one. It may only be described; `texture` draws it, and keeps it until the cook
  /// ends.
  /// Looking at its shape alone is no use of it.
  const Picture& input(int index) const { return *wired(index); }
  const PicturePtr& picture(int index) const;
  gl::TexturePtr texture(int index);
  /// What was made of an input is none of this cook's picture, e.g. since it was kept for later.
  void notUsed(int index) { inputs_[static_cast<std::size_t>(index)].used = false; }
  /// Makes the picture of an operator that `references()` named one more input, behind the wired
  /// ones.
  void addInput(Op& op);
  /// One of the colour buffers that an operator drew as a further input, if it has that one.
  /// Returns how many it has.
  int addBuffer(Op& op, int index);
  /// What another operator showed in its latest frames, of which it takes care for as long as
  /// somebody holds this. It need not have cooked.
  static PreviousFramePtr previousFrameOf(Op& op);
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
  gl::Filter inputFilter() const { return top_.state().page.inputFilter(); }
  gl::ChannelMask channelMask();
  /// The Common page's view of a colour that a parameter holds.
  const CommonPage& page() const { return top_.state().page; }

  /// A picture described as one shader function applied to operands: `shaders/<function>.glsl`. It
  /// is the operator's own, and the same object as in the latest cook if that made as many before.
  PicturePtr make(std::string_view function, FunctionKind kind, Values values,
                  std::vector<Operand> operands, const gl::TextureShape& shape,
                  gl::ChannelMask mask = {}, std::shared_ptr<const UserFunction> user = nullptr);

  /// A picture of the operator's own that is this texture. It is not drawn over while somebody
  /// holds it.
  PicturePtr fromTexture(gl::TexturePtr texture);

  /// Makes it the operator's picture. It is drawn when somebody needs the texture.
  void show(PicturePtr picture);

  // For shaders of the user's, which draw at once.
  /// Textures to draw into, of undefined content: those of the present picture where nobody else
  /// looks at them.
  std::vector<gl::TexturePtr> targets(int count, const gl::TextureShape& shape);
  /// The same with the present content, or black where there is none of that shape.
  std::vector<gl::TexturePtr> targetsAsTheyWere(int count, const gl::TextureShape& shape,
                                                bool wanted);
  void beginPass(int number);
  /// Does the work of a pass; measured if the graph is profiled.
  template <class Work>
  void timed(std::int64_t bytes, Work work) {
    const bool profiling = top_.graph().profiling();
    if (profiling) top_.state().beginPass(top_.graph());
    work();
    if (profiling) top_.state().endPass(top_, bytes, {});
  }
  /// The channel mask as a format stores its channels.
  gl::ChannelMask storedMask(PixelFormat format);
  /// The first becomes the operator's picture, the others its further colour buffers.
  void showTextures(std::vector<gl::TexturePtr> textures, int newestSlice = 0);

  /// Makes a texture the operator's picture as it is, if the Common page asks for nothing else; or
  /// converts it as the page asks.
  void showTexture(gl::TexturePtr texture, int newestSlice = 0);

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
    mutable bool used = false;
  };
  const PicturePtr& wired(int index) const;
  static Wired wiredTo(Op& op);
  void sourceFirstInput();
  PicturePtr nextOwn();
  void convert(Operand operand);
  gl::TexturePtr target(std::size_t index, const gl::TextureShape& shape) const;

  Top& top_;
  std::vector<Wired> inputs_;
  std::size_t sockets_ = 0;  // of them; the others were added
  CommonPage::Source source_;
  bool resolved_ = false;
  std::size_t made_ = 0;  // of the operator's own pictures
  std::vector<gl::TexturePtr>
      read_;  // inputs' textures: drawing one input may be the end of another
  CommonPage::Result result_;
};

/// A library shader made into a program: `name` is a pixel function `vec4 name(vec4 a)`.
gl::ProgramPtr pixelProgram(std::string_view name, PixelFormat target);

/// Copies with other channels: up to four letters of r, g, b, a and 1; one is spread over r, g, b,
/// and what is not named is 1. Empty: as they are.
gl::ProgramPtr channelsProgram(std::string_view channels, PixelFormat target);

}  // namespace topknot
