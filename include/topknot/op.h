// One operator of a graph: its name, parameters, wires, and what happened when it cooked.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/error.h"
#include "topknot/explanation.h"
#include "topknot/frame.h"
#include "topknot/parameter.h"

namespace topknot {

class Graph;
class Op;
enum class Reason : std::uint8_t;

/// What a kind of operator is called and how many inputs it takes. One object for each kind,
/// alive for the whole program.
struct OpType {
  std::string_view name;   ///< `moviefilein`
  std::string_view label;  ///< `Movie File In`
  std::string_view help;   ///< one sentence
  int minInputs;           ///< fewer connected: the error `Not enough sources specified`
  int maxInputs;           ///< −1: any number
  std::unique_ptr<Op> (*make)();
  int sockets = 0;  ///< of one that takes any number: sockets that are there from the beginning
};

/// One socket of an operator, at which wires end. A value; valid as long as the operator is.
class Connector {
 public:
  Connector(Op& owner, int index) : owner_(&owner), index_(index) {}

  /// Wires the operator's output to this input; a wire that was here is replaced. Throws Error, and
  /// changes nothing, if that would close a cycle or `other` belongs to another graph.
  void connect(Op& other) const;
  void disconnect() const;  ///< the input becomes free; nothing happens if it was
  Op* op() const;           ///< what is wired to this input, or null
  Op& owner() const { return *owner_; }
  int index() const { return index_; }

 private:
  Op* owner_;
  int index_;
};

/// The inputs of an operator, by index.
class InputConnectors {
 public:
  explicit InputConnectors(Op& owner) : owner_(&owner) {}
  /// Throws Error naming the operator and how many inputs it takes.
  Connector operator[](int index) const;
  int size() const;  ///< inputs that exist; for operators that take any number: wired ones + 1

 private:
  Op* owner_;
};

/// The single output of an operator.
class OutputConnectors {
 public:
  explicit OutputConnectors(Op& owner) : owner_(&owner) {}
  /// `[0].connect(other)` wires this output to `other`'s first free input.
  class OutputConnector {
   public:
    explicit OutputConnector(Op& owner) : owner_(&owner) {}
    void connect(Op& other) const;
    void disconnect() const;       ///< removes every wire that leaves the operator
    std::vector<Op*> ops() const;  ///< who is fed, in order of creation, each once

   private:
    Op* owner_;
  };
  OutputConnector operator[](int index) const;  ///< Throws Error unless index is 0.
  int size() const { return 1; }

 private:
  Op* owner_;
};

/// A node of a graph. Owned by its Graph; references stay valid until it is removed.
///
/// An operator cooks when somebody asks for its result (an active output, a pinned operator, a
/// call such as `sample`) and something that it depends on changed since it last cooked: a
/// parameter, a wire, an upstream result, or the frame if it depends on time. Within one frame it
/// does not cook twice for the same state; the state is that before the cook, so an operator that
/// changes itself while cooking cooks again when next asked. A failed operator cooks again when
/// something changed. The graph's shape (operators, names, wires) cannot be changed while it cooks.
///
/// Thread: all of an operator belongs to the thread that uses its graph.
class Op {
 public:
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;
  virtual ~Op();

  const std::string& name() const { return name_; }
  std::string path() const { return "/" + name_; }
  const OpType& type() const { return *type_; }
  Graph& graph() const;  ///< Throws Error in the operator's constructor, which has none yet.

  /// Throws Error if the name is empty, taken, or has other characters than letters, digits and _.
  void rename(std::string_view name);
  /// Removes the operator from its graph and deletes it. Its wires go with it.
  void destroy();

  /// By name: `par("file")`, `par("resolution")`, `par("resolutionw")`. Throws Error if there is
  /// none of that name.
  Par par(std::string_view name) const { return parameters_.find(name); }
  const ParameterSet& parameters() const { return parameters_; }

  InputConnectors inputConnectors() { return InputConnectors(*this); }
  OutputConnectors outputConnectors() { return OutputConnectors(*this); }
  /// What is wired to each input; null where nothing is. Index = input. As many as the type has
  /// inputs; for any number: up to the last wired one.
  std::span<Op* const> inputs() const { return inputs_; }
  Op* input(int index) const;  ///< null if nothing is wired there

