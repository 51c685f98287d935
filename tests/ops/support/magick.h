// ImageMagick as a judge: pictures go there and back as 16-bit files.
#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>

#include "support/pictures.h"
#include "topknot/image_file.h"

namespace topknot::test {

/// Runs a line of the shell; what it printed. Throws if it fails.
inline std::string printedBy(const std::string& line) {
  FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("the test cannot start " + line);
  std::string output;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    output.append(buffer, got);
  }
  if (::pclose(pipe) != 0) throw std::runtime_error(line + " failed: " + output);
  return output;
}

inline const std::string& magickProgram() {
  static const std::string kProgram = [] {
    for (const std::string name : {"magick", "convert-im6.q16", "convert"}) {
      try {
        if (printedBy(name + " -version").find("ImageMagick") != std::string::npos) return name;
      } catch (const std::runtime_error&) {
        continue;
      }
    }
    throw std::runtime_error("this test needs ImageMagick (Debian package imagemagick)");
  }();
  return kProgram;
}

/// What ImageMagick makes of pictures a.png and b.png in the folder, with 16 bits a channel.
inline Image magick(const Folder& folder, const std::string& arguments) {
  printedBy("cd '" + folder.path().string() + "' && " + magickProgram() + " " + arguments +
            " PNG64:out.png");
  return loadImage(folder / "out.png");
}

}  // namespace topknot::test
