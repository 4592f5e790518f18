# shellcheck shell=bash
# Installs missing Debian packages. To be sourced after console.sh; reads packages.txt beside its folder.
#
# Exit codes: 2, this machine cannot install them (the message has the command to run by hand); 1, apt-get failed.

packages_file=${BASH_SOURCE[0]%/*}/../packages.txt

# Packages of groups, one a line.
packages_of() { # GROUP...
  local group
  for group in "$@"; do
    awk -v group="$group" '$1 == group { print $2 }' "$packages_file"
  done
}

# Those of the given packages that are not installed, one a line. dpkg-query answers nothing for an unknown one.
packages_missing() { # PACKAGE...
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
  done
}

# True when every package has a version that apt could install. The answer is read to its end (whoever stops at the first
# match kills apt-cache with SIGPIPE, which under pipefail is a failure) and in English.
packages_known() { # PACKAGE...
  local known
  known=$(LC_ALL=C apt-cache policy "$@" 2>/dev/null | awk '/^  Candidate: [^(]/ { known++ } END { print known + 0 }')
  ((known == $#))
}

packages_is_root() { [[ $(id -u) == 0 ]]; }

packages_as_root() { # COMMAND...
  if packages_is_root; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# Another apt may be at work on a fresh machine (unattended upgrades): wait for it, but not for ever.
packages_apt() { packages_as_root apt-get -y -o DPkg::Lock::Timeout=300 "$@"; }

# Asks for the password, if sudo needs one, before output goes to a log.
packages_get_rights() { # PACKAGE...
  packages_is_root && return
  if command -v sudo >/dev/null; then
    sudo -n true 2>/dev/null && return
    if [[ -t 0 ]] && sudo -v; then return; fi
  fi
  complain "installing packages needs root. Run this by hand, then start again:"
  say "    sudo apt-get install -y --no-install-recommends $*" >&2
  exit 2
}

packages_install() { # LOG_FOLDER GROUP...
  local log_folder=$1
  shift
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    complain "this is not Debian: there is no apt-get. Install what these Debian 12 packages hold, then use --no-install:"
    packages_of "$@" | paste -sd ' ' | fold -s -w 100 | sed 's/^/    /' >&2
    exit 2
  fi
  local -a wanted missing
  mapfile -t wanted < <(packages_of "$@")
  mapfile -t missing < <(packages_missing "${wanted[@]}")
  if ((${#missing[@]} == 0)); then
    detail "nothing to install: all ${#wanted[@]} packages are here"
    return
  fi
  packages_get_rights "${missing[@]}"
  detail "${#missing[@]} of ${#wanted[@]} packages are missing: ${missing[*]}"
  if ! packages_known "${missing[@]}"; then
    logged "apt-get update" "$log_folder/apt-update.log" progress_none packages_apt update || exit 1
    packages_known "${missing[@]}" ||
      die 2 "apt knows no version of some of: ${missing[*]}. They are Debian 12's; this is $(packages_system)."
  fi
  packages_get "$log_folder" "${missing[@]}"
  detail "installed"
}

# A package list that is too old names files that are gone from the mirror: then once more with a new list.
packages_get() { # LOG_FOLDER PACKAGE...
  local log_folder=$1
  shift
  local -a get=("apt-get install" "$log_folder/apt-install.log" progress_none
    packages_apt install --no-install-recommends "$@")
  run_logged "${get[@]}" && return
  logged "apt-get update" "$log_folder/apt-update.log" progress_none packages_apt update || exit 1
  logged "${get[@]}" || exit 1
}

# DuckDB, which loads an export and which Debian does not have. Where npm or its registry is not to be had it says so: the
# test is skipped then. One that NODE_PATH names is taken instead.
packages_get_duckdb() { # FOLDER
  local package=@duckdb/node-api@1.5.6-r.1 log=$1/test-logs/npm.log without='the test ops_load_duckdb will be skipped'
  [[ -z ${NODE_PATH:-} ]] || return 0
  command -v npm >/dev/null || { detail "no DuckDB, since npm is not installed: $without"; return 0; }
  mkdir -p "$1/node" "$1/test-logs"
  if timeout 60 npm install --prefix "$1/node" --no-audit --no-fund --fetch-retries=0 "$package" >"$log" 2>&1; then
    detail "$package is in $1/node"
    export NODE_PATH=$1/node/node_modules
  else
    detail "no DuckDB, since npm could not get $package ($log says why): $without"
  fi
}

packages_system() { (
  # shellcheck disable=SC1091
  . /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-unknown}"
); }
