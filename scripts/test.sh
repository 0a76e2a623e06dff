#!/usr/bin/env bash
# The whole test suite through CTest: installs what is missing, builds, runs.
# Usage: scripts/test.sh [--preset dev|asan|tsan] [options of ctest, such as -L truth]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=dev
if [[ "${1:-}" == --preset ]]; then
    preset=$2
    shift 2
fi
"$root/scripts/install-packages.sh"
cmake -S "$root" --preset "$preset"
cmake --build "$root/build/$preset"
ctest --test-dir "$root/build/$preset" --output-on-failure -j "$(nproc)" "$@"