  /// Sentences about the latest cook. One that ended with an exception leaves the previous result,
  /// so what is downstream need not cook; one that only added errors made a result. Where inputs
  /// are missing there is no cook; a TOP shows transparent black then.
  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Why the result is not what it should be though this operator did its work: the errors of all
  /// that it is made from, each behind its operator's name, `moviefilein 'photo': Failed to open
  /// file. …`. Empty if all went well there. Nothing cooks; like `errors`, it tells of the latest
  /// cooks.
  ///
  /// An operator is made from its inputs and from those that its parameters name, as far as it uses
  /// them: a switch from the input that it shows, a bypassed operator from input 0, a locked one
  /// from what failed before it was locked. What shows pictures of earlier frames (feedback, cache,
  /// texture3d) is made from these, so that it tells what failed in those frames.
  std::vector<std::string> inputErrors() const;

  std::int64_t totalCooks() const { return totalCooks_; }  ///< cooks since it was made
  double cookTime() const { return cookTime_; }  ///< wall clock of the latest cook, milliseconds
  std::int64_t cookFrame() const { return cookFrame_; }  ///< Frame::index of that, −1 if never

  /// Cooks now what this operator needs, and itself, in the graph's current frame. `force` cooks
  /// this operator even if nothing changed.
  void cook(bool force = false);

  /// A pinned operator is wanted every frame, though nobody looks at it.
  void pin(bool on = true) {
    pinned_ = on;
    tellGraph();
  }
  bool pinned() const { return pinned_; }

  /// A bypassed operator passes its input 0 through instead of working. It needs that input at
  /// most: no other one, nothing that it refers to, no missing source is an error, time does not
  /// make it cook, and it is no active output. A change makes it dirty. Throws Error while its
  /// graph cooks.
  void bypass(bool on);
  bool bypass() const { return bypassed_; }

  /// A locked operator keeps the result that it has: it does not cook, not even by force, and
  /// nothing cooks for its sake. Locking cooks it first, so that there is a result, and throws what
  /// `cook` throws; unlocking makes it dirty. Throws Error while its graph cooks.
  void lock(bool on);
  bool lock() const { return locked_; }

  /// How its latest cook was drawn. Does not cook. Operators that draw say so by overriding it.
  virtual Drawing drawing() const { return {}; }

  virtual bool isTOP() const { return false; }

  /// This operator as its C++ type. Throws Error naming both if it is another.
  template <class T>
  T& as() {
    if (T* op = dynamic_cast<T*>(this)) return *op;
    throw Error(describe() + " is not a " + std::string(T::kTypeName) + " operator");
  }

  std::string describe() const;  ///< `glsl 'warp'`, for messages

 protected:
  Op();

  // For operators: declare parameters in the constructor, work in onCook().
  ParameterSet& declare() { return parameters_; }
  /// Called when somebody asks for this operator's result, before anything cooks. What it throws
  /// reaches the caller, and nothing changes: the place to refuse calls from a wrong thread.
  virtual void onAsk() {}
  /// Makes the result of this frame. Called at most once a frame and state. Whatever it throws
  /// becomes an error of the operator.
  virtual void onCook(const Frame& frame) = 0;
  /// The cook failed, or could not begin: the previous result has to stand on its own from now on,
  /// as what it was made from may be wired anew. Throws nothing.
  virtual void onFault() {}
  /// Inputs are missing: makes what is shown meanwhile. False if that is no new result, or, as by
  /// default, the previous one stays. Whatever it throws becomes an error of the operator.
  virtual bool onMissingInput(const Frame& frame);
  /// True while this operator wants to cook every frame without anybody asking.
  virtual bool isActiveOutput() const { return false; }
  /// True while the result depends on the frame, so that each frame makes it dirty.
  virtual bool isTimeDependent() const { return false; }
  /// True while that may become true without a change in the graph (a file is watched): each frame
  /// asks again, also where nothing else moves.
  virtual bool isWatching() const { return false; }
  /// Appends operators that must cook first though no wire leads to them (a parameter names them).
  virtual void references(std::vector<Op*>& ops) const { static_cast<void>(ops); }

  /// Called by `lock` before it changes: the place to make a copy of a result that belongs to
  /// others. What it throws reaches the caller, and nothing changes.
  virtual void onLock(bool on) { static_cast<void>(on); }
  /// Called when profiling ends: the place to hand over what is still being measured, waiting for
  /// it if need be.
  virtual void onProfiled() {}

