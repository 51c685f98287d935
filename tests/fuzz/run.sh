#!/bin/sh
# Fuzzes every decoder, the preprocessor and the rewriting of shaders, one after the other, on one core.
# sh tests/fuzz/run.sh [--seconds N] [--only NAME] [PICTURES]: N seconds each, 10 without; PICTURES
# is a folder with real pictures to begin with, else the one of TOPKNOT_SHARED or ../shared
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/examples/setup.sh"
. "$root/tests/fuzz/seeds.sh"

usage="usage: sh tests/fuzz/run.sh [--seconds N] [--only NAME] [PICTURES]"
seconds=10 only="" pictures=${TOPKNOT_SHARED:-$root/../shared}/images
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2?$usage}; shift 2 ;;
    --only) only=${2?$usage}; shift 2 ;;
    -*) fail "$usage" ;;
    *) pictures=$1; [ -d "$pictures" ] || fail "'$pictures' is no folder"; shift ;;
  esac
done
case $seconds in *[!0-9]* | "" | 0) fail "--seconds: expected a whole number above 0, found '$seconds'" ;; esac

targets="image png jpg bmp tga hdr exr tif dds shader preprocessor"
case " $targets " in
  *" ${only:-image} "*) ;;
  *) fail "--only: expected one of $targets, found '$only'" ;;
esac

# shellcheck disable=SC2086
install_missing $build_packages clang libclang-rt-14-dev imagemagick openexr python3
build=$root/build-fuzz
CC=clang CXX=clang++ configure "$build" -DTOPKNOT_BUILD_FUZZERS=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DTOPKNOT_SANITIZE=address,undefined -DTOPKNOT_BUILD_PROGRAM=OFF -DTOPKNOT_BUILD_EXAMPLES=OFF \
  -DTOPKNOT_BUILD_TESTS=OFF
programs=""
for target in ${only:-$targets}; do programs="$programs fuzz_$target"; done
# shellcheck disable=SC2086
compile "$build" --target $programs

program=${TOPKNOT_PROGRAM:-$root/build/topknot}
if [ ! -d "$build/seeds" ]; then
  set --
  for file in "$pictures"/*.*; do
    case $file in *.exr | *.jpg | *.png | *.tif) set -- "$@" "$file" ;; esac
  done
  picture_seeds "$build/seeds.new" "$@"
  shader_seeds "$build/seeds.new/shader"
  mv "$build/seeds.new" "$build/seeds"
fi

# What is not initialised shows where it is all ones.
export ASAN_OPTIONS="allocator_may_return_null=1:intercept_tls_get_addr=0:quarantine_size_mb=16:malloc_context_size=8:max_malloc_fill_size=65536:malloc_fill_byte=255"
found=0
table=$(printf '%-12s %12s %10s %8s %9s\n' target runs runs/s corpus findings)
for target in ${only:-$targets}; do
  work=$build/work/$target
  mkdir -p "$work/corpus" "$work/findings"
  rm -f "$work/findings"/*
  log=$work/log
  kept=$root/tests/fuzz/corpus/$target
  mkdir -p "$work/none"
  seeds=$build/seeds/$target
  [ "$target" != image ] || kept=$root/tests/fuzz/corpus
  [ "$target" != preprocessor ] || { kept=$root/tests/fuzz/corpus/shader seeds=$build/seeds/shader; }
  [ -d "$kept" ] || kept=$work/none
  most=65536
  case $target in shader | preprocessor) most=8192 ;; esac
  echo "== fuzz_$target, $seconds s"
  status=0
  "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -malloc_limit_mb=512 -max_len=$most -print_final_stats=1 -verbosity=1 \
    -artifact_prefix="$work/findings/" "$work/corpus" "$kept" "$seeds" \
    >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  findings=$(find "$work/findings" -type f | wc -l)
  if [ "$status" -ne 0 ] && [ "$findings" -eq 0 ]; then findings=1; fi
  if [ "$findings" -gt 0 ]; then
    grep -E 'ERROR|SUMMARY|runtime error|^    #[0-9]+ .*topknot' "$log" | head -n 12 || tail -n 20 "$log"
    found=$((found + findings))
  fi
  table=$table$(printf '\n%-12s %12s %10s %8s %9s' "$target" "${runs:-?}" "${speed:-?}" \
    "$(find "$work/corpus" -type f | wc -l)" "$findings")
done
echo "$table"
if [ "$found" -gt 0 ]; then
  echo "$found findings: see $build/work/*/findings"
  exit 1
fi
