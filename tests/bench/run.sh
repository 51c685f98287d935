#!/bin/sh
# The benchmarks: ratios to raw OpenGL and to other libraries within one run, as a Markdown table.
# sh tests/bench/run.sh [--quick] [--peers] [--only LIST] [KIT]
#   --quick      fewer rounds, the large pictures left out: a look, nothing to quote
#   --peers      install and measure other libraries as well (Movit, libplacebo, GEGL, vips, GStreamer)
#   --only LIST  of w1,points,w5,clean,crop,first,start,shm,encode,readback
#   KIT          the measuring kit's folder; ../shared/bench beside the project if left out
# Meant for a machine that does nothing else: rounds wait for quiet, 20 seconds at most. Everything
# lies in build-bench: the programs, and results/*.jsonl with every case behind the table.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/examples/setup.sh"

usage="usage: sh tests/bench/run.sh [--quick] [--peers] [--only LIST] [KIT]"
all="w1 points w5 clean crop first start shm encode readback"
quick="" peers=OFF only=$all kit=$root/../shared/bench
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --peers) peers=ON ;;
    --only)
      [ $# -ge 2 ] || fail "$usage"
      only=$(echo "$2" | tr ',' ' ')
      shift
      ;;
    -*) fail "$usage" ;;
    *) kit=$1 ;;
  esac
  shift
done
for name in $only; do
  case " $all " in *" $name "*) ;; *) fail "there is no benchmark '$name'; there are: $all" ;; esac
done
[ -f "$kit/src/common/bench.hpp" ] ||
  fail "there is no measuring kit in '$kit' (no src/common/bench.hpp); name its folder: $usage"
kit=$(CDPATH='' cd -- "$kit" && pwd)

peer_packages="libmovit-dev libplacebo-dev libgegl-dev libvips-dev libgstreamer1.0-dev
  libgstreamer-plugins-base1.0-dev gstreamer1.0-gl gstreamer1.0-plugins-base gstreamer1.0-plugins-bad
  libopenimageio-dev"
[ $peers = ON ] || peer_packages=""
# shellcheck disable=SC2086
install_missing $build_packages libepoxy-dev libegl-dev libpng-dev valgrind python3 imagemagick $peer_packages

build=$root/build-bench
configure "$build" -DCMAKE_BUILD_TYPE=Release \
  -DTOPKNOT_BUILD_TESTS=OFF -DTOPKNOT_BUILD_PROGRAM=OFF -DTOPKNOT_BUILD_EXAMPLES=OFF \
  -DTOPKNOT_BUILD_BENCHMARKS=ON "-DTOPKNOT_BENCH_KIT=$kit" -DTOPKNOT_BENCH_PEERS=$peers
compile "$build" >"$build/build.log" || { cat "$build/build.log"; fail "building failed"; }

# Photographs: the kit's own if they have been prepared, else those beside it, else its synthetic ones.
photographs=$build/photographs
prepare_photographs() {
  if [ -f "$kit/data/photo_b_3840x2160.rgba" ]; then
    photographs=$kit/data
    return
  fi
  [ ! -f "$photographs/photo_b_3840x2160.rgba" ] || return 0
  mkdir -p "$photographs"
  for one in a=Desk b=Ocean; do
    picture=$kit/../images/${one#*=}.jpg
    [ -f "$picture" ] || { echo "no $picture: synthetic pictures are used" >&2; return 0; }
    for size in 1920x1080 3840x2160; do
      convert "$picture" -resize "$size^" -gravity center -extent $size -alpha set -depth 8 \
        "rgba:$photographs/photo_${one%=*}_$size.rgba"
    done
  done
}
case " $only " in *" w1 "* | *" points "* | *" crop "* | *" encode "*) prepare_photographs ;; esac
export KIT_DATA="$photographs"

results=$build/results
mkdir -p "$results"
rounds=9 few=5 large="" quiet=20
if [ -n "$quick" ]; then rounds=3 few=2 large="--size 1080" quiet=2; fi

# measure NAME OPTION...: one program; its lines go to results/NAME.jsonl.
measure() {
  name=$1
  shift
  case " $only " in *" $name "*) ;; *) return 0 ;; esac
  echo "== $name" >&2
  "$build/tests/bench/bench_$name" --rounds $rounds --quiet $quiet "$@" >"$results/$name.jsonl" ||
    fail "bench_$name failed"
  done="$done $results/$name.jsonl"
}

# Instructions an operator, by valgrind: the difference of two numbers of frames.
count_instructions() {
  case " $only " in *" w5 "*) ;; *) return 0 ;; esac
  echo "== instructions" >&2
  : >"$results/instructions.jsonl"
  for name in gl_pernode topknot_pixel_unfused topknot_math_unfused; do
    python3 "$kit/callgrind.py" "$build/tests/bench/bench_w5" $name 1000 1 $few \
      >>"$results/instructions.jsonl" || fail "counting the instructions of $name failed"
  done
  done="$done $results/instructions.jsonl"
}

done=""
# shellcheck disable=SC2086
measure w1 --min-ms 150 $large
measure points --min-ms 150
LP_NUM_THREADS=0 measure w5
count_instructions
measure clean
measure crop --min-ms 150
measure first
measure start
measure shm
measure encode
# shellcheck disable=SC2086
measure readback --min-ms 100 $large
# shellcheck disable=SC2086
python3 "$root/tests/bench/table.py" $done
