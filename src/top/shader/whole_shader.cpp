// A user's whole shader as it changes: compiled here or by a worker, and what shows meanwhile.
#include "top/shader/whole_shader.h"

#include <utility>

namespace topknot {

namespace {

// Programs of texts and settings that were left may be wanted again soon.
constexpr std::size_t kRecent = 8;

}  // namespace

bool WholeShader::isMade(const SettingPtr& setting) {
  if (!made_) return false;
  if (madeFor_ != setting && latest_->setting == *setting) madeFor_ = setting;
  return madeFor_ == setting;
}

void WholeShader::forget() {
  made_ = false;
  pending_ = nullptr;
}

void WholeShader::forgetGl() {
  forget();
  latest_ = drawn_ = nullptr;
  recent_.clear();
}

const gl::Program::Log& WholeShader::log() const {
  static const gl::Program::Log kNothing;
  return latest_ ? latest_->log : kNothing;
}

std::shared_ptr<const UserShader> WholeShader::latest() const {
  return latest_ && latest_->ok ? latest_ : nullptr;
}

std::shared_ptr<const UserShader> WholeShader::previous(const ShaderSetting& setting) const {
  return drawn_ && drawn_->setting == setting ? drawn_ : nullptr;
}

void WholeShader::take(std::shared_ptr<const UserShader> shader, const SettingPtr& setting) {
  pending_ = nullptr;
  latest_ = std::move(shader);
  made_ = true;
  madeFor_ = setting;
  if (!latest_->ok) return;
  drawn_ = latest_;
  recent_.push_front(latest_);
  if (recent_.size() > kRecent) recent_.pop_back();
}

void WholeShader::compile(const StageTexts& texts, const SettingPtr& setting,
                          const std::vector<glsl::ConstantValue>& constants) {
  forget();
  take(compiled(texts, *setting, constants), setting);
}

bool WholeShader::compileBeside(const StageTexts& texts, const SettingPtr& setting,
                                const std::vector<glsl::ConstantValue>& constants,
                                const ShaderRun& run, const std::vector<ShaderInput>& inputs,
                                gl::Filter filter) {
  if (!pending_ || pending_->setting() != *setting) {
    forget();
    pending_ = PendingShader::start(texts, *setting, constants, run, inputs, filter);
    if (pending_) return false;
    compile(texts, setting, constants);
  } else {
    if (!pending_->ready()) return false;
    take(std::exchange(pending_, nullptr)->take(), setting);
  }
  return true;
}

}  // namespace topknot
