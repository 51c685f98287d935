#!/bin/sh
# Installs Topknot, static and shared, and builds a program against each by CMake and by pkg-config.
# sh run.sh SOURCE BUILD KIND CXX: BUILD is a finished build of that KIND (static or shared)
set -eu
source=$1 build=$2 kind=$3 CXX=$4
here=$source/tests/consumer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TOPKNOT_GUARD
say() { echo "consumer: $*"; }

# install_kind KIND: into $work/KIND; a build of the other kind is made, and kept for the next time.
install_kind() {
  folder=$build
  if [ "$1" != "$kind" ]; then
    folder=$build/consumer-$1
    shared=OFF
    [ "$1" = static ] || shared=ON
    launcher=""
    if command -v ccache >/dev/null; then launcher=ccache; fi
    cmake -S "$source" -B "$folder" -DCMAKE_CXX_COMPILER="$CXX" -DBUILD_SHARED_LIBS=$shared \
      -DCMAKE_C_COMPILER_LAUNCHER=$launcher -DCMAKE_CXX_COMPILER_LAUNCHER=$launcher \
      -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DTOPKNOT_BUILD_TESTS=OFF \
      -DTOPKNOT_BUILD_PROGRAM=OFF -DTOPKNOT_BUILD_EXAMPLES=OFF >"$work/log" || { cat "$work/log"; exit 1; }
    cmake --build "$folder" --parallel 2 >"$work/log" || { cat "$work/log"; exit 1; }
  fi
  # Where it was installed to is not where it is used.
  cmake --install "$folder" --prefix "$work/first/$1" >/dev/null
  mv "$work/first/$1" "$work/$1"
}

# expect_white PROGRAM: it compiled a shader and sampled a white pixel.
expect_white() {
  text=$("$1") || { say "$1 failed: $text"; exit 1; }
  [ "$(echo "$text" | tail -n 1)" = 1 ] || { say "$1 printed: $text"; exit 1; }
}

for one in static shared; do
  install_kind $one
  prefix=$work/$one
  if grep -rqF "$source" "$prefix/include" "$prefix"/lib*/cmake "$prefix"/lib*/pkgconfig; then
    say "the $one installation names the source folder"
    exit 1
  fi
  empty=$work/empty-$one
  mkdir "$empty"
  cp "$here/CMakeLists.txt" "$here/app.cpp" "$empty"
  cd "$empty"

  cmake -S . -B cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$CXX" >log 2>&1 ||
    { cat log; exit 1; }
  cmake --build cmake >log 2>&1 || { cat log; exit 1; }
  expect_white cmake/app
  say "$one by find_package: ok"

  library=$(dirname "$(find "$prefix" -name 'libtopknot.*' | head -n 1)")
  export PKG_CONFIG_PATH="$library/pkgconfig"
  # shellcheck disable=SC2046
  "$CXX" -std=c++20 app.cpp $(pkg-config --cflags --libs topknot) -o app
  guard=$(pkg-config --variable=guard topknot)
  LD_LIBRARY_PATH=$library TOPKNOT_GUARD=$guard expect_white ./app
  # shellcheck disable=SC2046
  "$CXX" -std=c++20 app.cpp $(pkg-config --cflags --libs topknot) \
    -DTOPKNOT_GUARD_PROGRAM="\"$(pkg-config --variable=guard topknot)\"" -o app
  LD_LIBRARY_PATH=$library expect_white ./app
  [ "$(ldd cmake/app | grep -c libtopknot)" = "$([ $one = shared ] && echo 1 || echo 0)" ] ||
    { say "$one: linked with the other kind"; exit 1; }
  say "$one by pkg-config: ok"

  # Without all that, the environment says where it is.
  [ -x "$guard" ] || { say "no guard program at $guard"; exit 1; }
  cp "$guard" "$empty/moved-guard"
  mv "$guard" "$guard.away"
  if LD_LIBRARY_PATH=$library ./app >log 2>&1; then say "$one: isolated without a guard"; exit 1; fi
  grep -q TOPKNOT_GUARD log || { say "$one: TOPKNOT_GUARD is not named: $(cat log)"; exit 1; }
  LD_LIBRARY_PATH=$library TOPKNOT_GUARD=$empty/moved-guard expect_white ./app
  mv "$guard.away" "$guard"
  say "$one by TOPKNOT_GUARD: ok"
done

# Each installed header compiles alone, and twice.
for header in "$work"/static/include/topknot/*.h; do
  name=topknot/$(basename "$header")
  printf '#include <%s>\n#include <%s>\n' "$name" "$name" >"$work/alone.cpp"
  "$CXX" -std=c++20 -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
    -I "$work/static/include" "$work/alone.cpp" || { say "$name does not compile alone"; exit 1; }
done
say "every header alone: ok"
