// How long passes take.
#include "gl/program/pass_timer.h"

#include <utility>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxWaiting = 4096;

Object makeQuery() {
  GLuint name = 0;
  glCreateQueries(GL_TIMESTAMP, 1, &name);
  return Object(ObjectKind::Query, name);
}

bool hasTimer() {
  GLint bits = 0;
  glGetQueryiv(GL_TIMESTAMP, GL_QUERY_COUNTER_BITS, &bits);
  return bits > 0;
}

}  // namespace

PassTimer::PassTimer(Method method) {
  const ContextInfo& info = currentState().info;
  const bool wanted = method == Method::Queries || (method == Method::Automatic && !info.software);
  queries_ = wanted && hasTimer();
  method_ =
      queries_ ? "GPU timer queries" : "wall clock with a sync per pass (" + info.renderer + ")";
}

PassTimer::Queries PassTimer::spare() {
  if (spare_.empty()) return {makeQuery(), makeQuery()};
  Queries queries = std::move(spare_.back());
  spare_.pop_back();
  return queries;
}

void PassTimer::begin() {
  begun_ = true;
  if (!queries_) {
    glFinish();
    start_ = Clock::now();
  } else {
    if (!open_) open_ = spare();
    glQueryCounter(open_->begin.name(), GL_TIMESTAMP);
  }
}

void PassTimer::end(Tag tag) {
  if (!std::exchange(begun_, false)) throw Error("a pass timer was ended that had not begun");
  if (waiting_.size() >= kMaxWaiting) {
    ++skipped_;
  } else if (queries_) {
    glQueryCounter(open_->end.name(), GL_TIMESTAMP);
    waiting_.push_back({tag, std::move(*open_), 0});
    open_.reset();
  } else {
    glFinish();
    const std::chrono::duration<double, std::milli> time = Clock::now() - start_;
    waiting_.push_back({tag, {}, time.count()});
  }
}

bool PassTimer::known(Stretch& stretch) const {
  if (!queries_) return true;
  GLint available = GL_FALSE;
  glGetQueryObjectiv(stretch.queries.end.name(), GL_QUERY_RESULT_AVAILABLE, &available);
  if (available == GL_FALSE) return false;
  GLuint64 begin = 0, end = 0;
  glGetQueryObjectui64v(stretch.queries.begin.name(), GL_QUERY_RESULT, &begin);
  glGetQueryObjectui64v(stretch.queries.end.name(), GL_QUERY_RESULT, &end);
  // A counter that ran over, or was set back, tells nothing.
  stretch.milliseconds = end > begin ? static_cast<double>(end - begin) / 1e6 : 0;
  return true;
}

void PassTimer::collect(const std::function<void(Tag, double gpuMilliseconds)>& take) {
  while (!waiting_.empty() && known(waiting_.front())) {
    Stretch stretch = std::move(waiting_.front());
    waiting_.pop_front();
    if (queries_) spare_.push_back(std::move(stretch.queries));
    take(stretch.tag, stretch.milliseconds);
  }
}

}  // namespace topknot::gl
