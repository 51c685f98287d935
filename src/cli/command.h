// What the subcommands share: exit statuses, wrong usage, and how each joins the program.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>

namespace topknot::cli {

/// Exit statuses of the program.
enum class Status { Done = 0, Failed = 1, WrongUsage = 2, NotCompiled = 3 };

/// The command line asks for what cannot be. `what()` is one sentence.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& sentence) : std::runtime_error(sentence) {}
};

/// What the chosen subcommand does. May throw UsageError and any std::exception.
using Action = std::function<Status()>;

// Each adds a subcommand, which sets `action` when it is chosen. Both arguments outlive parsing.
void addInfo(CLI::App& app, Action& action);
void addOps(CLI::App& app, Action& action);
void addGlsl(CLI::App& app, Action& action);
void addConvert(CLI::App& app, Action& action);
void addShm(CLI::App& app, Action& action);

}  // namespace topknot::cli
