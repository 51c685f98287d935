// Parameters: the named, typed, ranged values that steer an operator.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "topknot/frame.h"

namespace topknot {

class Op;
class ParameterSet;

/// What a parameter holds: one to four numbers, or a text. Converts to what the reader wants:
/// numbers to bool (not 0), int (rounded towards zero, saturating), float and double, to glm
/// vectors and to text. A text converts to a number if it reads as one, else throws Error. A number
/// and a text are never equal.
///
/// Thread: a value, any.
class Value {
 public:
  Value() : numbers_{0.0}, size_(1) {}
  template <class T>
  requires std::is_arithmetic_v<T> Value(T number)
      : numbers_{static_cast<double>(number)}, size_(1) {}
  Value(glm::vec2 v) : numbers_{v.x, v.y}, size_(2) {}
  Value(glm::vec3 v) : numbers_{v.x, v.y, v.z}, size_(3) {}
  Value(glm::vec4 v) : numbers_{v.x, v.y, v.z, v.w}, size_(4) {}
  Value(std::string text) : text_(std::move(text)), size_(0) {}
  Value(std::string_view text) : Value(std::string(text)) {}
  Value(const char* text) : Value(std::string(text)) {}

  bool isText() const { return size_ == 0; }
  int size() const { return size_; }       ///< numbers held: 1 to 4, or 0 for a text
  double number(int component = 0) const;  ///< Throws Error for one that is not held
  std::string text() const;  ///< a number in its shortest form, several with commas between
  glm::vec4 vec4() const;    ///< components not held are 0

  template <class T>
  requires(std::is_arithmetic_v<T> && !std::is_same_v<T, char>) operator T() const {
    if constexpr (std::is_same_v<T, bool>)
      return number() != 0.0;
    else
      return saturated<T>(number());
  }
  operator std::string() const { return text(); }
  operator glm::vec2() const { return glm::vec2(vec4()); }
  operator glm::vec3() const { return glm::vec3(vec4()); }
  operator glm::vec4() const { return vec4(); }

  friend bool operator==(const Value& a, const Value& b);
  template <class T>
  requires std::is_arithmetic_v<T>
  friend bool operator==(const Value& a, T b) { return a == Value(b); }
  friend bool operator==(const Value& a, const char* b) { return a == Value(b); }
  friend std::ostream& operator<<(std::ostream& out, const Value& value);

 private:
  friend class Parameter;
  static std::optional<Value> parse(std::string_view text);  // one to four, commas between

  // Towards zero for whole numbers; what is too large becomes the largest. NaN is 0 as an integer.
  template <class T>
  static T saturated(double number) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_integral_v<T>) {
      if (number != number) return 0;
      if (number <= static_cast<double>(Limits::min())) return Limits::min();
      if (number >= static_cast<double>(Limits::max())) return Limits::max();
    } else if constexpr (std::is_same_v<T, float>) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      if (number > Limits::max() && number < kInfinity) return Limits::max();
      if (number < Limits::lowest() && number > -kInfinity) return Limits::lowest();
    }
    return static_cast<T>(number);
  }

  std::array<double, 4> numbers_{};
  std::string text_;
  int size_;
};

/// Kinds of parameters. A Menu holds the name of one of its items; a Pulse holds nothing and is
/// fired; a Toggle is 0 or 1; Str is any text; File is a text that names a file; OpName is a text
/// that names an operator of the same graph.
enum class ParStyle { Float, Int, Toggle, Str, File, OpName, Menu, Pulse };

/// One entry of a menu.
struct MenuItem {
  std::string name;   ///< what is stored and assigned, e.g. `nextframe`
  std::string label;  ///< what a person reads, e.g. `Next Frame (Fast)`
};

/// One parameter of an operator, of one to four components. Made by the operator, lives as long as
/// that, never moves. Users reach it as `op.par("name")`. One that is hidden (the count of its
/// sequence was lowered, the shader's text has no such uniform any more) is not found by name, but
/// who holds it may go on: its value counts again when it comes back.
///
/// A parameter of several components has a name for the whole (`resolution`) and one for each
/// part, which is the whole's plus a suffix (`resolutionw`, `resolutionh`; digits from 1 if the
/// operator names none).
///
/// Thread: that of the graph.
class Parameter {
 public:
  /// Throws Error if the name is no identifier or the default does not fit the style. The default
  /// of a Menu may be the index of an item.
  Parameter(std::string name, std::string label, ParStyle style, Value defaultValue);
  Parameter(const Parameter&) = delete;
  Parameter& operator=(const Parameter&) = delete;

