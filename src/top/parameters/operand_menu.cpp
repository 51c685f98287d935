// The menu of operands: the ways to put one layer upon another.
#include "top/parameters/operand_menu.h"

namespace topknot {

void declareOperand(ParameterSet& set, const char* defaultItem) {
  set.add("operand", "Operation", ParStyle::Menu, defaultItem)
      .menu({{"add", "Add"},
             {"atop", "Atop"},
             {"average", "Average"},
             {"brightest", "Brightest"},
             {"burncolor", "Burn Color"},
             {"burnlinear", "Burn Linear"},
             {"chromadifference", "Chroma Difference"},
             {"color", "Color"},
             {"darkercolor", "Darker Color"},
             {"difference", "Difference"},
             {"dimmest", "Dimmest"},
             {"divide", "Divide"},
             {"dodge", "Dodge"},
             {"exclude", "Exclude"},
             {"freeze", "Freeze"},
             {"glow", "Glow"},
             {"hardlight", "Hard Light"},
             {"hardmix", "Hard Mix"},
             {"heat", "Heat"},
             {"hue", "Hue"},
             {"inside", "Inside"},
             {"insideluminance", "Inside Luminance"},
             {"inverse", "Inverse"},
             {"lightercolor", "Lighter Color"},
             {"luminancedifference", "Luminance Difference"},
             {"maximum", "Maximum"},
             {"minimum", "Minimum"},
             {"multiply", "Multiply"},
             {"negate", "Negate"},
             {"outside", "Outside"},
             {"outsideluminance", "Outside Luminance"},
             {"over", "Over"},
             {"overlay", "Overlay"},
             {"pinlight", "Pin Light"},
             {"reflect", "Reflect"},
             {"screen", "Screen"},
             {"softlight", "Soft Light"},
             {"linearlight", "Linear Light"},
             {"stencilluminance", "Stencil Luminance"},
             {"subtract", "Subtract"},
             {"subtractive", "Subtractive"},
             {"under", "Under"},
             {"vividlight", "Vivid Light"},
             {"xor", "Xor"},
             {"yfilm", "Y Film"},
             {"zfilm", "Z Film"}})
      .help(
          "How two layers become one; the first is the upper one. Blend modes of photo editors "
          "look "
          "at colours divided by alpha; differences make alpha 1.");
  set.add("swaporder", "Swap Order", ParStyle::Toggle, false)
      .help("Exchanges the two layers: the first becomes the lower one.");
}

void declareOutputPage(ParameterSet& set) {
  set.page("Output");
  set.add("compoverinput", "Comp Over Input", ParStyle::Toggle, false)
      .help("Puts the picture upon the input as the operation says. Without an input: nothing.");
  declareOperand(set, "over");
}

void giveOutputPage(Values& values, const ParameterSet& set, bool hasInput) {
  const bool over = hasInput && set.find("compoverinput").definition().on();
  values.constant("over", over ? 1 : 0);
  if (over) {
    values.parameter(set.find("operand").definition());
    values.parameter(set.find("swaporder").definition());
  } else {
    // One program, whatever the menu says.
    values.menu("operand", 0, "over");
    values.constant("swaporder", 0);
  }
}

}  // namespace topknot
