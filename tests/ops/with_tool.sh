#!/usr/bin/env bash
# Runs a test if a tool is installed; else says so and ends with 77, which CTest reports as skipped.
#   with_tool.sh TOOL COMMAND...
set -euo pipefail
tool=${1:?usage: with_tool.sh TOOL COMMAND...}
shift
if ! command -v "$tool" >/dev/null; then
  echo "SKIPPED: $tool is not installed (ops/packages.txt names the package)"
  exit 77
fi
exec "$@"
