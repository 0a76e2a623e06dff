#!/usr/bin/env bash
# clang-format and clang-tidy over the whole tree, or over the files given.
# Usage: scripts/lint.sh [--format-only] [FILE ...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
format_only=no
if [[ "${1:-}" == --format-only ]]; then
    format_only=yes
    shift
fi
for tool in clang-format clang-tidy; do
    command -v "$tool" >/dev/null || { echo "error: $tool is missing (apt-get install $tool)" >&2; exit 1; }
done
files=("$@")
if [[ ${#files[@]} -eq 0 ]]; then
    mapfile -t files < <(git ls-files 'sim/*.[ch]pp' 'models/*.[ch]pp' 'tests/*.[ch]pp' 'cmake/*.[ch]pp')
fi
clang-format --dry-run --Werror "${files[@]}"
[[ $format_only == yes ]] && exit 0

# clang cannot read GCC's precompiled header: a configuration without it serves the compile commands.
cmake -S . -B build/lint -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
tidy() {
    local header=cmake/pch.hpp
    [[ "$1" == tests/* ]] && header=tests/pch.hpp
    clang-tidy --quiet -p build/lint --extra-arg=-include --extra-arg="$PWD/$header" "$1" 2>/dev/null
}
export -f tidy
printf '%s\n' "${files[@]}" | grep '\.cpp$' | grep -v 'pch\.cpp$' | xargs -P "$(nproc)" -I{} bash -c 'tidy {}'
echo "clang-format and clang-tidy have nothing to say"
