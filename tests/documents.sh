#!/bin/sh
# What the documents say is so: their commands run, their listings are those in use, their links and names exist.
# sh documents.sh SOURCE BUILD: BUILD is a finished build with examples
set -eu
source=$1 build=$2
readme=$source/README.md
documents="$readme $(cd "$source" && find examples include src tests shaders -name README.md ! -path src/ops/README.md | sort | sed "s|^|$source/|")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for name in examples shaders tests; do ln -s "$source/$name" $name; done
ln -s "$build" build
bad() { echo "documents: $*"; exit 1; }
# Words of their own that they quote; no names.
aside='warp|desk|exr|uAmount|uTime|function|path|text|value|graph|true|ERROR|frag|hdr|about|tracing|clang|tidy'

# blocks LANGUAGE: the lines of all such listings in all documents, after each a line with a form feed.
blocks() {
  # shellcheck disable=SC2086
  awk -v start="\`\`\`$1" '$0 == "```" && on { on = 0; print "\f" } on { print } $0 == start { on = 1 }' \
    $documents
}

# A first reader reads the README to its end.
[ "$(wc -l <"$readme")" -le 350 ] || bad "README.md has more than 350 lines"

# What they link to exists, seen from where they stand.
for document in $documents; do
  awk '/^```/ { code = !code; next } !code' "$document" | grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//; s/#.*//' |
    grep -vE '^https?:|^$' >links || true
  while read -r link; do
    [ -e "$(dirname "$document")/$link" ] || bad "${document#"$source"/} links to '$link', which is not there"
  done <links
done

# The README's program is the first example; it was built from the README itself, and does the same.
blocks cpp | awk '$0 == "\f" { exit } $0 != ""' >listing
grep -v '^$' examples/01_shader.cpp | cmp - listing || bad "the program in README.md is not examples/01_shader.cpp"
build/tests/readme_program examples/picture.png listing.png
build/examples/example_01_shader examples/picture.png example.png
cmp listing.png example.png || bad "the program in README.md does not what examples/01_shader does"

# The other listings are parts of what is compiled; how far they are indented does not matter.
bare() { sed 's/^ *//' "$@" | grep -v '^$'; }
mkdir pieces parts
for file in examples/*.cpp "$source"/src/ops/*.cpp tests/ops/*.cpp shaders/*.glsl; do
  bare "$file" | tr '\n' '\001' >pieces/"$(echo "${file#"$source"/}" | tr / _)"
done
{ blocks cpp; blocks glsl; } | csplit -sz -f parts/ - "$(printf '/^\f$/')" '{*}'
found=0
for part in parts/*; do
  tr -d '\f' <"$part" | bare | tr '\n' '\001' >piece || continue
  [ -s piece ] || continue
  python3 -c 'import sys
piece, *files = [open(name, encoding="utf-8").read() for name in sys.argv[1:]]
sys.exit(not any(("\1" + file).count("\1" + piece) for file in files))' piece pieces/* ||
    bad "a listing is no part of the examples or operators: $(tr '\001' '\n' <piece | head -n 3)"
  found=$((found + 1))
done
[ $found -ge 7 ] || bad "only $found listings were looked at"

# The README's operators are those that there are, with their own words.
awk -F' *[|] *' '/^## / { on = $0 == "## Operators" } on && $3 ~ /^`/ { print $3, $4 }' "$readme" |
  tr -d '`' | sort >listed
build/topknot ops | sed 's/^\([a-z0-9]*\) */\1 /' | sort >existing
# What it says of operators is so; one that joined since need not be there yet.
comm -13 existing listed >wrong
[ ! -s wrong ] || { cat wrong; bad "the operators in README.md are not as 'topknot ops' has them"; }
comm -23 existing listed | sed 's/^/not in the README yet: /'

# The reference of the operators is what the program writes.
build/topknot ops --markdown | diff - "$source/src/ops/README.md" >changed ||
  { head -n 20 changed; bad "src/ops/README.md is not what 'topknot ops --markdown' writes"; }

