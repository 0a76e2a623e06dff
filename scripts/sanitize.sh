#!/usr/bin/env bash
# The tests of what runs together, under sanitizers: the twin, live mode, scenarios and the communication models.
# Usage: scripts/sanitize.sh asan|tsan [options of ctest, such as -R Sms]
#   asan  address and undefined behaviour, leaks among them: every test of those folders, and real clients of the program
#   tsan  data races: the tests that run threads, and first light with SimGrid on two threads
# JOBS: builds and tests at once (as many as there are cores). The whole suite: scripts/test.sh --preset asan|tsan.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${JOBS:-$(nproc)}
preset=${1:-}
case "$preset" in
asan)
    folders=(sim/twin sim/live sim/scenario models/sms models/crm models/wan models/wire/sms models/wire/crm
        models/wire/smpp models/wire/radius models/wire/secured live)
    select=()
    ;;
tsan)
    folders=(sim/core models/meter sim/twin)
    select=(-R 'Thread|TwinContracts|Coupling|StepPool')
    ;;
*)
    sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
shift
build=$root/build/$preset
targets=("${folders[@]/#/tests/}")
cmake -S "$root" --preset "$preset" >/dev/null
cmake --build "$build" -j "$jobs" --target gridtwin "${targets[@]/%//all}" >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
failed=0
for folder in "${folders[@]}"; do
    echo "tests/$folder"
    ctest --test-dir "$build/tests/$folder" -j "$jobs" --output-on-failure --no-tests=ignore "${select[@]}" "$@" || failed=1
done
if [[ $preset == tsan ]]; then
    echo "scenarios/first-light.yaml, SimGrid, 2 threads"
    out=$(mktemp --suffix .h5)
    trap 'rm -f "$out"' EXIT
    TSAN_OPTIONS="suppressions=$root/cmake/sanitizers/tsan.supp" \
        "$build/bin/gridtwin" run --quiet --threads 2 "$root/scenarios/first-light.yaml" --out "$out" || failed=1
fi
exit "$failed"
