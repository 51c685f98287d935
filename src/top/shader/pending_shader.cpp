// A user's shader that a worker compiles and draws once, while the operator shows something else.
#include "top/shader/pending_shader.h"

#include <utility>

#include "gl/context/worker.h"
#include "topknot/error.h"

namespace topknot {

namespace {

/// What the samplers will see, unit by unit.
std::vector<gl::PreparedInput> preparedInputs(const ShaderRun& run,
                                              const std::vector<ShaderInput>& inputs,
                                              const UserShader& shader, gl::Filter filter) {
  std::vector<gl::PreparedInput> prepared;
  for (std::size_t kind = 0; kind < glsl::kDimensions; ++kind) {
    int left = shader.setting.inputs[kind];
    for (const ShaderInput& input : inputs) {
      if (static_cast<std::size_t>(input.shape.dimension) != kind || left-- <= 0) continue;
      gl::PreparedInput next{input.shape, filter, run.extend};
      next.shape.mipmaps = filter == gl::Filter::Mipmap;
      if (!input.shape.isFlat()) next.extendDepth = run.extendDepth;
      prepared.push_back(next);
    }
  }
  using Kind = gl::PreparedInput::Kind;
  const auto add = [&](Kind kind, gl::Extend extend) {
    prepared.push_back({{}, gl::Filter::Linear, extend, gl::Extend::Hold, kind});
  };
  if (shader.usesNoise) add(Kind::NoiseMap, gl::Extend::Repeat);
  if (shader.usesSine) add(Kind::SineLookup, gl::Extend::Hold);
  return prepared;
}

}  // namespace

std::shared_ptr<PendingShader> PendingShader::start(StageTexts texts, const ShaderSetting& setting,
                                                    std::vector<glsl::ConstantValue> constants,
                                                    const ShaderRun& run,
                                                    const std::vector<ShaderInput>& inputs,
                                                    gl::Filter filter) {
  auto pending = std::make_shared<PendingShader>();
  pending->setting_ = setting;
  const auto draft = std::make_shared<ShaderDraft>(std::move(texts), setting);
  pending->draft_ = draft;
  const bool ownVertex = draft->shader->texts.vertex.has_value();
  const gl::PreparedTarget target{run.shape, setting.buffers,
                                  ownVertex ? gl::Geometry::Quad : gl::Geometry::Triangle,
                                  setting.reads};
  const auto write = [draft, constants = std::move(constants)] {
    draft->write(constants);
    if (draft->shader->log.failed) throw Error("refused before a driver saw it");
    return draft->text;
  };
  const auto count = static_cast<std::size_t>(draft->shader->inputCount());
  pending->program_ =
      gl::PreparedProgram::start(gl::PreparedProgram::Texts(write), target,
                                 preparedInputs(run, inputs, *draft->shader, filter),
                                 {{UserShader::kBlockBinding, UserShader::blockBytes(count)}},
                                 [unit = draft->shader->freeUnit()](const gl::Program& program) {
                                   program.separateSamplers(kOurSamplers, unit);
                                 });
  return pending->program_ ? pending : nullptr;
}

bool PendingShader::ready() const {
  return program_->ready() || !gl::hasWorker(gl::currentState());
}

std::shared_ptr<const UserShader> PendingShader::take() {
  if (!program_->ready()) {
    // The worker still has the draft.
    ShaderDraft gone({}, setting_);
    gone.refuse("compiling took longer than the context's deadline: the shader was given up");
    return gone.shader;
  }
  if (draft_->shader->log.failed) return draft_->shader;
  auto build = std::make_shared<gl::UserBuild>();
  build->log = program_->log();
  build->program = program_->takeProgram();
  gl::keepUserBuild(draft_->text, build);
  draft_->finish(std::move(build));
  return draft_->shader;
}

}  // namespace topknot
