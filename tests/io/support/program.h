// Other people's programs, which say what our files hold.
#pragma once

#include <string>
#include <vector>

namespace topknot::test {

/// What the program printed on stdout and stderr. Throws a sentence if it is absent or fails.
std::string run(const std::vector<std::string>& command);

/// Runs ImageMagick's convert, and not a stand-in of that name.
std::string magick(std::vector<std::string> arguments);

}  // namespace topknot::test
