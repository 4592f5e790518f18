#!/usr/bin/env bash
# Installs the built program with its units, man pages, shell completion, cron script, queries, alert rules and documents.
# See --help.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"

usage() {
  cat <<'HELP'
Usage: ops/install.sh [--prefix DIR] [--build DIR]

Installs what is built (ops/quickstart.sh, or cmake --preset release and cmake --build --preset
release). Nothing is started or enabled; the last lines say how. ops/package.sh makes a Debian package
of the same files.

  --prefix DIR   default /usr/local
  --build DIR    default build/release of this project
  --help         print this and exit

With DESTDIR set, everything goes below that folder (for packages); paths inside the files do not
have it. Installed below PREFIX:
  bin/nba-scraper
  share/man/man1/nba-scraper.1, share/man/man5/nba-scraper-config.5
  completion of the command line for bash, zsh and fish
  share/nba-scraper/ops/{cron,lib,queries,prometheus}
  share/doc/nba-scraper/
and, in PREFIX/lib for /usr and /usr/local, else in /etc:
  systemd/system/nba-scraper-*    the units
  sysusers.d/, tmpfiles.d/        their user and folders
and, unless they are there: /etc/nba-scraper/config.toml, /etc/nba-scraper/nba-scraper.env and
/etc/logrotate.d/nba-scraper.

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
# systemd does not look elsewhere; nor does zsh.
case $prefix in
  /usr) system=/usr/lib zsh=/usr/share/zsh/vendor-completions ;;
  /usr/local) system=/usr/local/lib zsh=/usr/local/share/zsh/site-functions ;;
  *) system=/etc zsh=$prefix/share/zsh/site-functions ;;
esac
units=$system/systemd/system
share=$prefix/share/nba-scraper
documents=$prefix/share/doc/nba-scraper

put() { # MODE SOURCE TARGET_FOLDER [NAME]
  local name=${4:-$(basename "$2")}
  install -D -m "$1" "$2" "$root$3/$name"
  detail "$3/$name"
}
# With the paths of this installation in place of those that stand in the file.
put_with_paths() { # SOURCE TARGET_FOLDER [NAME]
  local name=${3:-$(basename "$1")}
  put 644 "$1" "$2" "$name"
  sed -i -e "s#/usr/local/bin/#$prefix/bin/#g" -e "s#/usr\(/local\)\?/share/doc/#$prefix/share/doc/#g" "$root$2/$name"
}
# What may have been changed by hand. It may come to hold a password, then it is for root alone.
put_once() { # MODE SOURCE TARGET_FOLDER [NAME]
  local name=${4:-$(basename "$2")}
  if [[ -e $root$3/$name ]]; then
    detail "$3/$name (kept as it is)"
  else
    put_with_paths "$2" "$3" "$name"
    chmod "$1" "$root$3/$name"
  fi
}

heading "Installing${root:+ below $root}"
DESTDIR=$root cmake --install "$build" --prefix "$prefix" --component program >/dev/null
detail "$prefix/bin/nba-scraper"

manual=$build/manual
if [[ -e $manual/nba-scraper.1 ]]; then
  put 644 "$manual/nba-scraper.1" "$prefix/share/man/man1"
  put 644 "$manual/nba-scraper-config.5" "$prefix/share/man/man5"
  put 644 "$manual/nba-scraper.bash" "$prefix/share/bash-completion/completions" nba-scraper
  put 644 "$manual/_nba-scraper" "$zsh"
  put 644 "$manual/nba-scraper.fish" "$prefix/share/fish/vendor_completions.d"
  put 644 "$manual/config.toml" "$documents/examples"
else
  detail "no man pages and no shell completion: they are not built (cmake --build $build --target nba_manual)"
fi

put 755 "$project/ops/cron/run_daily.sh" "$share/ops/cron"
put 644 "$project/ops/cron/crontab.example" "$share/ops/cron"
put 644 "$project/ops/cron/nba-scraper.env.example" "$share/ops/cron"
put 644 "$project/ops/lib/env_file.sh" "$share/ops/lib"
for query in "$project"/ops/queries/*.sql; do
  put 644 "$query" "$share/ops/queries"
done
put 644 "$project/ops/prometheus/alerts.yml" "$share/ops/prometheus"
put 644 "$project/ops/prometheus/scrape.yml" "$share/ops/prometheus"
put 644 "$project/ops/prometheus/grafana/nba-scraper.json" "$share/ops/prometheus/grafana"
put 644 "$project/README.md" "$documents"
for document in "$project"/docs/*.md; do
  put 644 "$document" "$documents"
done

for unit in "$project"/ops/systemd/*.service "$project"/ops/systemd/*.timer; do
  put_with_paths "$unit" "$units"
done
put 644 "$project/ops/systemd/nba-scraper.sysusers" "$system/sysusers.d" nba-scraper.conf
put 644 "$project/ops/systemd/nba-scraper.tmpfiles" "$system/tmpfiles.d" nba-scraper.conf

put_once 644 "$project/ops/config/config.toml" /etc/nba-scraper
# systemd reads it as root; for cron give it to the cron user.
put_once 600 "$project/ops/cron/nba-scraper.env.example" /etc/nba-scraper nba-scraper.env
put_once 644 "$project/ops/logrotate/nba-scraper" /etc/logrotate.d

heading "Every day, with systemd"
say "  systemd-sysusers nba-scraper.conf && systemd-tmpfiles --create nba-scraper.conf"
say "  systemctl daemon-reload"
say "  systemctl enable --now nba-scraper-daily.timer"
say "  systemctl start nba-scraper-daily.service && journalctl -fu nba-scraper-daily   # once, now"
heading "The live page, with systemd"
say "  systemctl enable --now nba-scraper-serve.service"
heading "Or every day with cron"
say "  see $share/ops/cron/crontab.example; the script is $share/ops/cron/run_daily.sh"