  // What it is. The setters are for operators' constructors and return the parameter itself; they
  // throw Error for what contradicts the rest, e.g. limits that exclude the default.
  const std::string& name() const { return name_; }
  const std::string& label() const { return label_; }
  const std::string& page() const { return page_; }
  const std::string& help() const { return help_; }
  ParStyle style() const { return style_; }
  int size() const { return default_.isText() ? 1 : default_.size(); }
  /// The name of one component: `resolutionw` for component 0 of `resolution`.
  std::string componentName(int component) const;
  const Value& defaultValue() const { return default_; }
  std::optional<double> min() const { return min_; }  ///< below it, assignment is refused
  std::optional<double> max() const { return max_; }  ///< above it, assignment is refused
  double sliderMin() const { return sliderMin_; }     ///< what a user interface offers
  double sliderMax() const { return sliderMax_; }
  const std::vector<MenuItem>& menu() const { return menu_; }

  Parameter& label(std::string text);
  Parameter& suffixes(std::string_view letters);  ///< one a component, e.g. `wh`, `12`, `xyz`
  Parameter& help(std::string text);
  Parameter& page(std::string name);
  Parameter& limits(std::optional<double> min, std::optional<double> max);
  Parameter& slider(double min, double max);
  Parameter& menu(std::vector<MenuItem> items);
  /// Of a Menu: other words for its items. The function gives an item's name for them, and for
  /// anything else what it was given.
  Parameter& spellings(std::function<std::string(const std::string&)> function);
  /// Of a Menu whose items act when they are chosen and are not kept: it can be pulsed as well,
  /// which chooses nothing, as in TouchDesigner, where that opens it.
  Parameter& momentary();
  /// Another default, of as many numbers. A value that is the old one becomes the new one.
  Parameter& defaultValue(const Value& value);
  /// Called after each change of the value, e.g. to write other parameters; of a Pulse when fired.
  Parameter& onChange(std::function<void(Parameter&)> function);

  // What it holds.
  const Value& value() const { return value_; }
  double number(int component = 0) const { return value_.number(component); }
  bool on() const { return value_.number() != 0.0; }  ///< not 0
  int menuIndex() const { return menuIndex_; }
  bool hidden() const { return hidden_; }

  /// Assigns all components (component −1) or one. Throws Error, and changes nothing, if the value
  /// does not fit the style, is not finite, lies outside the limits, or is no item of the menu (a
  /// number picks a menu item by its index). One number is spread over all components. A text is
  /// parsed where numbers are held (`640,480`); a Toggle also takes on, off, true and false. A
  /// Pulse is fired by what is not 0. Bumps `revision` only if the value differs from the one held.
  void set(const Value& value, int component = -1);

  /// Computed anew each frame by the caller's function, for all components or one; an assignment
  /// ends it, and so does an empty function. The operator cooks only in frames in which the result
  /// differs. What the function throws, and a value that does not fit, is an error of the operator.
  void bind(std::function<Value(const Frame&)> function, int component = -1);
  bool bound() const { return bindings_ != nullptr; }
  /// Takes the binding's value for this frame. Returns false if the value stayed the same.
  bool evaluate(const Frame& frame);

  /// Fires a Pulse, or a menu that is `momentary`, which makes the operator dirty; `takePulse`
  /// tells whether it was fired since last asked. Throws Error if this is no Pulse.
  void pulse();
  bool takePulse();

  /// Counts the changes of the value, and pulses. Never goes back.
  std::uint64_t revision() const { return revision_; }

 private:
  friend class ParameterSet;
  struct Binding {
    int component;
    std::function<Value(const Frame&)> function;
  };
  using Bindings = std::shared_ptr<const std::vector<Binding>>;  // null if there are none

  std::string describe(int component) const;        // `glsl 'warp': parameter 'resolutionw'`
  int componentNamed(std::string_view name) const;  // −1 the whole, −2 if the name is not its own
  int checkedComponent(int component) const;        // −1 for the only one
  // What `whole` becomes when `value` is assigned to a component of it.
  Value checked(const Value& value, int component, const Value& whole) const;
  Value checkedNumbers(const Value& value, int component, const Value& whole) const;
  Value checkedItem(const Value& value) const;
  double checkedNumber(double number, int component) const;
  Value numbersOf(const Value& value, int component) const;
  int itemNamed(std::string_view name) const;  // −1 if there is none
  Value call(const Binding& binding, const Frame& frame) const;
  Bindings without(int component) const;
  void take(Bindings bindings);
  bool assign(Value value);
  void changed();

  std::string name_, label_, page_, help_, suffixes_;
  ParStyle style_;
  Value default_, value_;
  std::optional<double> min_, max_;
  double sliderMin_ = 0.0, sliderMax_ = 1.0;
  std::vector<MenuItem> menu_;
  int menuIndex_ = 0;
  std::function<std::string(const std::string&)> spellings_;
  bool pulsed_ = false;
  bool momentary_ = false;
  bool hidden_ = false;
  int sequence_ = -1;  // which one it counts the blocks of
  std::function<void(Parameter&)> onChange_;
  std::uint64_t revision_ = 0;
  Bindings bindings_;
  ParameterSet* set_ = nullptr;
};

