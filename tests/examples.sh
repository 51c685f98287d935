#!/bin/sh
# The examples do what they say. sh examples.sh SOURCE BUILD
set -eu
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bad() { echo "examples: $*"; exit 1; }

# expect_refusal WORDS COMMAND...: it fails, and says so.
expect_refusal() {
  words=$1
  shift
  if "$@" >log 2>&1; then bad "no failure: $*"; fi
  grep -q "$words" log || { cat log; bad "'$words' not said by: $*"; }
}

# The main job, on its own picture and on a given one, from another folder.
export TOPKNOT_BUILD="$build" TOPKNOT_OUT="$work/out"
sh "$source/examples/run.sh"
for file in picture bent received; do [ -s out/$file.png ] || bad "no $file.png"; done
cp "$source/examples/picture.png" given.png
sh "$source/examples/run.sh" given.png
cmp out/bent.png out/received.png || bad "bent.png and received.png differ"
[ ! -e out/publisher.log ] || bad "the publisher's log was left"
[ -z "$(find /dev/shm -name '*topknot-example-*')" ] || bad "shared memory was left"
expect_refusal "there is no picture" sh "$source/examples/run.sh" nowhere.png
echo text >text.png
expect_refusal "text.png" sh "$source/examples/run.sh" text.png

# Each alone.
examples=$build/examples
for name in 01_shader 02_publish 03_watch 04_host; do
  expect_refusal "usage: $name" "$examples/example_$name"
done
expect_refusal "nobody sends" "$examples/example_03_watch" topknot-nobody out.png 0
expect_refusal "nobody sends" "$examples/example_read_shm" topknot-nobody
expect_refusal "nobody sends" python3 "$source/examples/read_shm.py" topknot-nobody

# The window of the host shows the picture, tinted.
cat >tint.frag <<'END'
out vec4 c;
void main() { c = vec4(texture(sTD2DInputs[0], vUV.st).rgb * vec3(1.0, 1.0, 0.6), 1.0); }
END
"$build/topknot" glsl tint.frag --input given.png --size 640x480 --out expected.png
display=""
if [ -z "${DISPLAY-}" ]; then display="xvfb-run -a"; fi
$display "$examples/example_04_host" given.png 1 host.png
differ=$(compare -metric AE -fuzz 3% host.png expected.png null: 2>&1 || true)
[ "${differ%%.*}" -lt 3000 ] 2>/dev/null || bad "the host's window differs in $differ pixels"
echo "examples: ok"
