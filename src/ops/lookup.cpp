// Lookup: replaces values by those found along a line in a second picture.
#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

class Lookup : public Filter {
 public:
  Lookup() : Filter("lookup", FunctionKind::Sampling) {
    declare().page("Lookup");
    declare()
        .add("method", "Method", ParStyle::Menu, "secondinput")
        .menu({{"secondinput", "Second Input"}})
        .help("Where the table comes from.");
    declare()
        .add("index", "Index Range", ParStyle::Float, glm::vec2(0.0f, 1.0f))
        .suffixes("12")
        .help(
            "The values found at the table's dark end and at its light end. Values beyond are "
            "held.");
    std::vector<MenuItem> menu = sourceMenuWithMaxima();
    menu.push_back({"independent", "RGBA Independent"});
    channel_ = &declare()
                    .add("channel", "Lookup Channel", ParStyle::Menu, "independent")
                    .menu(std::move(menu))
                    .help(
                        "What is looked up: one number for all channels, or red in the table's "
                        "red, green in its green, blue in its blue.");
    declare()
        .add("independentalpha", "Independent Alpha", ParStyle::Toggle, false)
        .help(
            "Alpha is looked up in the table's alpha. Off: it stays as it is if channels are "
            "independent, else it is found with the other channels.");
    darkUnit_ = place("darkuv", "Dark UV", {0.0f, 0.5f}, "Where the table begins.", dark_);
    lightUnit_ = place("lightuv", "Light UV", {1.0f, 0.5f}, "Where the table ends.", light_);
    declare()
        .add("displaylookup", "Display Lookup Table", ParStyle::Toggle, false)
        .help("Shows the table, dark to light from left to right.");
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    ownParameters(values);
    const Picture& table = cook.input(1);
    const glm::dvec2 size(table.shape().width, table.shape().height);
    values.number("weights", sourceWeights(*channel_));
    values.number("dark", glm::vec2(inPixels(*dark_, *darkUnit_, size, table.aspect()) / size));
    values.number("light", glm::vec2(inPixels(*light_, *lightUnit_, size, table.aspect()) / size));
  }

  /// The table may be read anywhere.
  std::optional<Footprint> footprint(std::size_t operand, TopCook&) const override {
    return operand == 0 ? std::optional<Footprint>(Footprint()) : std::nullopt;
  }

 private:
  Parameter* place(const std::string& name, const std::string& label, glm::vec2 initial,
                   const char* help, Parameter*& uv) {
    uv = &declare().add(name, label, ParStyle::Float, initial).suffixes("12").help(help);
    return &declare()
                .add(name + "unit", label + " Unit", ParStyle::Menu, "fraction")
                .menu(unitMenu())
                .help("What it is measured in, from the second input's bottom left.");
  }

  Parameter* channel_ = nullptr;
  Parameter* dark_ = nullptr;
  Parameter* light_ = nullptr;
  Parameter* darkUnit_ = nullptr;
  Parameter* lightUnit_ = nullptr;
};

}  // namespace

extern const OpType lookupType;
const OpType lookupType = {
    "lookup", "Lookup", "Replaces values by those of a table in its second input.",
    2,        2,        []() -> std::unique_ptr<Op> { return std::make_unique<Lookup>(); }};

}  // namespace topknot::ops
