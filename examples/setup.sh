# Installs what a build needs, and builds. Sourced by examples/run.sh and tests/run.sh.
# shellcheck shell=sh disable=SC2034,SC2154

build_packages="g++ make cmake ninja-build pkgconf python3-glad libglfw3-dev libglm-dev libstb-dev
  libtinyexr-dev libopenexr-dev libtiff-dev libdeflate-dev libjpeg-dev libsquish-dev zlib1g-dev
  libcli11-dev nlohmann-json3-dev
  libegl1 libgl1-mesa-dri"
test_packages="libgtest-dev imagemagick openexr libtiff-tools ffmpeg python3 procps xvfb xauth
  clang-format-14 shellcheck glslang-tools"

# install_missing PACKAGE...: on Debian and Ubuntu, those that are not there yet.
install_missing() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    check_tools "$@"
    return
  fi
  missing=""
  for package in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      *" installed") ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "install as root:$missing"
    as_root=sudo
  fi
  echo "Installing:$missing"
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update || fail "apt-get update failed"
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing ||
    fail "these packages could not be installed:$missing"
}

# Elsewhere: a list of what to install, and an end if a tool is not there.
check_tools() {
  echo "Neither Debian nor Ubuntu. Topknot needs what these packages of Debian hold:"
  echo "$@" | fold -s -w 90 | sed 's/^/  /'
  for tool in c++ cmake pkg-config glad; do
    command -v $tool >/dev/null || fail "'$tool' is missing"
  done
  command -v ninja >/dev/null || command -v make >/dev/null || fail "'ninja' or 'make' is missing"
}

# configure FOLDER OPTION...: quietly, with Ninja and ccache where they are.
configure() {
  folder=$1
  shift
  if [ ! -f "$folder/CMakeCache.txt" ]; then
    if command -v ninja >/dev/null; then set -- -G Ninja "$@"; fi
    if command -v ccache >/dev/null; then
      set -- -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
    fi
  fi
  mkdir -p "$folder"
  cmake -S "$root" -B "$folder" "$@" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log"
    fail "configuring $folder failed"
  }
}

# compile FOLDER [OPTION...]
compile() {
  folder=$1
  shift
  cmake --build "$folder" --parallel "$(nproc 2>/dev/null || echo 2)" "$@" ||
    fail "building $folder failed"
}

fail() {
  echo "$*" >&2
  exit 1
}
