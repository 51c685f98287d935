// The Common page: the parameters that every TOP has, and the rules behind them.
#pragma once

#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <string>

#include "gl/context/texture.h"
#include "gl/program/pass.h"
#include "topknot/parameter.h"

namespace topknot {

/// The parameters of the Common page of one TOP.
class CommonPage {
 public:
  /// Declares them.
  explicit CommonPage(ParameterSet& parameters);

  /// What a picture is made from: the first input's shape and aspect, or what the operator would
  /// make by itself.
  struct Source {
    int width = 0, height = 0;  // 0: none, the page's own resolution counts
    PixelFormat format = PixelFormat::Rgba8Fixed;
    glm::vec2 aspect{0.0f};  // 0: that of the pixels
  };
  /// The page's answer.
  struct Result {
    gl::TextureShape shape;
    glm::vec2 aspect{1.0f};
    gl::ChannelMask mask;
  };
  /// Throws Error if the size would be above `limit` pixels along a side, and naming a letter of
  /// the channel mask that is no channel.
  Result resolve(const Source& source, double multiplier, int limit) const;

  PixelFormat format(const Source& source) const;
  int passes() const;
  gl::Filter inputFilter() const;
  /// A colour that a parameter of the operator holds, in the space that is worked in.
  glm::dvec3 colour(glm::dvec3 parameter) const;
  glm::dvec3 colour(const Parameter& parameter) const;

 private:
  gl::ChannelMask channelMask() const;
  glm::ivec2 sizeFor(const Source& source, double multiplier) const;

  Parameter& outputResolution_;
  Parameter& resolution_;
  Parameter& useMultiplier_;
  Parameter& outputAspect_;
  Parameter& aspect_;
  Parameter& inputFilter_;
  Parameter& passes_;
  Parameter& channelMask_;
  Parameter& format_;
  Parameter& colourSpace_;
  Parameter& referenceWhite_;
};

}  // namespace topknot
