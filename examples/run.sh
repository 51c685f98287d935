#!/bin/sh
# The main job: a picture goes through a shader into shared memory, where another process reads it.
# sh examples/run.sh [PICTURE]
# TOPKNOT_BUILD names a finished build to use in place of making one, TOPKNOT_OUT where files go.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/setup.sh"

[ $# -le 1 ] || fail "usage: sh examples/run.sh [PICTURE]"
[ $# -eq 0 ] || [ -f "$1" ] || fail "there is no picture '$1'"

build=${TOPKNOT_BUILD-}
if [ -z "$build" ]; then
  # shellcheck disable=SC2086
  install_missing $build_packages
  build=$root/build
  configure "$build" -DCMAKE_BUILD_TYPE=Release -DTOPKNOT_BUILD_TESTS=OFF \
    -DTOPKNOT_BUILD_PROGRAM=ON -DTOPKNOT_BUILD_EXAMPLES=ON
  compile "$build"
fi

out=${TOPKNOT_OUT-$root/out}
name=topknot-example-$$
publisher=""
stop_publisher() {
  [ -n "$publisher" ] || return 0
  kill "$publisher" 2>/dev/null || true
  wait "$publisher" && ended=0 || ended=$?
  publisher=""
  return "$ended"
}
trap 'stop_publisher || true' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$out"
rm -f "$out/bent.png" "$out/received.png"
if [ $# -eq 1 ]; then
  picture=$1
else
  picture=$out/picture.png
  "$build/topknot" glsl "$root/examples/picture.frag" --size 960x540 --out "$picture" >/dev/null
  echo "No picture was given, so a shader drew one: $picture"
fi

# One process alone: picture, shader, file.
"$build/examples/example_01_shader" "$picture" "$out/bent.png" >/dev/null

# Two processes: this one publishes 60 frames that move, then the one that 01_shader saved …
"$build/examples/example_02_publish" "$picture" "$name" 60 >"$out/publisher.log" &
publisher=$!
tries=0
until grep -qs '^published' "$out/publisher.log"; do
  kill -0 "$publisher" 2>/dev/null || fail "the publisher ended too early"
  tries=$((tries + 1))
  [ $tries -lt 1200 ] || fail "the publisher did not get ready within two minutes"
  sleep 0.1
done
# … and this one reads it.
"$build/examples/example_03_watch" "$name" "$out/received.png" 60 >/dev/null
stop_publisher || fail "the publisher ended with status $?"
rm -f "$out/publisher.log"

cmp "$out/bent.png" "$out/received.png" || fail "the two pictures differ"
echo "$out/bent.png: $picture, bent by a shader and saved"
echo "$out/received.png: the same through shared memory, read and saved by a second process"
echo "The two files agree, byte for byte."