  // During onCook(). They are cleared before the next one.
  void addError(std::string sentence);    ///< the result is not what it should be
  void addWarning(std::string sentence);  ///< the result is good
  /// An error beside the result, which is good: a file could not be written.
  void addOutputError(std::string sentence);

  // What failed with a result. Sentences as those of inputErrors(); null: none.
  using Faults = std::shared_ptr<const std::vector<std::string>>;
  /// Why another operator's present result is not what it should be, its own errors included.
  static Faults faultsOf(const Op& op);
  /// The same for this one.
  Faults faults() const { return faultsOf(*this); }
  /// During onCook(): the result shows what failed in an earlier frame. Adds to what was kept.
  void keepFaults(const Faults& faults);
  /// False if the latest cook made the result without that input, which is wired.
  virtual bool usesInput(int index) const { return index >= 0; }
  /// The operator whose result of the previous frame is shown, though no wire or reference leads to
  /// it; null: none.
  virtual Op* looksBackAt() const { return nullptr; }
  /// Called before the graph's clock steps on, if something failed in this frame.
  virtual void onFailedFrame() {}
  /// Something other than a parameter, wire or input changed (a shader's text): cook when asked.
  void markDirty() {
    ++revision_;
    tellGraph();
  }
  /// Counts the graph's frames, whatever their index: another number in each.
  std::uint64_t tick() const;
  /// Another number after each markDirty(), change of wires, and change of references().
  std::uint64_t stateRevision() const {
    return revision_ + wiring_ * 0x9e3779b97f4a7c15u + references_ * 0xc2b2ae3d27d4eb4fu;
  }

 private:
  /// Something changed that a plan may depend on.
  void tellGraph() const {
    if (parameters_.changes_ != nullptr) ++*parameters_.changes_;
  }

  friend class FaultWalk;
  friend class Graph;
  friend class Planner;
  friend class OutputConnectors;

  // What the planner reads of every operator in every frame, side by side.
  std::uint64_t visit_ = 0;          // the planner's mark
  std::uint64_t planned_ = 0;        // the plan that this operator cooks in
  std::uint64_t evaluatedTick_ = 0;  // when bindings were evaluated
  std::uint64_t askedTick_ = 0;      // when it was last wanted, or needed by what was
  std::uint64_t revision_ = 1;       // bumped by markDirty
  std::uint64_t wiring_ = 0;         // bumped by wires
  std::uint64_t references_ = 0;     // a hash of the operators that references() named
  std::uint64_t result_ = 0;         // the graph's count of results when it made its own
  std::uint64_t cookedResults_ = 0;  // the state at the latest cook: the graph's count of results,
  std::uint64_t cookedTick_ = 0;     // … and those above
  std::uint64_t cookedRevision_ = 0;
  std::uint64_t cookedWiring_ = 0;
  std::uint64_t cookedReferences_ = 0;
  std::uint64_t cookedParameters_ = 0;
  std::vector<Op*> inputs_;
  bool pinned_ = false;
  bool bypassed_ = false;
  bool locked_ = false;
  bool worked_ = false;  // the latest cook began
  Reason reason_{};      // … and why
  bool faulty_ = false;  // one of the two faults below is not empty
  ParameterSet parameters_;

  const OpType* type_ = nullptr;
  std::int64_t totalCooks_ = 0;
  std::int64_t cookFrame_ = -1;
  double cookTime_ = 0.0;
  std::vector<std::string> errors_, warnings_;
  bool failed_ = false;  // one of the errors is about the result
  Faults past_;          // what failed in earlier frames, which are shown
  std::string name_;
  std::string fault_;  // why it must not cook, found while planning
  Graph* graph_ = nullptr;
  std::uint64_t id_ = 0;      // order of creation
  std::vector<Op*> outputs_;  // one entry a wire
  std::string askFault_;      // what a binding or isActiveOutput() threw in this tick
};

/// Wires `from` to the first free input of `to` and returns `to`, so that chains read as they
/// flow: `photo >> warp >> out`. Throws Error if `to` has no free input.
Op& operator>>(Op& from, Op& to);

}  // namespace topknot
