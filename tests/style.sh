#!/bin/sh
# The written form: C++ as .clang-format has it, and scripts that shellcheck has nothing to say of.
# sh style.sh SOURCE
set -eu
cd "$1"
bad() { echo "style: $*"; exit 1; }

# Versions of clang-format differ from each other, so one is named.
format=$(command -v clang-format-14 || true)
[ -n "$format" ] || bad "clang-format-14 is missing"
command -v shellcheck >/dev/null || bad "shellcheck is missing"

find include src tests examples '(' -name '*.cpp' -o -name '*.h' ')' -exec "$format" --dry-run -Werror {} + ||
  bad "clang-format-14 -i writes these files otherwise"
find .ci/run examples tests '(' -name '*.sh' -o -path .ci/run ')' -exec shellcheck -x {} + ||
  bad "shellcheck has something to say"
echo "style: ok"
