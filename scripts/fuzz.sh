#!/usr/bin/env bash
# Fuzzes a reader of what comes from outside with libFuzzer, address and undefined-behaviour sanitizers.
# Usage: scripts/fuzz.sh [--target NAME] [--seconds S | --runs N] [--fast] [--build-only] [options of libFuzzer]
#   --target NAME dss (unless told otherwise) or another of tests/fuzz/NAME_fuzz.cpp
#   --seconds S   stop after S seconds (60 unless told otherwise)
#   --runs N      stop after N inputs
#   --fast        without sanitizers: an abort, a hang and the memory limit are found all the same
# Needs clang and its runtime (Debian: clang libclang-rt-14-dev). Found inputs go to build/fuzz*/findings,
# new ones that reach further to build/fuzz*/corpus.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
limit=(-max_total_time=60)
build=$root/build/fuzz
instrument="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
link=-fsanitize=address,undefined
build_only=no
target=dss
while [[ $# -gt 0 ]]; do
    case "$1" in
    --target) target="$2"; shift 2 ;;
    --seconds) limit=(-max_total_time="$2"); shift 2 ;;
    --runs) limit=(-runs="$2"); shift 2 ;;
    --fast) build=$root/build/fuzz-fast; instrument=-fsanitize-coverage=inline-8bit-counters,pc-table; link=; shift ;;
    --build-only) build_only=yes; shift ;;
    *) break ;;
    esac
done
mkdir -p "$root/build"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_CXX_FLAGS="-O2 -g1 $instrument" \
    -DCMAKE_EXE_LINKER_FLAGS="$link" \
    -DGRIDTWIN_LIBFUZZER=ON -DGRIDTWIN_TESTS=OFF -DGRIDTWIN_BENCH=OFF >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
cmake --build "$build" --target "${target}_fuzz" -j "${JOBS:-$(nproc)}"
[[ $build_only == yes ]] && exit 0
mkdir -p "$build/corpus/$target" "$build/findings"
inputs=("$build/corpus/$target" "$root/tests/fuzz/corpus/$target")
[[ $target == dss ]] && inputs+=("$root"/scenarios/feeders/*/)
dictionary=()
[[ -f $root/tests/fuzz/$target.dict ]] && dictionary=(-dict="$root/tests/fuzz/$target.dict")
exec "$build/tests/fuzz/${target}_fuzz" "${limit[@]}" -max_len=4096 -timeout=10 -entropic=0 -rss_limit_mb=2048 \
    "${dictionary[@]}" -artifact_prefix="$build/findings/" -print_final_stats=1 "$@" "${inputs[@]}"
