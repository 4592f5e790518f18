# shellcheck shell=bash
# How many compilers may run at once. To be sourced.

# One per core, but no more than fit into memory: a file that includes CAF takes about 1 GB.
build_jobs() {
  local cores memory_kb
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null)
  local fitting=$((${memory_kb:-4000000} / 1000000))
  ((fitting >= 1)) || fitting=1
  printf '%s\n' $((cores < fitting ? cores : fitting))
}
