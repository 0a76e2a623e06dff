#!/usr/bin/env bash
# First light: installs what is missing, builds a release, runs one town for one day.
# Usage: scripts/demo.sh [options of `gridtwin run`]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/install-packages.sh"
cmake -S "$root" --preset release
cmake --build "$root/build/release" --target gridtwin
out="$root/build/first-light.h5"
"$root/build/release/bin/gridtwin" run "$root/scenarios/first-light.yaml" --out "$out" "$@"
"$root/build/release/bin/gridtwin" info "$out" --picture "${out%.h5}.svg" --quiet
echo "Results: $out"
echo "Picture: ${out%.h5}.svg"
