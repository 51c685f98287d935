#!/bin/sh
# What the README says is so: its commands run, its listings are those in use, its names exist.
# sh readme.sh SOURCE BUILD: BUILD is a finished build with examples
set -eu
source=$1 build=$2
readme=$source/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in examples shaders tests; do ln -s "$source/$name" $name; done
ln -s "$build" build
bad() { echo "README: $*"; exit 1; }

# blocks LANGUAGE: the lines of all such listings, after each a line with a form feed.
blocks() {
  awk -v start="\`\`\`$1" '$0 == "```" && on { on = 0; print "\f" } on { print } $0 == start { on = 1 }' \
    "$readme"
}

# The program is the first example; it was built from the README itself, and does the same.
blocks cpp >listing.cpp
tr -d '\f' <listing.cpp | grep -v '^$' >listing
grep -v '^$' examples/01_shader.cpp | cmp - listing || bad "its program is not examples/01_shader.cpp"
build/tests/readme_program examples/picture.png listing.png
build/examples/example_01_shader examples/picture.png example.png
cmp listing.png example.png || bad "its program does not what examples/01_shader does"

# Its picture is what the command under it renders.
grep -qF "topknot glsl examples/picture.frag --size 960x540 --out examples/picture.png" "$readme" ||
  bad "it does not say how its picture was made"
build/topknot glsl examples/picture.frag --size 960x540 --out picture.png
differ=$(compare -metric AE -fuzz 2% picture.png examples/picture.png null: 2>&1 || true)
[ "${differ%%.*}" -lt 2000 ] 2>/dev/null || bad "its picture differs in $differ pixels"

# Its commands run here, but for those that other tests run with other folders.
blocks sh | grep -vE '^sh (examples|tests)/run.sh$|^cmake |^c\+\+ ' >commands
csplit -sz -f block. commands '/^\f$/' '{*}'
ran=0
for block in block.*; do
  tr -d '\f' <"$block" | grep -v '^$' >script || continue
  echo "README, commands:"
  sed 's/^/  /' script
  { echo "set -e; trap 'kill \$! 2>/dev/null || true' EXIT"; cat script; } >script.sh
  sh script.sh >script.log 2>&1 || { cat script.log; bad "a command failed"; }
  ran=$((ran + $(wc -l <script)))
done
[ $ran -ge 15 ] || bad "only $ran of its commands ran"
for file in hills.png hills.000.png hills.002.png watched.png read.png read.ppm; do
  [ -s $file ] || bad "its commands did not write $file"
done

# The consumer's test does what it says about installing.
blocks cmake | while read -r line; do
  [ -z "$(echo "$line" | tr -d '\f')" ] || grep -qF "$line" tests/consumer/CMakeLists.txt ||
    bad "tests/consumer does not use: $line"
done
blocks sh | sed -n 's/^c++ //p' | while read -r line; do
  grep -qF -- "$line" tests/consumer/run.sh || bad "tests/consumer does not use: $line"
done

# Names in the tables and in the list of what shaders find exist, and those of CMake's options.
names=$(awk -F'|' '/^## Names/ { on = 1 } /^## Limits/ { on = 0 }
  on && NF > 1 { for (i = 3; i <= NF; ++i) print $i } on && NF == 1 { print }' "$readme" |
  grep -o "\`[^\`]*\`" | grep -oE '[A-Za-z_][A-Za-z0-9_]{2,}' |
  grep -vE '^(warp|desk|exr|uAmount|uTime|function|path|text|value|graph|true)$' | sort -u)
[ "$(echo "$names" | wc -l)" -ge 80 ] || bad "its tables have few names"
for name in $names; do
  grep -rqw -- "$name" "$source/include" "$source/src" "$source/shaders" || bad "'$name' does not exist"
done
for option in $(grep -oE "^\| \`(TOPKNOT|BUILD)_[A-Z_]*\`" "$readme" | tr -d '|` '); do
  grep -qE "(option|set)\($option " "$source/CMakeLists.txt" || bad "there is no option '$option'"
done
echo "README: $ran commands ran, $(echo "$names" | wc -l) names exist"
