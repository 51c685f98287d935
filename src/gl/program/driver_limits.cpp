// Asks the driver for its limits.
#include "gl/program/driver_limits.h"

namespace topknot::gl {

glsl::ShaderLimits driverLimits(glsl::ShaderLimits::Stage stage) {
  glsl::ShaderLimits limits;
  limits.stage = stage;
  limits.software = currentState().info.software;
  glGetIntegerv(GL_MAX_DRAW_BUFFERS, &limits.colorBuffers);
  glGetIntegerv(GL_MAX_COMPUTE_WORK_GROUP_INVOCATIONS, &limits.localInvocations);
  for (GLuint axis = 0; axis < 3; ++axis) {
    glGetIntegeri_v(GL_MAX_COMPUTE_WORK_GROUP_SIZE, axis, &limits.localSize[axis]);
  }
  return limits;
}

std::vector<std::string> shaderExtensions() {
  GLint count = 0;
  glGetIntegerv(GL_NUM_EXTENSIONS, &count);
  std::vector<std::string> all;
  for (GLint i = 0; i < count; ++i) {
    const GLubyte* const name = glGetStringi(GL_EXTENSIONS, static_cast<GLuint>(i));
    if (name != nullptr) all.emplace_back(reinterpret_cast<const char*>(name));
  }
  return all;
}

int mostGroups(int axis) {
  GLint most = 0;
  glGetIntegeri_v(GL_MAX_COMPUTE_WORK_GROUP_COUNT, static_cast<GLuint>(axis), &most);
  return most;
}

std::array<unsigned, 3> localSizeOf(const Program& program) {
  GLint size[3] = {1, 1, 1};
  glGetProgramiv(program.name(), GL_COMPUTE_WORK_GROUP_SIZE, size);
  return {static_cast<unsigned>(size[0]), static_cast<unsigned>(size[1]),
          static_cast<unsigned>(size[2])};
}

}  // namespace topknot::gl
