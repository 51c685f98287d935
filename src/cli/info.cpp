// `topknot info`: what this machine and this library can do.
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "io/codecs/codec.h"
#include "topknot/topknot.h"

namespace topknot::cli {
namespace {

std::vector<std::string> readFormats() {
  std::vector<std::string> names;
  for (const io::Codec* codec : io::codecs()) names.emplace_back(codec->name);
  return names;
}

std::vector<std::string> writtenFormats() {
  std::vector<std::string> names;
  for (const std::string_view suffix : writableSuffixes()) names.emplace_back(suffix.substr(1));
  return names;
}

Json toJson(const ContextInfo& info) {
  Json operators = Json::array();
  for (const OpType* type : Graph::types()) {
    operators.push_back({{"name", type->name}, {"label", type->label}, {"help", type->help}});
  }
  return {{"version", TOPKNOT_VERSION},
          {"context",
           {{"major", info.major},
            {"minor", info.minor},
            {"version", info.version},
            {"glslVersion", info.glslVersion},
            {"glsl", info.glsl},
            {"vendor", info.vendor},
            {"renderer", info.renderer},
            {"platform", info.platform},
            {"software", info.software},
            {"limits",
             {{"maxTextureSize", info.maxTextureSize},
              {"max3DTextureSize", info.max3DTextureSize},
              {"maxArrayLayers", info.maxArrayLayers},
              {"maxTextureUnits", info.maxTextureUnits},
              {"maxColorBuffers", info.maxColorBuffers}}}}},
          {"formats", {{"read", readFormats()}, {"written", writtenFormats()}}},
          {"operators", std::move(operators)}};
}

std::string toText(const ContextInfo& info) {
  std::string text = "topknot " TOPKNOT_VERSION "\n";
  const auto line = [&](std::string label, const std::string& value) {
    label.resize(20, ' ');
    text += label + value + "\n";
  };
  line("OpenGL", info.version);
  line("GLSL", info.glslVersion);
  line("vendor", info.vendor);
  line("renderer", info.renderer);
  line("platform", info.platform);
  line("rendered by", info.software ? "the processor" : "a GPU");
  line("largest texture", std::to_string(info.maxTextureSize) + " pixels a side");
  line("largest 3D texture", std::to_string(info.max3DTextureSize) + " pixels a side");
  line("array layers", std::to_string(info.maxArrayLayers));
  line("texture units", std::to_string(info.maxTextureUnits));
  line("color buffers", std::to_string(info.maxColorBuffers));
  line("pictures read", joined(readFormats()));
  line("pictures written", joined(writtenFormats()));
  std::vector<std::string> operators;
  for (const OpType* type : Graph::types()) operators.emplace_back(type->name);
  line("operators", joined(operators));
  return text;
}

Status showInfo(bool json) {
  const Context context = Context::headless();
  if (json) {
    print(toJson(context.info()));
  } else {
    print(toText(context.info()));
  }
  return Status::Done;
}

}  // namespace

void addInfo(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "info", "Shows the OpenGL context of this machine, the picture formats and the operators.");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Prints one JSON object");
  command->callback([&action, json] { action = [json] { return showInfo(*json); }; });
}

}  // namespace topknot::cli
