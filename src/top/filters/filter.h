// Filters: operators that are one shader function.
#pragma once

#include <string_view>

#include "top/cook/top_cook.h"

namespace topknot {

/// A TOP whose picture is a function of the library's shaders applied to its inputs. The shader
/// `shaders/<function>.glsl` defines `vec4 <function>(…)` (see FunctionKind); it reads the
/// operator's parameters as `P.<name>`, menus as `P_IS(<menu>, <item>)`, toggles as 0 or 1. Its
/// helpers begin with `<function>_`; helpers of several operators live in a shader of their own,
/// which a line
/// `#use <shader>` asks for.
///
/// Neighbouring filters of the same size are drawn as one pass.
class Filter : public Top {
 protected:
  Filter(std::string_view function, FunctionKind kind) : function_(function), kind_(kind) {}

  void render(TopCook& cook) override;

  /// What the shader is given: every parameter of the operator's own pages, unless an operator says
  /// otherwise.
  virtual void values(Values& values, TopCook& cook);

  /// How the shader sees beyond its inputs' edges.
  virtual gl::Extend extend() const { return gl::Extend::Hold; }

  /// What a Sampling function reads of that operand, asked after `values`. By default anything.
  virtual std::optional<Footprint> footprint(std::size_t /*operand*/, TopCook&) const { return {}; }

  bool onlyDescribes() const override { return true; }

  /// The parameters outside the Common page.
  void ownParameters(Values& values) const;
  /// The function applied to operands.
  PicturePtr apply(TopCook& cook, std::vector<Operand> operands);

 private:
  std::string_view function_;
  FunctionKind kind_;
};

}  // namespace topknot
