#!/usr/bin/env bash
# A fresh Debian 12, and in it the two commands of README.md. See --help.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"
# shellcheck source=tests/ops/minimal_root.bash
. "$project/tests/ops/minimal_root.bash"

variants_all=(root user no-locale old-list no-cache)

usage() {
  cat <<'HELP'
Usage: tests/ops/fresh_machine.sh [--variant NAME]... [--keep]

Makes a minimal Debian 12 in a folder (mmdebstrap), unpacks a tarball of this tree there, without
git history and without anything built, and runs the two commands of README.md as they stand in it.

  --variant NAME   may be given more than once; default root:
                     root       as root; the compiler cache and the package files of this machine
                     user       as a user with sudo, without them
                     no-locale  as root, with a locale that is not there
                     old-list   as root, with a package list whose files are gone from the mirror
                     no-cache   as root, without any cache
  --keep           leave the folder, and say where it is
  --help           print this and exit

It needs root (mount, chroot), mmdebstrap, and the Debian mirror of this machine's apt. The folder
is below NBA_FRESH_MACHINE_DIR (default /var/tmp) and grows to about 3 GB.

Exit codes: 0 both commands passed in every variant; 1 one did not; 2 wrong arguments; 77 skipped,
with the reason.
HELP
}

variants=()
keep=no
while (($# > 0)); do
  case $1 in
    --variant)
      [[ " ${variants_all[*]} " == *" ${2:-} "* && -n ${2:-} ]] ||
        die 2 "unknown variant '${2:-}'; there is ${variants_all[*]}"
      variants+=("$2")
      shift
      ;;
    --keep) keep=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
((${#variants[@]} > 0)) || variants=(root)

need_minimal_root

work=$(mktemp -d "${NBA_FRESH_MACHINE_DIR:-/var/tmp}/nba-fresh-machine.XXXXXX") || exit 1
logs=$project/build/fresh-machine-logs
mkdir -p "$logs"
# What is mounted is mounted in namespaces that are gone by then.
# shellcheck disable=SC2317 # by the trap
clean_up() {
  if [[ $keep == yes ]]; then say "left in $work"; else rm -rf --one-file-system "$work"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

unpack_tree() { # ROOT
  local -a files
  # The same path as here, which is what the compiler cache goes by.
  mkdir -p "$1$project"
  if mapfile -d '' files < <(git -C "$project" ls-files -z --cached --others --exclude-standard 2>/dev/null) &&
    ((${#files[@]} > 0)); then
    printf '%s\0' "${files[@]}" | (cd "$project" && xargs -0 ls -d 2>/dev/null) >"$work/files"
    tar -C "$project" -T "$work/files" -cf "$work/tree.tar"
  else
    tar -C "$project" --exclude=./build --exclude=./.git -cf "$work/tree.tar" .
  fi
  tar -C "$1$project" --no-same-owner -xf "$work/tree.tar"
}

# The indented lines of the README's section, without their remarks.
readme_commands() {
  sed -n '/^## Two commands$/,/^## /s/^    \([^#]*[^# ]\) *\(#.*\)\?$/\1/p' "$project/README.md"
}

# A list as it was when the mirror still had other files.
make_list_old() { # ROOT
  local list
  within "$1" - apt-get update >"$logs/old-list.log" 2>&1 || return
  for list in "$1"/var/lib/apt/lists/*_Packages; do
    sed -i 's|^\(Filename: .*/\)\([^/]*\)$|\1gone-\2|' "$list"
  done
  for list in "$1"/var/lib/apt/lists/*_InRelease; do
    # Another day's: other dates and sums, so the next update finds that it changed.
    sed -i -e 's/^Date: .*/Date: Sat, 10 Jun 2023 08:00:00 UTC/' -e 's/^ [0-9a-f]\{16\}/ 0123456789abcdef/' "$list"
    touch -d '2023-06-10 08:00 UTC' "$list"
  done
  # Those would be taken instead of what is missing.
  find "$1/var/cache/apt" -type f -delete
}

# What must be there afterwards, besides two exit codes of 0.
look_at_result() { # ROOT LOG
  local tree=$1$project status=0
  "$project/tests/ops/check_hardening.sh" "$tree/build/release/nba-scraper" || status=1
  [[ -s $tree/quickstart.db ]] || { complain "the quickstart left no database"; status=1; }
  local log
  log=$(<"$2")
  [[ $log == *'Finished in '* ]] || { complain "the backfill's report is missing"; status=1; }
  [[ $log == *'100% tests passed'* ]] || { complain "CTest's summary is missing"; status=1; }
  return "$status"
}

run_variant() { # NAME
  local name=$1 root=$work/$1 log=$logs/$1.log cache=- user=root home=/root started=$SECONDS
  local -a environment=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" TERM=dumb NBA_IN_FRESH_MACHINE=1)
  local line
  while read -r line; do environment+=("$line"); done < <(proxy_variables)
  cp -a "$work/base" "$root"
  case $name in
    user)
      user=somebody home=/home/somebody
      within "$root" - bash -c "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends sudo &&
        useradd --create-home --shell /bin/bash $user && echo '$user ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/$user &&
        apt-get clean && rm -rf /var/lib/apt/lists/*" >"$logs/user.log" 2>&1 || { complain "no user with sudo could be made"; return 1; }
      ;;
    no-locale) environment+=(LANG=xx_XX.UTF-8 LC_ALL=xx_XX.UTF-8) ;;
    old-list) make_list_old "$root" || { complain "no package list; see $logs/old-list.log"; return 1; } ;;
  esac
  case $name in
    root | no-locale)
      share_package_files "$root" ;;&
    root | no-locale | old-list)
      if command -v ccache >/dev/null; then
        cache=$(ccache --get-config cache_dir) && mkdir -p "$cache"
        environment+=(CCACHE_DIR=/var/cache/ccache)
      fi
      ;;
  esac
  unpack_tree "$root"
  [[ $user == root ]] || chown -R --reference="$root$home" "$root$project"
  {
    echo 'set -e'
    printf 'cd %q\n' "$project"
    readme_commands
  } >"$root/readme.sh"
  chmod 755 "$root/readme.sh"
  local code=0
  run_logged "$name" "$log" progress_none \
    within "$root" "$cache" setpriv --reuid "$user" --regid "$user" --init-groups \
    env -i "${environment[@]}" HOME="$home" USER="$user" bash /readme.sh || code=$?
  if ((code != 0)); then
    complain "$name: README.md's commands ended with $code; the last lines of $log:"
    tail -n 40 "$log" | sed 's/^/    /' >&2
    find "$root$project/build" -maxdepth 2 -path '*-logs/*' -exec cp -t "$logs" {} + 2>/dev/null
    return 1
  fi
  look_at_result "$root" "$log" || return
  detail "$name: passed in $((SECONDS - started)) s ($(grep -E 'tests passed' "$log"))"
  rm -rf --one-file-system "$root"
}

mapfile -t commands < <(readme_commands)
((${#commands[@]} == 2)) || die 1 "README.md should have two commands under 'Two commands', not ${#commands[@]}: ${commands[*]}"
heading "A fresh Debian 12"
make_base "$work/base" || exit 1
heading "README.md: ${commands[0]}, ${commands[1]}"
failed=0
for variant in "${variants[@]}"; do run_variant "$variant" || failed=1; done
exit "$failed"
