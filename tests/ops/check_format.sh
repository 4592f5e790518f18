#!/usr/bin/env bash
# clang-format over every C++ source. Version 14, Debian 12's: other versions format differently.
# To repair: clang-format-14 -i FILE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t sources < <(
  find pipeline storage actors cli bench tests docs -type f \( -name '*.cpp' -o -name '*.hpp' \) | sort
)
((${#sources[@]} >= 50)) || { echo "only ${#sources[@]} sources found: the search is broken" >&2; exit 1; }
echo "checking ${#sources[@]} sources"
exec clang-format-14 --dry-run -Werror "${sources[@]}"
