// Waits for a picture in shared memory and saves it: 03_watch NAME OUT [SECONDS]
#include <topknot/topknot.h>

#include <chrono>
#include <iostream>
#include <string>

int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4) throw topknot::Error("usage: 03_watch NAME OUT [SECONDS]");
  const std::chrono::seconds limit(argc == 4 ? std::stoi(argv[3]) : 60);

  // No context and no graph: reading needs no OpenGL. The sender may start later than this.
  topknot::SharedMemReader reader(argv[1]);
  const auto frame = reader.wait(limit);
  if (!frame) throw topknot::Error("nobody sends '" + reader.name() + "'");

  const topknot::Image& image = frame->image;
  const auto file = topknot::saveImage(image, argv[2]);
  std::cout << file.string() << ": " << image.width() << " x " << image.height() << ' '
            << topknot::pixelFormatInfo(image.format()).name << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
