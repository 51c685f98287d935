// The first compile, link and draw of a shader.
#include "gl/guard/guard_trial.h"

#include <algorithm>
#include <array>

#include "gl/context/context_state.h"
#include "gl/context/format.h"
#include "gl/context/texture.h"
#include "gl/program/uniform_types.h"

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxLog = 1 << 16;
constexpr GLint kMaxBuffer = 1 << 20;  // bytes; what is declared larger than that reads nothing

struct ImageKind {
  GLenum type;  // of the float image; those of int and uint follow in steps
  GLenum target;
};
constexpr std::array<ImageKind, 5> kImages = {{{GL_IMAGE_2D, GL_TEXTURE_2D},
                                               {GL_IMAGE_3D, GL_TEXTURE_3D},
                                               {GL_IMAGE_2D_ARRAY, GL_TEXTURE_2D_ARRAY},
                                               {GL_IMAGE_1D, GL_TEXTURE_1D},
                                               {GL_IMAGE_CUBE, GL_TEXTURE_CUBE_MAP}}};

std::string cut(std::string log, GLint length) {
  log.resize(std::min<std::size_t>(static_cast<std::size_t>(std::max(length, 0)), kMaxLog));
  return log;
}

bool compile(GLuint program, GLenum stage, const std::string& text,
             const std::function<void(const std::string&)>& log) {
  const GLuint shader = glCreateShader(stage);
  const char* source = text.c_str();
  const auto length = static_cast<GLint>(text.size());
  glShaderSource(shader, 1, &source, &length);
  glCompileShader(shader);
  GLint ok = GL_FALSE, size = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
  std::string said(kMaxLog, '\0');
  glGetShaderInfoLog(shader, static_cast<GLsizei>(kMaxLog), &size, said.data());
  if (size > 0) log(cut(std::move(said), size));
  glAttachShader(program, shader);
  return ok == GL_TRUE;
}

bool link(GLuint program, const std::function<void(const std::string&)>& log) {
  glLinkProgram(program);
  GLint ok = GL_FALSE, size = 0;
  glGetProgramiv(program, GL_LINK_STATUS, &ok);
  std::string said(kMaxLog, '\0');
  glGetProgramInfoLog(program, static_cast<GLsizei>(kMaxLog), &size, said.data());
  if (size > 0) log(cut(std::move(said), size));
  return ok == GL_TRUE;
}

GLuint makeBuffer(GLint bytes) {
  GLuint name = 0;
  glCreateBuffers(1, &name);
  const std::string zeros(static_cast<std::size_t>(std::clamp(bytes, 16, kMaxBuffer)), '\0');
  glNamedBufferStorage(name, static_cast<GLsizeiptr>(zeros.size()), zeros.data(), 0);
  return name;
}

GLint property(GLuint program, GLenum interface, GLuint index, GLenum what) {
  GLint value = 0;
  glGetProgramResourceiv(program, interface, index, 1, &what, 1, nullptr, &value);
  return value;
}

/// Gives each block of that kind a buffer of zeros.
void bindBlocks(GLuint program, GLenum interface, GLenum target) {
  GLint count = 0;
  glGetProgramInterfaceiv(program, interface, GL_ACTIVE_RESOURCES, &count);
  for (GLuint i = 0; i < static_cast<GLuint>(count); ++i) {
    const auto binding = static_cast<GLuint>(property(program, interface, i, GL_BUFFER_BINDING));
    // An array without a size gets some elements.
    const GLint bytes = property(program, interface, i, GL_BUFFER_DATA_SIZE);
    glBindBufferBase(target, binding, makeBuffer(std::max(bytes, 4096)));
  }
}

GLenum imageTarget(GLenum type) {
  for (const ImageKind& kind : kImages) {
    for (const GLenum family : {GL_IMAGE_1D, GL_INT_IMAGE_1D, GL_UNSIGNED_INT_IMAGE_1D}) {
      if (type == kind.type - GL_IMAGE_1D + family) return kind.target;
    }
  }
  return 0;
}

