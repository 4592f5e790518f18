#!/usr/bin/env bash
# Runs shellcheck over every script of the project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t scripts < <(
  find ops tests bench docs .ci -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -path .ci/run \) | sort
)
((${#scripts[@]} >= 10)) || { echo "only ${#scripts[@]} scripts found: the search is broken" >&2; exit 1; }
echo "checking ${#scripts[@]} scripts"
exec shellcheck --external-sources "${scripts[@]}"
