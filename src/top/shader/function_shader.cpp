// A user's pixel function as it changes: compiled here or by a worker, and what shows meanwhile.
#include "top/shader/function_shader.h"

#include <utility>
#include <vector>

#include "gl/context/worker.h"

namespace topknot {

void FunctionShader::forget() {
  made_ = {};
  stop();
}

void FunctionShader::stop() {
  draft_ = nullptr;
  trial_ = nullptr;
  rehearsal_ = nullptr;
}

void FunctionShader::forgetGl() {
  forget();
  function_ = drawn_ = nullptr;
  rehearsed_ = nullptr;
}

std::shared_ptr<const UserFunction> FunctionShader::previous(int inputs) const {
  return inputs == drawnInputs_ ? drawn_ : nullptr;
}

void FunctionShader::take(FunctionDraft& draft) {
  function_ = draft.function();
  log_ = draft.log();
  if (!function_) return;
  drawn_ = function_;
  drawnInputs_ = draft.inputs();
}

void FunctionShader::compile(const glsl::MappedSource& text, const Wanted& wanted) {
  forget();
  function_ = nullptr;
  FunctionDraft draft(text, wanted.inputs);
  draft.compile(wanted.isolated);
  take(draft);
  made_ = wanted;
}

bool FunctionShader::compileBeside(const glsl::MappedSource& text, const Wanted& wanted,
                                   const Shown& shown) {
  const bool begun = draft_ && next_ == wanted;
  if (!gl::hasWorker(gl::currentState())) {
    if (begun) {
      giveUp();
    } else {
      compile(text, wanted);
    }
    return true;
  }
  if (!begun) begin(text, wanted, shown);
  if (trial_ && (!trial_->ready() || !finishTrial(shown))) return false;
  if (rehearsal_ && draft_->function()) {
    if (!rehearsal_->ready()) return false;
    rehearsed_ = std::exchange(rehearsal_, nullptr);
    if (!rehearsed_->failed()) rehearsed_->install();
  }
  accept();
  return true;
}

void FunctionShader::accept() {
  take(*draft_);
  made_ = next_;
  stop();
}

/// There is no worker any more: it took too long.
void FunctionShader::giveUp() {
  if (trial_ && !trial_->ready()) {
    gl::Program::Log log;
    log.failed = true;
    log.link.push_back({.message = "compiling took longer than the context's deadline: the shader "
                                   "was given up"});
    draft_->finish(std::move(log));
  } else if (trial_) {
    draft_->finish(trial_->log());
  }
  accept();
}

void FunctionShader::begin(const glsl::MappedSource& text, const Wanted& wanted,
                           const Shown& shown) {
  stop();
  made_ = {};
  function_ = nullptr;
  next_ = wanted;
  draft_ = std::make_unique<FunctionDraft>(text, wanted.inputs);
  if (!draft_->function()) return;
  if (!draft_->isKnown() || wanted.isolated) {
    trial_ = gl::PreparedProgram::compile(draft_->texts(wanted.isolated));
  }
  // One that may hurt is not drawn before it was tried.
  if (!wanted.isolated || !trial_) rehearse(shown);
}

/// False if there is more to wait for.
bool FunctionShader::finishTrial(const Shown& shown) {
  draft_->finish(std::exchange(trial_, nullptr)->log());
  if (!draft_->function() || !next_.isolated) return true;
  rehearse(shown);
  return rehearsal_ == nullptr;
}

/// Only where the picture is a function's of as many inputs already.
void FunctionShader::rehearse(const Shown& shown) {
  const PicturePtr &root = shown.root, &own = shown.own;
  if (!root || !root->described() || !own || !own->described()) return;
  const bool alike = own->shaderFunction()->kind == FunctionKind::User &&
                     own->operands().size() == static_cast<std::size_t>(next_.inputs);
  if (!alike) return;
  const std::shared_ptr<const UserFunction>& function = draft_->function();
  auto shaderFunction = std::make_shared<ShaderFunction>(
      "pixel", FunctionKind::User, shown.numbers(*function), own->shaderFunction()->mask, function);
  rehearsal_ = Rehearsal::start(root, *own, std::move(shaderFunction));
}

}  // namespace topknot
