// GL objects, each of which belongs to a context.
#include <utility>

#include "gl/context/context_state.h"

namespace topknot::gl {

void deleteObject(ObjectKind kind, GLuint name) {
  switch (kind) {
    case ObjectKind::Texture:
      return glDeleteTextures(1, &name);
    case ObjectKind::Framebuffer:
      return glDeleteFramebuffers(1, &name);
    case ObjectKind::Buffer:
      return glDeleteBuffers(1, &name);
    case ObjectKind::Program:
      return glDeleteProgram(name);
    case ObjectKind::Shader:
      return glDeleteShader(name);
    case ObjectKind::VertexArray:
      return glDeleteVertexArrays(1, &name);
    case ObjectKind::Sampler:
      return glDeleteSamplers(1, &name);
    case ObjectKind::Query:
      return glDeleteQueries(1, &name);
  }
}

Object::Object(ObjectKind kind, GLuint name) : Object(current(), kind, name) {}

Object::Object(StatePtr state, ObjectKind kind, GLuint name)
    : state_(std::move(state)), kind_(kind), name_(name) {
  state_->own({kind, name});
}

Object::Object(Object&& other) noexcept
    : state_(std::move(other.state_)), kind_(other.kind_), name_(std::exchange(other.name_, 0)) {}

Object& Object::operator=(Object&& other) noexcept {
  if (this != &other) {
    reset();
    state_ = std::move(other.state_);
    kind_ = other.kind_;
    name_ = std::exchange(other.name_, 0);
  }
  return *this;
}

void Object::reset() {
  if (name_ == 0) return;
  state_->discard({kind_, std::exchange(name_, 0)});
  state_.reset();
}

void Object::moveTo(StatePtr state) {
  if (name_ == 0) return;
  state->own({kind_, name_});
  state_->disown({kind_, name_});
  state_ = std::move(state);
}

}  // namespace topknot::gl
