// Grades numbered pictures, one in each frame, into others: sequence IN.####.exr OUT.####.png
#include <topknot/topknot.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw topknot::Error("usage: sequence IN.####.exr OUT.####.png");
  auto context = topknot::Context::headless();
  topknot::Graph graph;
  auto& in = graph.add<topknot::MovieFileIn>("in");
  in.par("file") = argv[1];
  auto& grade = graph.add("level", "grade");
  grade.par("gamma1") = 1.4;
  auto& out = graph.add<topknot::MovieFileOut>("out");
  out.par("file") = argv[2];
  in >> grade >> out;

  in.cook();  // looks for the files
  if (in.length() == 0) throw topknot::Error(in.errors().front());
  for (const std::string& warning : in.warnings()) std::cerr << warning << '\n';

  // While one picture is drawn, the next ones are decoded and the ones before it are written.
  out.par("record") = true;
  for (std::int64_t frame = 0; frame < in.length(); ++frame) {
    graph.cook();
    for (const std::string& error : in.errors()) std::cerr << error << '\n';
  }
  out.finish();  // throws if a file could not be written
  std::cout << out.written() << " pictures written, " << in.reads().ready << " of " << in.length()
            << " were decoded before they were needed\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
