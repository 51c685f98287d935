// Writes the reference of all operators.
#include "cli/operator_reference.h"

#include <utility>

#include "cli/operator_words.h"
#include "cli/output.h"

namespace topknot::cli {
namespace {

constexpr const char* kTitle =
    "# The operators\n\n"
    "`topknot ops --markdown` writes this page. Each operator has the parameters of the Common "
    "page, at its end,\n"
    "besides its own. A picture shows an operator with settings of its kind; those with inputs got "
    "the hills of\n"
    "`examples/picture.frag`, and a disc as their second one.\n";

/// What would end a cell, or begin something else in it.
std::string inCell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string asCode(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

std::string namesOf(const Parameter& parameter) {
  if (parameter.size() == 1) return asCode(parameter.name());
  std::string text;
  for (int i = 0; i < parameter.size(); ++i)
    text += (i > 0 ? " " : "") + asCode(parameter.componentName(i));
  return text;
}

std::string valuesOf(const Parameter& parameter) {
  std::vector<std::string> items;
  for (const MenuItem& item : parameter.menu()) items.push_back(asCode(item.name));
  if (!items.empty()) return joined(items);
  return styleName(parameter.style()) + inCell(rangeText(parameter));
}

std::string row(const Parameter& parameter) {
  const bool has = parameter.style() != ParStyle::Pulse;
  return "| " + namesOf(parameter) + " | " + inCell(parameter.label()) + " | " +
         (has ? asCode(parameter.defaultValue().text()) : "") + " | " + valuesOf(parameter) +
         " | " + inCell(parameter.help()) + " |\n";
}

/// The tables of those pages that are, or are not, the Common page.
std::string pages(const Op& op, bool common) {
  std::string text, page;
  for (const Parameter* parameter : inOrder(op)) {
    if ((parameter->page() == "Common") != common) continue;
    if (std::exchange(page, parameter->page()) != parameter->page()) {
      text += "\n| " + page + " | | default | values | |\n|---|---|---|---|---|\n";
    }
    text += row(*parameter);
  }
  return text;
}

std::string section(const Op& op) {
  const std::string name(op.type().name);
  return "\n## " + name + "\n\n![" + name + "](pictures/" + name + ".png)\n\n" +
         std::string(op.type().label) + ", " + inputsText(op.type()) + ". " +
         std::string(op.type().help) + "\n" + pages(op, false);
}

}  // namespace

std::string operatorReference() {
  Graph graph;
  std::string text = kTitle;
  for (const OpType* type : Graph::types()) text += section(graph.add(type->name));
  return text + "\n## The Common page\n" + pages(graph.add("null"), true);
}

}  // namespace topknot::cli