/// One texel for an image to be written to.
void bindImage(GLuint unit, GLenum target, GLenum format) {
  GLuint name = 0;
  glCreateTextures(target, 1, &name);
  switch (target) {
    case GL_TEXTURE_1D:
      glTextureStorage1D(name, 1, format, 1);
      break;
    case GL_TEXTURE_2D:
    case GL_TEXTURE_CUBE_MAP:
      glTextureStorage2D(name, 1, format, 1, 1);
      break;
    default:
      glTextureStorage3D(name, 1, format, 1, 1, 1);
      break;
  }
  glBindImageTexture(unit, name, 0, GL_TRUE, 0, GL_READ_WRITE, format);
}

/// Two kinds of samplers on one unit would be refused; the units stay empty.
void bindUniforms(GLuint program, const std::vector<PixelFormat>& targets) {
  GLint count = 0;
  glGetProgramInterfaceiv(program, GL_UNIFORM, GL_ACTIVE_RESOURCES, &count);
  GLint unit = 0;
  GLuint image = 0;
  for (GLuint i = 0; i < static_cast<GLuint>(count); ++i) {
    const auto type = static_cast<GLenum>(property(program, GL_UNIFORM, i, GL_TYPE));
    const GLint location = property(program, GL_UNIFORM, i, GL_LOCATION);
    const GLint size = property(program, GL_UNIFORM, i, GL_ARRAY_SIZE);
    if (location < 0) continue;
    const GLenum target = imageTarget(type);
    for (GLint element = 0; element < size && (isSampler(type) || target != 0); ++element) {
      if (target == 0) {
        glProgramUniform1i(program, location + element, unit++);
        continue;
      }
      const GLenum format =
          targets.empty()
              ? GL_RGBA32F
              : formatOf(targets[std::min<std::size_t>(image, targets.size() - 1)]).internal;
      glProgramUniform1i(program, location + element, static_cast<GLint>(image));
      bindImage(image++, target, format);
    }
  }
}

void drawOnce(GLuint program, std::vector<PixelFormat> targets) {
  if (targets.empty()) targets.push_back(PixelFormat::Rgba8Fixed);
  GLuint framebuffer = 0, vertexArray = 0;
  glCreateFramebuffers(1, &framebuffer);
  glCreateVertexArrays(1, &vertexArray);
  std::vector<GLenum> buffers;
  for (const PixelFormat format : targets) {
    GLuint texture = 0;
    glCreateTextures(GL_TEXTURE_2D, 1, &texture);
    glTextureStorage2D(texture, 1, formatOf(format).internal, 1, 1);
    buffers.push_back(GL_COLOR_ATTACHMENT0 + static_cast<GLenum>(buffers.size()));
    glNamedFramebufferTexture(framebuffer, buffers.back(), texture, 0);
  }
  glNamedFramebufferDrawBuffers(framebuffer, static_cast<GLsizei>(buffers.size()), buffers.data());
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
  glViewport(0, 0, 1, 1);
  glBindVertexArray(vertexArray);
  glUseProgram(program);
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

}  // namespace

void tryHere(const GuardShader& shader, const std::function<void(const char*)>& phase,
             const std::function<void(const std::string&)>& log) {
  const GLuint program = glCreateProgram();
  const bool computes = !shader.compute.empty();
  phase("compile");
  bool ok = true;
  if (computes) {
    ok = compile(program, GL_COMPUTE_SHADER, shader.compute, log);
  } else {
    for (const auto& [stage, text] : {std::pair{GL_VERTEX_SHADER, &shader.vertex},
                                      std::pair{GL_FRAGMENT_SHADER, &shader.pixel}}) {
      if (!text->empty()) ok = compile(program, static_cast<GLenum>(stage), *text, log) && ok;
    }
  }
  if (!ok) return;
  phase("link");
  if (!link(program, log)) return;
  phase("draw");
  bindUniforms(program, shader.targets);
  bindBlocks(program, GL_UNIFORM_BLOCK, GL_UNIFORM_BUFFER);
  bindBlocks(program, GL_SHADER_STORAGE_BLOCK, GL_SHADER_STORAGE_BUFFER);
  bindBlocks(program, GL_ATOMIC_COUNTER_BUFFER, GL_ATOMIC_COUNTER_BUFFER);
  if (computes) {
    glUseProgram(program);
    glDispatchCompute(1, 1, 1);
  } else {
    drawOnce(program, shader.targets);
  }
  glFinish();
}

}  // namespace topknot::gl
