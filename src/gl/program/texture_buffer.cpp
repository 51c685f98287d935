// Numbers that a shader reads as a `samplerBuffer`, and the buffers of atomic counters.
#include "gl/program/texture_buffer.h"

#include <algorithm>
#include <cstring>

#include "gl/context/host_state.h"
#include "gl/program/saturate.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

constexpr GLenum kFloats[] = {GL_R32F, GL_RG32F, GL_RGB32F, GL_RGBA32F};
constexpr GLenum kInts[] = {GL_R32I, GL_RG32I, GL_RGB32I, GL_RGBA32I};
constexpr GLenum kUints[] = {GL_R32UI, GL_RG32UI, GL_RGB32UI, GL_RGBA32UI};

Object newBuffer() {
  GLuint name = 0;
  glCreateBuffers(1, &name);
  return Object(ObjectKind::Buffer, name);
}

}  // namespace

void TextureBuffer::write(GLenum sampler, int components, std::span<const double> numbers) {
  GLint most = 0;
  glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &most);
  const std::size_t elements = numbers.size() / static_cast<std::size_t>(components);
  if (elements > static_cast<std::size_t>(most)) {
    throw Error("a texture buffer of " + std::to_string(elements) +
                " elements is too long: the driver takes " + std::to_string(most));
  }
  const int format = components - 1;
  if (sampler == GL_INT_SAMPLER_BUFFER) return store<GLint>(kInts[format], numbers);
  if (sampler == GL_UNSIGNED_INT_SAMPLER_BUFFER) return store<GLuint>(kUints[format], numbers);
  store<GLfloat>(kFloats[format], numbers);
}

template <class T>
void TextureBuffer::store(GLenum format, std::span<const double> numbers) {
  std::vector<std::byte> bytes(numbers.size() * sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const T value = saturated<T>(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  if (texture_ && format == format_ && bytes == content_) return;
  const auto size = static_cast<GLsizeiptr>(bytes.size());
  if (!texture_ || capacity_ != bytes.size() || format_ != format) {
    GLuint name = 0;
    buffer_ = newBuffer();
    constexpr GLsizeiptr kOneTexel = 16;  // a buffer has to have some
    glNamedBufferStorage(buffer_.name(), bytes.empty() ? kOneTexel : size,
                         bytes.empty() ? nullptr : bytes.data(), GL_DYNAMIC_STORAGE_BIT);
    glCreateTextures(GL_TEXTURE_BUFFER, 1, &name);
    texture_ = Object(ObjectKind::Texture, name);
    glTextureBuffer(name, format, buffer_.name());
  } else {
    glNamedBufferSubData(buffer_.name(), 0, size, bytes.data());
  }
  format_ = format;
  capacity_ = bytes.size();
  content_ = std::move(bytes);
}

void TextureBuffer::bind(GLuint unit) const {
  if (HostState* host = currentState().host) host->keepUnits(static_cast<int>(unit) + 1);
  glBindTextureUnit(unit, texture_.name());
}

void TextureBuffer::unbind(GLuint unit) {
  if (HostState* host = currentState().host) host->keepUnits(static_cast<int>(unit) + 1);
  glActiveTexture(GL_TEXTURE0 + unit);
  glBindTexture(GL_TEXTURE_BUFFER, 0);
}

void CounterBuffers::start(
    const Program& program,
    const std::map<std::string, std::vector<std::uint32_t>, std::less<>>& initial) {
  std::map<GLuint, std::vector<std::uint32_t>> contents;
  for (const CounterInfo& counter : countersOf(program)) {
    std::vector<std::uint32_t>& content = contents[counter.binding];
    const std::size_t first = counter.offset / 4,
                      end = first + static_cast<std::size_t>(counter.count);
    content.resize(std::max(content.size(), end), 0);
    const auto given = initial.find(counter.name);
    if (given == initial.end() || given->second.empty()) continue;
    const std::vector<std::uint32_t>& values = given->second;
    for (std::size_t i = first; i < end; ++i) {
      content[i] = values.size() == 1          ? values[0]
                   : i - first < values.size() ? values[i - first]
                                               : 0;
    }
  }
  for (auto& [binding, content] : contents) {
    Buffer& buffer = buffers_[binding];
    const auto size = static_cast<GLsizeiptr>(content.size() * 4);
    if (!buffer.object || buffer.values.size() != content.size()) {
      buffer.object = newBuffer();
      glNamedBufferStorage(buffer.object.name(), size, content.data(), GL_DYNAMIC_STORAGE_BIT);
    } else {
      glNamedBufferSubData(buffer.object.name(), 0, size, content.data());
    }
    buffer.values = std::move(content);
    if (HostState* host = currentState().host) host->keepCounters(binding);
    glBindBufferBase(GL_ATOMIC_COUNTER_BUFFER, binding, buffer.object.name());
  }
}

std::vector<std::uint32_t> CounterBuffers::read(const Program& program,
                                                std::string_view name) const {
  for (const CounterInfo& counter : countersOf(program)) {
    const auto buffer = buffers_.find(counter.binding);
    if (counter.name != name || buffer == buffers_.end()) continue;
    std::vector<std::uint32_t> values(static_cast<std::size_t>(counter.count));
    glMemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    glGetNamedBufferSubData(buffer->second.object.name(), static_cast<GLintptr>(counter.offset),
                            static_cast<GLsizeiptr>(values.size() * 4), values.data());
    return values;
  }
  return {};
}

}  // namespace topknot::gl
