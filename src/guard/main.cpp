// topknot-guard: tries one shader for the library, which reads how it ends.
#include "gl/guard/guard.h"

int main() {
  return topknot::gl::guardMain();
}
