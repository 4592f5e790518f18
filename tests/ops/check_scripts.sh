#!/usr/bin/env bash
# Runs shellcheck over every script of the project, and looks for what it does not know: a pipe into a reader that may leave
# early. Under pipefail it kills the writer with SIGPIPE, and what was found counts as failed, now and then.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t scripts < <(
  find ops tests bench docs .ci -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -path .ci/run \) | sort
)
((${#scripts[@]} >= 10)) || { echo "only ${#scripts[@]} scripts found: the search is broken" >&2; exit 1; }
echo "checking ${#scripts[@]} scripts"
mapfile -t piping < <(grep -lE '^set -[a-z]*o pipefail' "${scripts[@]}")
leaves_early='\|[[:space:]]*(head|grep([[:space:]]+-[^[:space:]]+)*[[:space:]]+-[A-Za-z]*[qm]|sed[[:space:]][^|]*[0-9;]q)'
if grep -nE "$leaves_early" "${piping[@]}" /dev/null; then
  echo "these pipes end in a reader that may leave early; see the head of $0" >&2
  exit 1
fi
exec shellcheck --external-sources "${scripts[@]}"
