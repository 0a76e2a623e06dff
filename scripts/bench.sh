#!/usr/bin/env bash
# The figures of docs/performance.md: every benchmark, then the skeleton of 100,100 meters.
# Usage: scripts/bench.sh [--benchmark_filter=REGEX ...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/install-packages.sh"
cmake -S "$root" --preset release >/dev/null
cmake --build "$root/build/release"
"$root/build/release/bin/gridtwin_bench" --benchmark_min_time=0.5 "$@"
out=$(mktemp --suffix .h5)
trap 'rm -f "$out"' EXIT
for threads in 1 2; do
    echo "skeleton-100k, $threads thread(s)"
    "$root/build/release/bin/gridtwin" run --quiet --profile --threads "$threads" \
        "$root/scenarios/skeleton-100k.yaml" --out "$out"
    "$root/build/release/bin/gridtwin" info --digest "$out"
done
