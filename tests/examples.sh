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
for name in 01_shader 02_publish 03_watch 04_host feedback files pixel_function profile readback sequence \
  volume; do
  expect_refusal "usage: $name" "$examples/example_$name"
done
expect_refusal "nobody sends" "$examples/example_03_watch" topknot-nobody out.png 0
expect_refusal "nobody sends" "$examples/example_read_shm" topknot-nobody
expect_refusal "nobody sends" python3 "$source/examples/read_shm.py" topknot-nobody

# seen FILE: the picture for ImageMagick, whose own reader of exr is not installed everywhere.
seen() {
  case $1 in
    *.exr) ffmpeg -v error -y -i "$1" "$1.png" && echo "$1.png" ;;
    *) echo "$1" ;;
  esac
}
# is_picture FILE SIZE: another reader finds that size, and more than one colour.
is_picture() {
  shown=$(seen "$1") || bad "$1 cannot be read"
  size=$(identify -format '%wx%h' "$shown") || bad "$1 cannot be read"
  [ "$size" = "$2" ] || bad "$1 has $size pixels, not $2"
  [ "$(identify -format '%k' "$shown")" -gt 1 ] || bad "$1 has one colour"
}
# brightness FILE X,Y: of a pixel counted from the top left, in percent.
brightness() {
  convert "$1" -background black -alpha remove -colorspace gray -format "%[fx:int(100*p{$2})]" info:
}
# differs A B COUNT: in more pixels than that.
differs() {
  count=$(compare -metric AE -fuzz 3% "$(seen "$1")" "$(seen "$2")" null: 2>&1 || true)
  [ "${count%%.*}" -gt "$3" ] 2>/dev/null || bad "$1 and $2 differ in $count pixels only"
}

# Every picture arrives; the file has one channel of half the picture.
"$examples/example_readback" 6 half.png >log
[ "$(grep -c '^brightest: [1-9]' log)" -eq 6 ] || bad "readback did not tell of 6 pictures"
grep -qx '6 of 6 pictures fetched, 0 dropped' log || { cat log; bad "readback lost pictures"; }
is_picture half.png 128x256

# In frame 59 the circle is at the right, in frame 29 at the left, coming along the bottom.
"$examples/example_feedback" trail.png past.png >log
for file in trail past; do
  grep -qx "$work/$file.png" log || bad "feedback did not say that it wrote $file.png"
  is_picture $file.png 640x360
done
differs trail.png past.png 10000
[ "$(brightness trail.png 512,180)" -gt 50 ] || bad "the circle is not at the right"
[ "$(brightness past.png 128,180)" -gt 50 ] || bad "half a second ago it is not at the left"
[ "$(brightness trail.png 320,288)" -gt 10 ] || bad "it leaves no trail"
[ "$(brightness trail.png 320,72)" -lt 10 ] || bad "the trail does not fade"
[ "$(brightness past.png 320,288)" -eq 0 ] || bad "there is a trail before the circle was there"
"$examples/example_pixel_function" given.png vignette.png >log
is_picture vignette.png 960x540
differs vignette.png given.png 10000
grep -q "grade .*in the pass of 'vignette'" log || { cat log; bad "grade and vignette are two passes"; }
"$examples/example_volume" cut.png outline.png >log
for file in cut outline; do is_picture $file.png 512x512; done
differs cut.png outline.png 100000
grep -qx "float uHeight: where the cut is" log || { cat log; bad "volume does not list its uniforms"; }
"$examples/example_files" given.png saved/deep >log
for file in grade.0.exr grade.3.exr small.jpg exact.tif; do is_picture saved/deep/$file 960x540; done
differs saved/deep/grade.0.exr saved/deep/grade.3.exr 100000
[ "$(grep -c "^$work/saved/deep/" log)" = 6 ] || { cat log; bad "files did not say what it wrote"; }
mkdir frames
for i in 1 2 3 5; do convert given.png -resize 96x54! -modulate $((40 + 20 * i)) frames/in.00$i.png; done
"$examples/example_sequence" frames/in.###.png frames/out.##.jpg >log 2>err
grep -q "^5 pictures written" log || { cat log err; bad "sequence did not write 5 pictures"; }
grep -q "1 of 5 frames is missing: 4" err || { cat err; bad "sequence did not tell the gap"; }
for i in 0 1 2 3 4; do is_picture frames/out.0$i.jpg 96x54; done
differs frames/out.00.jpg frames/out.04.jpg 1000
expect_refusal "is named like" "$examples/example_sequence" frames/no.###.png frames/out.#.png
"$examples/example_profile" given.png trace.json >log
grep -q "idle" log || { cat log; bad "profile does not tell what nobody asked for"; }
python3 -c 'import json
names = {event["name"] for event in json.load(open("trace.json"))["traceEvents"]}
assert {"photo", "tilt", "glow"} <= names, names' || bad "trace.json is no trace of the operators"
expect_refusal "cannot write" "$examples/example_profile" given.png nowhere/trace.json

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
