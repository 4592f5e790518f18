#!/usr/bin/env bash
# Installs the built program with its systemd units, cron script, queries and documents. See --help.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"

usage() {
  cat <<'HELP'
Usage: ops/install.sh [--prefix DIR] [--build DIR]

Installs what is built (ops/quickstart.sh, or cmake --preset release and cmake --build --preset
release). Nothing is started or enabled; the last lines say how.

  --prefix DIR   default /usr/local
  --build DIR    default build/release of this project
  --help         print this and exit

With DESTDIR set, everything goes below that folder (for packages); paths inside the files do not
have it. Installed below PREFIX:
  bin/nba-scraper
  share/nba-scraper/ops/{cron,lib,queries}
  share/doc/nba-scraper/
and the two units: PREFIX/lib/systemd/system for /usr and /usr/local, else /etc/systemd/system;
and /etc/nba-scraper/nba-scraper.env, unless there is one.

Exit codes: 0 installed; 2 wrong arguments or nothing built; else what cmake or install answered.
HELP
}

prefix=/usr/local
build=$project/build/release
while (($# > 0)); do
  case $1 in
    --prefix | --build)
      [[ -n ${2:-} ]] || die 2 "$1 needs a value; see --help"
      if [[ $1 == --prefix ]]; then prefix=${2%/}; else build=$2; fi
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
[[ $prefix == /* ]] || die 2 "--prefix must be an absolute path, not '$prefix'"
[[ -x $build/nba-scraper ]] || die 2 "there is no program in $build; run ops/quickstart.sh first, or name another with --build"

root=${DESTDIR:-}
case $prefix in
  /usr | /usr/local) units=$prefix/lib/systemd/system ;;
  *) units=/etc/systemd/system ;; # systemd does not look elsewhere
esac
share=$prefix/share/nba-scraper
documents=$prefix/share/doc/nba-scraper

put() { # MODE SOURCE TARGET_FOLDER
  install -D -m "$1" -t "$root$3" "$2"
  detail "$3/$(basename "$2")"
}

heading "Installing${root:+ below $root}"
DESTDIR=$root cmake --install "$build" --prefix "$prefix" >/dev/null
detail "$prefix/bin/nba-scraper"

put 755 "$project/ops/cron/run_daily.sh" "$share/ops/cron"
put 644 "$project/ops/cron/crontab.example" "$share/ops/cron"
put 644 "$project/ops/cron/nba-scraper.env.example" "$share/ops/cron"
put 644 "$project/ops/lib/env_file.sh" "$share/ops/lib"
for query in "$project"/ops/queries/*.sql; do
  put 644 "$query" "$share/ops/queries"
done
put 644 "$project/README.md" "$documents"
for document in "$project"/docs/*.md; do
  put 644 "$document" "$documents"
done

for unit in nba-scraper-daily.service nba-scraper-daily.timer; do
  install -d "$root$units"
  sed -e "s#/usr/local/bin/#$prefix/bin/#g" -e "s#/usr/local/share/#$prefix/share/#g" \
    "$project/ops/systemd/$unit" >"$root$units/$unit"
  chmod 644 "$root$units/$unit"
  detail "$units/$unit"
done

settings=/etc/nba-scraper/nba-scraper.env
if [[ -e $root$settings ]]; then
  detail "$settings (kept as it is)"
else
  # It may come to hold a password: for root alone. systemd reads it as root; for cron give it to the cron user.
  install -D -m 600 "$project/ops/cron/nba-scraper.env.example" "$root$settings"
  detail "$settings"
fi

heading "Every day, with systemd"
say "  systemctl daemon-reload"
say "  systemctl enable --now nba-scraper-daily.timer"
say "  systemctl start nba-scraper-daily.service && journalctl -fu nba-scraper-daily   # once, now"
heading "Or with cron"
say "  see $share/ops/cron/crontab.example; the script is $share/ops/cron/run_daily.sh,"
say "  and it needs NBA_SCRAPER_LOG_DIR, a folder its user may write to"
