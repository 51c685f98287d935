// How long a program takes to start that has fifty shaders of its user's: with the driver's cache
// empty, and once more with what the first start left there.
//
// The program starts itself anew for each figure: `--child BEHAVIOUR` is such a start.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

#include "support.h"

extern char** environ;

using namespace topknot;
using namespace topknot::measure;

namespace {

constexpr int kShaders = 50, kSize = 64, kSteps = 4;
constexpr double kPatience = 120e3;  // milliseconds

/// What shader `number` makes of a number; its text says the same.
double expected(int number, double value) {
  for (int step = 1; step <= kSteps; ++step) {
    const double bent = 0.5 + 0.5 * std::sin(value * (step + 0.03 * number) + 0.1 * number);
    value = (number + step) % 3 == 0 ? std::sqrt(bent) : 0.25 * value + 0.75 * bent;
  }
  return value;
}

std::string textOf(int number) {
  std::string text =
      "out vec4 fragColor;\nvoid main() {\n  vec4 v = texture(sTD2DInputs[0], vUV.st);\n";
  const std::string n = std::to_string(number);
  for (int step = 1; step <= kSteps; ++step) {
    text += "  {\n    vec4 bent = 0.5 + 0.5 * sin(v * (" + std::to_string(step) + ".0 + 0.03 * " +
            n + ".0) + 0.1 * " + n + ".0);\n    v = ";
    text += (number + step) % 3 == 0 ? "sqrt(bent);\n  }\n" : "0.25 * v + 0.75 * bent;\n  }\n";
  }
  return text + "  fragColor = TDOutputSwizzle(v);\n}\n";
}

/// A start: ends when all pictures are right.
void start(const std::string& behaviour) {
  const Context context = Context::headless();
  Graph graph;
  Op& colour = graph.add("constant");
  const glm::vec4 value(0.1f, 0.4f, 0.7f, 1.0f);
  colour.par("color") = glm::vec3(value);
  colour.par("outputresolution") = "custom";
  colour.par("resolution") = glm::vec2(kSize);
  colour.par("format") = "rgba32float";
  std::vector<GlslTop*> tops;
  for (int i = 0; i < kShaders; ++i) {
    auto& top = graph.add<GlslTop>();
    top.pixelShader(textOf(i));
    top.par("compilebehavior") = behaviour;
    top.pin();
    colour >> top;
    tops.push_back(&top);
  }
  const auto isRight = [&](int i) {
    const glm::vec4 found = tops[std::size_t(i)]->sample({.u = 0.5, .v = 0.5});
    for (int k = 0; k < 4; ++k) {
      if (!(std::abs(found[k] - expected(i, value[k])) < 1e-3)) return false;
    }
    return true;
  };
  const double end = bench::wallMs() + kPatience;
  for (int right = 0; right < kShaders;) {
    graph.cook();
    while (right < kShaders && isRight(right)) ++right;
    if (bench::wallMs() > end) {
      throw Error("shader " + std::to_string(right) + " never showed what it should");
    }
    if (right < kShaders) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  expectSound(graph);
  if (write(STDOUT_FILENO, "\n", 1) != 1) throw Error("nobody listens");
}

/// Milliseconds until a new process has all pictures; waits for its end, which is not counted.
double timeOfStart(const char* program, const std::string& behaviour) {
  int ends[2];
  if (pipe(ends) != 0) throw Error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::string child = "--child", argument = behaviour, name = program;
  char* arguments[] = {name.data(), child.data(), argument.data(), nullptr};
  pid_t process = 0;
  const double began = bench::wallMs();
  const int failed = posix_spawn(&process, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) throw Error(std::string("no process: ") + std::strerror(failed));
  char byte = 0;
  const bool ready = read(ends[0], &byte, 1) == 1;
  const double took = bench::wallMs() - began;
  close(ends[0]);
  int status = 0;
  waitpid(process, &status, 0);
  if (!ready || status != 0) throw Error("a start failed");
  return took;
}

void measureAll(const bench::Options& options) {
  const struct {
    const char *name, *title, *behaviour;
  } cases[] = {{"stall", "50 shaders, compiled where they are drawn", "stalluntildone"},
               {"threaded", "50 shaders, compiled by a worker", "threadedprevious"}};
  for (const auto& one : cases) {
    if (!options.wants(one.name)) continue;
    std::vector<double> firsts, seconds, ratios;
    const int rounds = options.frames > 0 ? 1 : options.rounds;
    for (int round = 0; round < rounds; ++round) {
      if (options.quietMs > 0) bench::waitQuiet(options.quietMs);
      const TemporaryFolder cache;
      useShaderCache(cache.path());
      firsts.push_back(timeOfStart("/proc/self/exe", one.behaviour));
      seconds.push_back(timeOfStart("/proc/self/exe", one.behaviour));
      ratios.push_back(seconds.back() / firsts.back());
    }
    const std::string title = one.title, size = sizeText(kSize, kSize), format = "rgba32f";
    print({title + ": first start", size, format, "ms", {}}, firsts);
    print({title + ": second start", size, format, "ms", {}}, seconds);
    print({title + ": second start / first", size, format, "×", atMost(0.5)}, ratios);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 3 && std::strcmp(argv[1], "--child") == 0) {
    start(argv[2]);
    return 0;
  }
  measureAll(bench::Options::parse(argc, argv));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