# What they say examples/profile.cpp prints is what it prints, but for times, the order that they make, and widths of columns.
plain() {
  tr '\f' '\n' | sed -E 's/GPU: .*/GPU:/; s/ +[0-9.]+ ms GPU$//; s/[0-9]+\.[0-9]+/0/g; s/ +/ /g; s/ $//; /^$/d' | sort
}
build/examples/example_profile examples/picture.png trace.json | plain >printed
blocks text | plain >listed
[ "$(wc -l <listed)" -ge 10 ] || bad "no document shows what examples/profile.cpp prints"
diff printed listed || bad "examples/profile.cpp prints something else"

# The README's picture is what the command under it renders.
grep -qF "topknot glsl examples/picture.frag --size 960x540 --out examples/picture.png" "$readme" ||
  bad "README.md does not say how its picture was made"
build/topknot glsl examples/picture.frag --size 960x540 --out picture.png
differ=$(compare -metric AE -fuzz 2% picture.png examples/picture.png null: 2>&1 || true)
[ "${differ%%.*}" -lt 2000 ] 2>/dev/null || bad "the picture in README.md differs in $differ pixels"

# Their commands run here, but for those that other tests run with other folders.
blocks sh | grep -vE '^sh (examples|tests|tests/bench)/run.sh$|^cmake |^c\+\+ ' >commands
csplit -sz -f block. commands '/^\f$/' '{*}'
ran=0
for block in block.*; do
  tr -d '\f' <"$block" | grep -v '^$' >script || continue
  echo "documents, commands:"
  sed 's/^/  /' script
  { echo "set -e; trap 'kill \$! 2>/dev/null || true' EXIT"; cat script; } >script.sh
  sh script.sh >script.log 2>&1 || { cat script.log; bad "a command failed"; }
  ran=$((ran + $(wc -l <script)))
done
[ $ran -ge 15 ] || bad "only $ran of their commands ran"
for file in hills.png hills.000.png hills.002.png watched.png read.png read.ppm; do
  [ -s $file ] || bad "their commands did not write $file"
done

# The consumer's test does what they say about installing.
blocks cmake | while read -r line; do
  [ -z "$(echo "$line" | tr -d '\f')" ] || grep -qF "$line" tests/consumer/CMakeLists.txt ||
    bad "tests/consumer does not use: $line"
done
blocks sh | sed -n 's/^c++ //p' | while read -r line; do
  grep -qF -- "$line" tests/consumer/run.sh || bad "tests/consumer does not use: $line"
done

# What they quote exists: files, options of the benchmarks, names; those of TouchDesigner's column aside.
quotes() {
  # shellcheck disable=SC2086
  awk -F'|' '/^```/ { code = !code; next } code { next } /^## / { on = $0 == "## Names" }
    on && NF > 1 { for (i = 3; i <= NF; ++i) print $i; next } { print }' $documents |
    grep -o "\`[^\`]*\`" | tr -d '`' | sort -u
}
quotes | grep -E '^(include|src|shaders|tests|examples)/[A-Za-z0-9_./]*$' >paths
while read -r path; do [ -e "$source/$path" ] || bad "there is no '$path'"; done <paths
quotes | sed -n 's/^\(--[a-z]*\).*/\1/p' >switches
while read -r name; do
  grep -qwe "$name" "$source/tests/bench/run.sh" "$source/tests/run.sh" "$source"/src/cli/*.cpp ||
    bad "there is no option '$name'"
done <switches
names=$(quotes | grep -vE '[^ ]/[^ ]|^--|^(topknot|sh|ninja|clang-tidy) ' |
  grep -oE '[A-Za-z_][A-Za-z0-9_]{2,}' | grep -vE "^($aside)$" | sort -u)
[ "$(echo "$names" | wc -l)" -ge 120 ] || bad "they quote few names"
for name in $names; do
  grep -rqw -- "$name" "$source/include" "$source/src" "$source/shaders" "$source/CMakeLists.txt" ||
    bad "'$name' does not exist"
done
for mark in '<!-- benchmarks -->' '<!-- /benchmarks -->'; do
  grep -qxF "$mark" "$source/tests/bench/README.md" || bad "tests/bench/README.md has no '$mark'"
done
for option in $(grep -oE "^\| \`(TOPKNOT|BUILD)_[A-Z_]*\`" "$readme" | tr -d '|` '); do
  grep -qE "(option|set)\($option " "$source/CMakeLists.txt" || bad "there is no option '$option'"
done
echo "documents: $ran commands ran, $(echo "$names" | wc -l) names exist"
