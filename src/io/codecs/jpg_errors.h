// How libjpeg-turbo tells the jpg codec of errors.
#pragma once

#include <csetjmp>
#include <cstdio>
#include <string>

#include <jpeglib.h>  // which wants <cstdio> before it

namespace topknot::io {

/// The library leaves a failed call by longjmp() to `failed`, which ends no object's life: between
/// setjmp(failed) and its calls there may be none that has to be ended.
struct JpgErrors : jpeg_error_mgr {
  /// `library` is a jpeg_compress_struct or jpeg_decompress_struct that lives as long.
  template <class Library>
  explicit JpgErrors(Library& library) : jpeg_error_mgr{} {
    library.err = jpeg_std_error(this);
    error_exit = [](j_common_ptr self) {
      std::longjmp(static_cast<JpgErrors*>(self->err)->failed, 1);
    };
    output_message = [](j_common_ptr) {};
  }

  std::jmp_buf failed{};
};

/// What the library says of the error that has just ended one of its calls.
template <class Library>
std::string reasonOf(Library& library) {
  char reason[JMSG_LENGTH_MAX] = {};
  library.err->format_message(reinterpret_cast<j_common_ptr>(&library), reason);
  return reason;
}

}  // namespace topknot::io