/// A user's hold on a parameter or on one component of it:
///
///     op.par("active") = 1;
///     int width = op.par("resolutionw").eval();
///     op.par("resolution") = glm::vec2(1920, 1080);
///
/// Valid as long as the operator is, also while the parameter is hidden. Thread: that of the graph.
class Par {
 public:
  Par(Parameter& parameter, int component) : parameter_(&parameter), component_(component) {}
  Par(const Par&) = default;
  /// Assigns the value that the other one holds now.
  Par& operator=(const Par& other) {
    parameter_->set(other.eval(), component_);
    return *this;
  }

  /// Assigns. Throws Error and changes nothing if the value is not one that the parameter takes.
  const Par& operator=(const Value& value) const {
    parameter_->set(value, component_);
    return *this;
  }
  /// The value now.
  Value eval() const;
  /// Assigns the default.
  void reset() const;
  void pulse() const { parameter_->pulse(); }
  void bind(std::function<Value(const Frame&)> function) const;

  std::string name() const;
  int component() const { return component_; }  ///< −1 for all of them
  Parameter& definition() const { return *parameter_; }

 private:
  Parameter* parameter_;
  int component_;
};

/// The parameters of one operator, in the order of declaration.
///
/// A sequence is a count and as many blocks of parameters, numbered from 0: with `vec` at 2 there
/// are `vec0name`, `vec0value`, `vec1name` and `vec1value`. A count that is raised makes blocks,
/// one that is lowered hides the last ones.
class ParameterSet {
 public:
  explicit ParameterSet(const Op& owner) : owner_(&owner) {}
  ParameterSet(const ParameterSet&) = delete;
  ParameterSet& operator=(const ParameterSet&) = delete;

  /// Declares a parameter. The page is that of the latest `page()` call. Throws Error if the name
  /// is taken; Parameter::suffixes does if a component's name is.
  Parameter& add(std::string name, std::string label, ParStyle style, Value defaultValue);
  void page(std::string name) { page_ = std::move(name); }

  /// Declares the parameters of one block; their names begin with `prefix`, e.g. `vec0`.
  using Block = std::function<void(ParameterSet& set, const std::string& prefix)>;
  /// Declares a sequence: the count, which is returned, and one block.
  Parameter& sequence(std::string name, std::string label, Block block);
  static constexpr int kMaxBlocks = 1000;

  /// Hides a parameter or brings it back, at its old place, with its value.
  void show(Parameter& parameter, bool on = true) { parameter.hidden_ = !on; }
  /// Hides it for good: its name is free for another.
  void retire(Parameter& parameter);

  /// By the name of the whole or of a component. Throws Error naming the operator and its
  /// parameters, and the nearest name, if there is none.
  Par find(std::string_view name) const;
  bool contains(std::string_view name) const;
  /// True if no new parameter can have the name: it is that of another one, hidden or not, or of a
  /// component, or one that a sequence keeps for its blocks.
  bool taken(std::string_view name) const;
  /// Those that are not hidden. A list of its own: parameters may come and go while it is read.
  std::vector<Parameter*> all() const;

  /// Counts the changes of all values of the set.
  std::uint64_t revision() const { return revision_; }
  /// Brings bound parameters up to date for a frame. All are tried; then the first failure is
  /// thrown on.
  void evaluate(const Frame& frame);

 private:
  friend class Parameter;
  friend class Planner;
  friend class Graph;
  friend class Op;

  struct Sequence {
    Parameter* count;
    Block declare;
    std::string page;
    std::vector<std::vector<Parameter*>> blocks;  // all that were ever made
  };

  // Of the whole or of a component, hidden or not; null if there is none.
  Parameter* named(std::string_view name) const;
  const Sequence* sequenceOf(std::string_view name, int& block) const;
  std::string absence(std::string_view name) const;  // why it is not found
  void resize(Sequence& sequence);
  void addBlock(Sequence& sequence);

  const Op* owner_;
  std::uint64_t revision_ = 0;
  std::uint64_t* changes_ = nullptr;  // the graph's count of changes, which those here add to
  int bound_ = 0;                     // how many parameters are
  bool rebound_ = false;              // since the latest evaluate()
  std::vector<std::unique_ptr<Parameter>> all_;              // in order, hidden ones too
  std::vector<std::unique_ptr<Parameter>> retired_;          // somebody may hold them
  std::unordered_map<std::string_view, Parameter*> byName_;  // those of all_, by their own names
  std::vector<Sequence> sequences_;
  std::string page_;
};

}  // namespace topknot
