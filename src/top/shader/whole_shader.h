// A user's whole shader as it changes: compiled here or by a worker, and what shows meanwhile.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "top/shader/pending_shader.h"
#include "top/shader/shader_run.h"
#include "top/shader/user_shader.h"

namespace topknot {

using SettingPtr = std::shared_ptr<const ShaderSetting>;

/// Thread: that of the context.
class WholeShader {
 public:
  /// True if the program was made for that, from the present text.
  bool isMade(const SettingPtr& setting);
  /// The text is another one now.
  void forget();
  /// Compiles the texts here. `log()` tells how it went.
  void compile(const StageTexts& texts, const SettingPtr& setting,
               const std::vector<glsl::ConstantValue>& constants);
  /// Lets a worker do that. True once it is done; where there is no worker, at once.
  bool compileBeside(const StageTexts& texts, const SettingPtr& setting,
                     const std::vector<glsl::ConstantValue>& constants, const ShaderRun& run,
                     const std::vector<ShaderInput>& inputs, gl::Filter filter);
  bool isBusy() const { return pending_ != nullptr; }
  /// Gives up what a worker does.
  void stop() { pending_ = nullptr; }

  const gl::Program::Log& log() const;
  /// Null if the latest one failed.
  std::shared_ptr<const UserShader> latest() const;
  /// The latest, or the one before if that failed; null if it was made for something else.
  std::shared_ptr<const UserShader> previous(const ShaderSetting& setting) const;
  /// Lets go of what lives in the context.
  void forgetGl();

 private:
  void take(std::shared_ptr<const UserShader> shader, const SettingPtr& setting);

  bool made_ = false;
  SettingPtr madeFor_;
  std::shared_ptr<const UserShader> latest_, drawn_;
  std::deque<std::shared_ptr<const UserShader>> recent_;
  std::shared_ptr<PendingShader> pending_;  // compiled by a worker
};

}  // namespace topknot
