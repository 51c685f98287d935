// Reorder: puts channels of several inputs into one picture.
#include <array>

#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

constexpr int kInputs = 4;

class Reorder : public Filter {
 public:
  Reorder() : Filter("reorder", FunctionKind::Pixel) {
    declare().page("Reorder");
    const std::pair<const char*, const char*> channels[] = {
        {"red", "Red"}, {"green", "Green"}, {"blue", "Blue"}, {"alpha", "Alpha"}};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& [name, label] = channels[i];
      inputs_[i] = &declare()
                        .add(std::string("output") + name, std::string("Output ") + label,
                             ParStyle::Menu, "input1")
                        .menu({{"input1", "Input 1"},
                               {"input2", "Input 2"},
                               {"input3", "Input 3"},
                               {"input4", "Input 4"}})
                        .help("The input that it comes from. One that is not connected is zero.");
      std::vector<MenuItem> menu = sourceMenu();
      menu.push_back({"one", "One"});
      menu.push_back({"zero", "Zero"});
      channels_[i] = &declare()
                          .add(std::string("output") + name + "chan",
                               std::string("Output ") + label + " Channel", ParStyle::Menu, name)
                          .menu(std::move(menu))
                          .help("What of that input's pixels.");
    }
  }

 protected:
  // Slots count the connected inputs, as the shader gets no others.
  void values(Values& values, TopCook& cook) override {
    glm::vec4 ones(0.0f);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string channel(1, "rgba"[i]);
      const int input = inputs_[i]->menuIndex();
      int slot = cook.connected(input) ? 0 : kInputs;
      for (int before = 0; before < input && slot < kInputs; ++before)
        slot += cook.connected(before);
      values.constant("slot" + channel, slot);
      values.number("weights" + channel, sourceWeights(*channels_[i]));
      if (channels_[i]->value() == "one") ones[static_cast<int>(i)] = 1.0f;
    }
    values.number("ones", ones);
  }

 private:
  std::array<Parameter*, 4> inputs_{}, channels_{};
};

}  // namespace

extern const OpType reorderType;
const OpType reorderType = {
    "reorder", "Reorder", "Puts channels of up to four inputs together in any order.",
    1,         kInputs,   []() -> std::unique_ptr<Op> { return std::make_unique<Reorder>(); }};

}  // namespace topknot::ops
