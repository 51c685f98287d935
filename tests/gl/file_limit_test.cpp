// A process that may write no files, as drivers and the guard meet it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "gl/guard/guard.h"
#include "gl/guard/guard_child.h"
#include "gl/program/program.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/context.h"

namespace topknot::gl {
namespace {

constexpr const char* kVertex = "#version 450 core\nvoid main() { gl_Position = vec4(0.0); }\n";
constexpr const char* kPixel = "#version 450 core\nout vec4 c;\nvoid main() { c = vec4(1.0); }\n";

/// Mesa makes its files when a process first meets it, so each test has a child of its own. It ends
/// with a status of 0 if `work` says yes.
int withoutFiles(const std::function<bool()>& work) {
  const test::Folder caches;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("MESA_SHADER_CACHE_DIR", caches.path().c_str(), 1);
    ::setenv("MESA_SHADER_CACHE_DISABLE", "false", 1);
    ::setenv("__GL_SHADER_DISK_CACHE_PATH", caches.path().c_str(), 1);
    ::signal(SIGXFSZ, SIG_DFL);
    const rlimit limit{100, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      ::_exit(work() ? 0 : 1);
    } catch (const std::exception&) {
      ::_exit(2);
    }
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_FALSE(WIFSIGNALED(status)) << "ended by signal " << WTERMSIG(status);
  return status;
}

TEST(FileLimit, ContextsAndProgramsAreMadeAllTheSame) {
  const int status = withoutFiles([] {
    const Context context = Context::headless();
    Program::Log log;
    const Program program = Program::build(kVertex, kPixel, log);
    return !log.failed;
  });
  EXPECT_EQ(status, 0);
}

TEST(FileLimit, ALongRequestToTheGuardIsAnErrorThatSaysSo) {
  const int status = withoutFiles([] {
    const std::string sentence =
        test::thrown([] { guard::Process("/bin/true", std::string(5000, 'x')); });
    return sentence.find("File too large") != std::string::npos;
  });
  EXPECT_EQ(status, 0);
}

TEST(FileLimit, AGuardThatMayWriteNothingIsNoReasonToBlameAShader) {
  guardProgram(TOPKNOT_BINARY_DIR "/topknot-guard");
  const int status = withoutFiles([] {
    const rlimit limit{10000, RLIM_INFINITY};  // for the request, not for Mesa's files
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const GuardShader shader{.vertex = kVertex,
                             .pixel = kPixel,
                             .compute = {},
                             .targets = {PixelFormat::Rgba8Fixed},
                             .software = false};
    return tryShader(shader, {.seconds = 60.0}).fine();
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace topknot::gl
