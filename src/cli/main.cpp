// The topknot program: puts the subcommands together and turns what happens into an exit status.
#include <exception>
#include <sstream>

#include "cli/command.h"
#include "cli/output.h"

namespace topknot::cli {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 done, 1 it failed, 2 wrong usage, 3 a shader does not compile.\n"
    "'topknot COMMAND --help' tells more about a command.";

/// The innermost subcommand that was chosen, e.g. `topknot shm read`.
const CLI::App& chosen(const CLI::App& app, std::string& name) {
  name += (name.empty() ? "" : " ") + app.get_name();
  const auto inner = app.get_subcommands();
  return inner.empty() ? app : chosen(*inner.front(), name);
}

Status refuse(const CLI::App& app, const std::string& sentence) {
  std::string name;
  chosen(app, name);
  complain(sentence + "; see '" + name + " --help'");
  return Status::WrongUsage;
}

/// CLI11's own sentence names neither the command that is not there nor those that are.
std::string sentenceFor(const CLI::App& app, const CLI::ParseError& reason) {
  std::string name;
  const CLI::App& command = chosen(app, name);
  std::vector<std::string> names;
  for (const CLI::App* known : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(known->get_name());
  }
  if (names.empty()) return reason.what();
  const std::vector<std::string> found = app.remaining(true);
  return "expected one of the commands " + joined(names) +
         (found.empty() ? "" : ", found '" + found.front() + "'");
}

/// Help and version are results; everything else is wrong usage.
Status leaveParsing(const CLI::App& app, const CLI::ParseError& reason) {
  if (reason.get_exit_code() != 0) return refuse(app, sentenceFor(app, reason));
  std::ostringstream text, unused;
  app.exit(reason, text, unused);
  print(text.str());
  return Status::Done;
}

Status run(int argc, const char* const* argv) {
  CLI::App app("Texture operators on OpenGL, with or without a GPU.", "topknot");
  app.set_version_flag("--version", "topknot " TOPKNOT_VERSION, "Prints the version and exits");
  app.set_help_flag("-h,--help", "Prints this help and exits");
  app.footer(kFooter);
  app.require_subcommand(1);
  Action action;
  addInfo(app, action);
  addOps(app, action);
  addGlsl(app, action);
  addConvert(app, action);
  addShm(app, action);
  try {
    app.parse(argc, argv);
    return action();
  } catch (const CLI::ParseError& reason) {
    return leaveParsing(app, reason);
  } catch (const UsageError& error) {
    return refuse(app, error.what());
  }
}

}  // namespace
}  // namespace topknot::cli

int main(int argc, char** argv) {
  using topknot::cli::Status;
  Status status = Status::Failed;
  try {
    topknot::cli::guardStandardStreams();
    status = topknot::cli::run(argc, argv);
  } catch (const topknot::cli::ReaderGone&) {
    // The end comes in silence, as with other tools; the status tells those who want to know.
  } catch (const std::bad_alloc&) {
    topknot::cli::complain("there is not enough memory");
  } catch (const std::exception& error) {
    topknot::cli::complain(error.what());
  } catch (...) {
    topknot::cli::complain("an unknown failure");
  }
  return static_cast<int>(status);
}
