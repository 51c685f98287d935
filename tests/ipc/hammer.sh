#!/bin/sh
# The long tests of shared memory, between processes: frames for so many seconds, so many kills, and
# neighbours that remove the objects and write into them.
# sh tests/ipc/hammer.sh [--seconds N] [--kills N] [--build FOLDER]: 60 seconds, 500 kills, build
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
seconds=60 kills=500 build=$root/build
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { echo "usage: sh tests/ipc/hammer.sh [--seconds N] [--kills N] [--build FOLDER]" >&2; exit 2; }
  case $1 in
    --seconds) seconds=$2 ;;
    --kills) kills=$2 ;;
    --build) build=$2 ;;
    *) echo "there is no option '$1'" >&2; exit 2 ;;
  esac
  shift 2
done
cmake --build "$build" --target ipc_tests
TOPKNOT_HAMMER_SECONDS=$seconds TOPKNOT_HAMMER_KILLS=$kills exec "$build/tests/ipc_tests" --file=hammer_test
