# shellcheck shell=bash
# A minimal Debian 12 in a folder, for tests that need one. To be sourced after ops/lib/console.sh; the caller has set
# `work` (a folder of its own, empty) and `logs`.

# Ends with 77 and the reason where such a root cannot be made.
need_minimal_root() {
  [[ $(id -u) == 0 ]] || skip "mount and chroot need root"
  command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed (ops/packages.txt names the package)"
  unshare --mount --propagation private --pid --fork true 2>/dev/null || skip "no namespace of its own for mounts here"
}
skip() {
  say "SKIPPED: $*"
  exit 77
}

# How this machine's apt reaches its mirror: proxies, and what it is told about dates.
apt_settings() {
  # shellcheck disable=SC2154 # of the caller
  apt-config dump | grep -E '^Acquire::(http|https|Check-)' >"$work/apt.conf"
}
proxy_variables() { env | grep -iE '^(https?|no)_proxy=' || true; }

share_package_files() { # ROOT
  mkdir -p "$1/var/cache/apt/archives"
  find /var/cache/apt/archives -maxdepth 1 -name '*.deb' -exec cp -lt "$1/var/cache/apt/archives" {} + 2>/dev/null ||
    find /var/cache/apt/archives -maxdepth 1 -name '*.deb' -exec cp -t "$1/var/cache/apt/archives" {} +
}

# The sources of this machine's apt, when it has any for Debian 12; else mmdebstrap's own.
make_base() { # FOLDER
  apt_settings
  # shellcheck disable=SC2154 # of the caller
  logged "mmdebstrap" "$logs/mmdebstrap.log" progress_none \
    mmdebstrap --variant=minbase --aptopt="$work/apt.conf" bookworm "$1"
}

# Runs a command in the root, in namespaces of its own: all mounts and processes end with it.
within() { # ROOT CACHE_OR_- COMMAND...
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount --propagation private --pid --fork --kill-child bash -c '
    root=$1 cache=$2
    shift 2
    mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit
    if [[ $cache != - ]]; then mkdir -p "$root/var/cache/ccache" && mount --bind "$cache" "$root/var/cache/ccache" || exit; fi
    exec chroot "$root" "$@"' - "$@"
}
