// `topknot ops`: the operators, their parameters, menus, defaults and ranges.
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/operator_reference.h"
#include "cli/operator_words.h"
#include "cli/output.h"
#include "topknot/topknot.h"

namespace topknot::cli {
namespace {

Json toJson(const Parameter& parameter) {
  Json json = {{"name", parameter.name()},
               {"label", parameter.label()},
               {"page", parameter.page()},
               {"style", styleName(parameter.style())},
               {"help", parameter.help()},
               {"size", parameter.size()},
               {"default", parameter.defaultValue().text()}};
  if (parameter.size() > 1) {
    for (int i = 0; i < parameter.size(); ++i) {
      json["components"].push_back(parameter.componentName(i));
    }
  }
  if (hasNumbers(parameter)) {
    if (parameter.min()) json["min"] = *parameter.min();
    if (parameter.max()) json["max"] = *parameter.max();
    json["slider"] = {parameter.sliderMin(), parameter.sliderMax()};
  }
  for (const MenuItem& item : parameter.menu()) {
    json["menu"].push_back({{"name", item.name}, {"label", item.label}});
  }
  return json;
}

Json toJson(const Op& op) {
  const OpType& type = op.type();
  Json json = {{"name", type.name},
               {"label", type.label},
               {"help", type.help},
               {"minInputs", type.minInputs},
               {"maxInputs", type.maxInputs < 0 ? Json() : Json(type.maxInputs)},
               {"parameters", Json::array()}};
  for (const Parameter* parameter : inOrder(op)) {
    json["parameters"].push_back(toJson(*parameter));
  }
  return json;
}

std::string toText(const Parameter& parameter) {
  std::string name = parameter.name();
  if (parameter.size() > 1) {
    name += " (";
    for (int i = 0; i < parameter.size(); ++i) {
      name += (i > 0 ? " " : "") + parameter.componentName(i);
    }
    name += ")";
  }
  std::string text = "  " + name + ": " + styleName(parameter.style());
  if (parameter.style() != ParStyle::Pulse) {
    text += " = " + parameter.defaultValue().text() + rangeText(parameter);
  }
  text += "\n      " + parameter.help() + "\n";
  std::vector<std::string> items;
  for (const MenuItem& item : parameter.menu()) items.push_back(item.name);
  return items.empty() ? text : text + "      " + joined(items) + "\n";
}

std::string toText(const Op& op) {
  const OpType& type = op.type();
  std::string text = std::string(type.name) + ": " + std::string(type.label) + ", " +
                     inputsText(type) + "\n" + std::string(type.help) + "\n";
  std::string page;
  for (const Parameter* parameter : inOrder(op)) {
    if (parameter->page() != page) text += "\n" + parameter->page() + "\n";
    page = parameter->page();
    text += toText(*parameter);
  }
  return text;
}

const Op& found(Graph& graph, const std::string& name) {
  try {
    return graph.add(name);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

Status showReference() {
  print(operatorReference());
  return Status::Done;
}

Status showOps(const std::string& name, bool json) {
  Graph graph;
  if (!name.empty()) {
    const Op& op = found(graph, name);
    if (json) {
      print(toJson(op));
    } else {
      print(toText(op));
    }
    return Status::Done;
  }
  Json all = Json::array();
  std::string text;
  for (const OpType* type : Graph::types()) {
    if (json) all.push_back(toJson(graph.add(type->name)));
    std::string start(type->name);
    start.resize(std::max<std::size_t>(start.size() + 1, 16), ' ');
    text += start + std::string(type->help) + "\n";
  }
  if (json) {
    print(all);
  } else {
    print(text);
  }
  return Status::Done;
}

}  // namespace

void addOps(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "ops", "Lists the operators, or one operator's pages, parameters, defaults and ranges.");
  struct Options {
    std::string name;
    bool json = false;
    bool markdown = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::Option* name = command->add_option("NAME", options->name, "An operator's type, e.g. glsl");
  CLI::Option* json =
      command->add_flag("--json", options->json, "Prints JSON: one object, or a list of all");
  command
      ->add_flag("--markdown", options->markdown,
                 "Prints the reference of all operators as Markdown")
      ->excludes(name)
      ->excludes(json);
  command->callback([&action, options] {
    action = [options] {
      return options->markdown ? showReference() : showOps(options->name, options->json);
    };
  });
}

}  // namespace topknot::cli
