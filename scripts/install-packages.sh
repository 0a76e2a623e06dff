#!/usr/bin/env bash
# Installs the Debian packages that GridTwin needs, only those that are missing.
# Usage: scripts/install-packages.sh [--check]     --check: list what is missing, install nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

missing=()
while read -r package; do
    [[ -z "$package" || "$package" == \#* ]] && continue
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ "$status" == installed ]] || missing+=("$package")
done < "$here/packages.txt"

if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
echo "GridTwin needs these Debian packages: ${missing[*]}"
if [[ "${1:-}" == --check ]]; then
    exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || { echo "error: not root, and no sudo: install them as root first" >&2; exit 1; }
    as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
