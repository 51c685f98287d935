#!/bin/sh
# All tests: plain (OpenGL 4.5), under the 4.6 override, and with sanitizers.
# sh tests/run.sh [--quick | --long]
#   --quick  the first run only
#   --long   afterwards for an hour or two what else takes seconds: random cooks, trees and calls, readbacks,
#            senders that are killed; and every fuzzer for a minute
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/setup.sh"

quick="" long=""
case ${1-} in
  "") ;;
  --quick) quick=1 ;;
  --long) long=1 ;;
  *) fail "usage: sh tests/run.sh [--quick | --long]" ;;
esac

# shellcheck disable=SC2086
install_missing $build_packages $test_packages

needs_gl='^(gl|top|ops|cli)/'
# Races between processes are invisible to the thread sanitizer: not ipc/processes_test and hammer_test.
threads='^graph/|^top/readback|^gl/download|^ipc/(clean|faults|frames|global|layout|neighbours|reader|frame_format)_|threads|context'
passed=0 failed=0
run_failed=""

# What cannot even be built ends here, red like a failed test.
fail() {
  echo "$*" >&2
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
}

# The window tests need a display.
headful=""
if [ -z "${DISPLAY-}" ] && command -v xvfb-run >/dev/null; then headful="xvfb-run -a"; fi

# run_tests TITLE FOLDER [OPTION...]: ctest, and what it counted.
run_tests() {
  title=$1 folder=$2
  shift 2
  echo "== $title"
  started=$(date +%s)
  log=$folder/Testing/Temporary/LastTest.log
  rm -f "$log"
  sound=yes
  # shellcheck disable=SC2086
  $headful ctest --test-dir "$folder" --output-on-failure --no-tests=error --timeout 900 \
    --parallel "$(nproc 2>/dev/null || echo 2)" "$@" ||
    sound=""
  # shellcheck disable=SC2046
  set -- $(count "$log")
  passed=$((passed + $1))
  failed=$((failed + $2))
  if [ -z "$sound" ] || [ "$2" -gt 0 ]; then run_failed="$run_failed; $title"; fi
  echo "== $title: $1 passed, $2 failed, $3 skipped, in $(($(date +%s) - started)) s"
  if [ "$4" -eq 0 ]; then run_failed="$run_failed; $title (no test with OpenGL ran)"; fi
  # Which ones depends on who runs them: some need root, others a user who is not.
  [ ! -f "$log" ] || sed -n 's/^\[  SKIPPED \] \(.*\) ([0-9]* ms)$/== skipped: \1/p' "$log"
}

# count LOG: passed, failed, skipped, and passed ones of the rooms with OpenGL. A GoogleTest program
# counts by its cases, any other as one.
count() {
  [ -f "$1" ] || { echo "0 1 0 0"; return; }
  awk -v gl="$needs_gl" '
    / Testing: / { name = $3; good = bad = absent = 0 }
    /^Command: ""$/ { absent = 1 }
    /^\[       OK \] / { ++good }
    /^\[  SKIPPED \] .* \([0-9]+ ms\)$/ { ++skipped }
    /^\[  FAILED  \] .* \([0-9]+ ms\)$/ { ++bad }
    /^Test Passed\.$/ && absent { ++failed; next }
    /^Test Passed\.$/ { passed += good > 0 ? good : 1; if (name ~ gl) opengl += good }
    /^Test (Failed|Fail Reason|Timeout)/ { passed += good; failed += bad > 0 ? bad : 1 }
    END { print passed + 0, failed + 0, skipped + 0, opengl + 0 }' "$1"
}

build=$root/build-tests
configure "$build/plain" -DTOPKNOT_WERROR=ON -DTOPKNOT_PRECOMPILE=ON -DCMAKE_BUILD_TYPE=Release
compile "$build/plain"
run_tests "plain driver" "$build/plain"

if [ -z "$quick" ]; then
  # Small pictures are drawn faster without the software renderer's threads, which had their turn.
  export LP_NUM_THREADS=0
  export MESA_GL_VERSION_OVERRIDE=4.6 MESA_GLSL_VERSION_OVERRIDE=460
  run_tests "OpenGL 4.6" "$build/plain" -R "$needs_gl"
  unset MESA_GL_VERSION_OVERRIDE MESA_GLSL_VERSION_OVERRIDE

  checked="-DCMAKE_BUILD_TYPE=Debug -DTOPKNOT_BUILD_EXAMPLES=OFF -DTOPKNOT_PRECOMPILE=ON"
  # shellcheck disable=SC2086
  configure "$build/asan" -DTOPKNOT_SANITIZE=address,undefined $checked \
    -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -D_GLIBCXX_ASSERTIONS"
  compile "$build/asan"
  # Of thread-local memory that begins 16 bytes into a page, LeakSanitizer takes what lies before it
  # for glibc 2.19's header, and crashes on the address there. Without it, what the dynamic linker
  # allocated counts as reachable all the same.
  export ASAN_OPTIONS="intercept_tls_get_addr=0"
  run_tests "address and undefined behaviour sanitizers" "$build/asan"
  unset ASAN_OPTIONS

  # shellcheck disable=SC2086
  configure "$build/tsan" -DTOPKNOT_SANITIZE=thread $checked -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -DTOPKNOT_TESTS="$threads"
  # Only the programs of the tests that will run.
  targets=$(ctest --test-dir "$build/tsan" -N -R "$threads" |
    sed -n 's|^ *Test *#[0-9]*: \([a-z_]*\)/[a-z0-9_]*$|\1_tests|p' | sort -u)
  # shellcheck disable=SC2086
  compile "$build/tsan" --target $targets
  export TSAN_OPTIONS="suppressions=$root/tests/tsan.supp"
  run_tests "thread sanitizer" "$build/tsan" -R "$threads"
fi

if [ -n "$long" ]; then
  export TOPKNOT_COOKS=1000000 TOPKNOT_TREES=500 TOPKNOT_READBACKS=10000 TOPKNOT_FUZZ_ROUNDS=2000
  export TOPKNOT_CALLS=100000
  export TOPKNOT_GUARD="$build/plain/topknot-guard"
  for name in ops/soak_test ops/trees_test ops/random_use_test top/readback_test io/load_faults_test ipc/neighbours_test; do
    echo "== long: $name"
    "$build/plain/tests/${name%/*}_tests" "--file=${name#*/}" || run_failed="$run_failed; long $name"
  done
  unset TOPKNOT_COOKS TOPKNOT_TREES TOPKNOT_READBACKS TOPKNOT_FUZZ_ROUNDS TOPKNOT_CALLS
  echo "== long: senders and readers"
  sh "$root/tests/ipc/hammer.sh" --seconds 60 --kills 500 --build "$build/plain" || run_failed="$run_failed; hammer"
  echo "== long: fuzzers"
  sh "$root/tests/fuzz/run.sh" --seconds 60 || run_failed="$run_failed; fuzzers"
fi

if [ -n "$run_failed" ]; then
  echo "Failed: ${run_failed#; }"
  [ $failed -gt 0 ] || failed=1
fi
echo "$passed passed, $failed failed"
[ -z "$run_failed" ]
