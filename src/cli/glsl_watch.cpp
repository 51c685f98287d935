// `topknot glsl --watch`: renders anew whenever the shader is saved.
#include <signal.h>
#include <time.h>

#include "cli/glsl.h"
#include "io/files/file_watch.h"

namespace topknot::cli {
namespace {

/// SIGINT and SIGTERM, which from now on wait until they are asked for. To be made before other
/// threads start, which inherit that.
class EndSignals {
 public:
  EndSignals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  /// Waits that long at most; true if one arrived.
  bool arrived(long milliseconds) const {
    const timespec time{0, milliseconds * 1000000};
    return ::sigtimedwait(&set_, nullptr, &time) > 0;
  }

 private:
  sigset_t set_{};
};

void tell(const Job& job, const Outcome& outcome, bool json) {
  const Status status = tellTroubles(job, outcome);
  if (json) {
    printLine(toJson(job, outcome));
  } else if (status == Status::Done) {
    print(outcome.files.empty() ? "'" + job.shader + "' compiles\n" : writtenLine(outcome));
  }
}

}  // namespace

Status watch(const Job& job, bool json) {
  constexpr long kPause = 50;  // milliseconds
  const EndSignals ends;
  std::optional<Context> context;
  io::FileWatch files;
  for (;;) {
    const auto readAt = io::FileWatch::Time::clock::now();
    tell(job, render(job, context), json);
    if (context && !context->lost().empty()) context.reset();
    files.set(shaderFiles(job).files, readAt);
    do {
      if (ends.arrived(kPause)) return Status::Done;
    } while (!files.changed());
  }
}

}  // namespace topknot::cli
