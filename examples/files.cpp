// Saves a graded picture in every way there is, the large ones while it goes on: files IN FOLDER
#include <topknot/topknot.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: files IN FOLDER");
  const std::filesystem::path folder(argv[2]);
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& photo = graph.add("moviefilein", "photo").as<topknot::Top>();
  photo.par("file") = argv[1];
  auto& grade = graph.add("level", "grade").as<topknot::Top>();
  grade.par("format") = "rgba16float";
  photo >> grade;

  std::vector<topknot::FileSaveStatus> files;
  for (int frame = 0; frame < 4; ++frame) {
    grade.par("brightness1") = 1.0 + 0.25 * frame;
    const auto file = folder / ("grade." + std::to_string(frame) + ".exr");
    files.push_back(grade.save(file, {.asynchronous = true, .createFolders = true}));
  }
  files.push_back(grade.save(folder / "small.jpg", {.quality = 0.8}));
  files.push_back(grade.save(folder / "exact.tif"));
  for (const auto& file : files) {
    file.wait();  // throws if it failed
    std::cout << file.string() << '\n';
  }

  const std::vector<std::byte> bytes = grade.saveByteArray(".png");
  std::cout << "as png it takes " << bytes.size() << " bytes\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
