#!/usr/bin/env bash
# Builds Debian packages of the program and of the library. See --help.
set -euo pipefail
umask 022

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"
# shellcheck source=ops/lib/build.sh
. "$project/ops/lib/build.sh"

usage() {
  cat <<'HELP'
Usage: ops/package.sh [--build DIR] [--output DIR] [--no-compile]

Builds two Debian packages from the release build, compiling first what is missing of it:

  nba-scraper_VERSION_ARCH.deb          program, units, man pages, shell completion, documents
  libnba-scraper-dev_VERSION_ARCH.deb   headers, static libraries and CMake files for jobs of one's own

What is in the first one is what ops/install.sh installs; docs/package.md says how it behaves. The
packages fit the Debian release that they are built on.

  --build DIR    default build/release of this project
  --output DIR   where the packages go; default build/packages of this project
  --no-compile   take the build as it is
  --help         print this and exit

Who the packages are from: DEBFULLNAME and DEBEMAIL, else the author of the last commit.

Exit codes: 0 both packages are there; 2 wrong arguments, nothing built, or a tool is missing; else
what the tool that failed answered.
HELP
}

build=$project/build/release
output=$project/build/packages
compile=yes
while (($# > 0)); do
  case $1 in
    --build | --output)
      [[ -n ${2:-} ]] || die 2 "$1 needs a value; see --help"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --no-compile) compile=no ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
for tool in dpkg-deb dpkg-shlibdeps strip; do
  command -v "$tool" >/dev/null || die 2 "$tool is missing: apt-get install dpkg-dev binutils"
done

if [[ $compile == yes ]]; then
  heading "Build"
  if [[ ! -f $build/build.ninja ]]; then
    logged configuring "$project/build/package-logs/configure.log" progress_none \
      cmake -S "$project" --preset release -B "$build" -DNBA_TESTS=OFF -DNBA_BENCH=OFF || exit
  fi
  logged compiling "$project/build/package-logs/build.log" progress_of_ninja \
    cmake --build "$build" --parallel "$(build_jobs)" --target nba-scraper nba_manual nba_actors || exit
fi
[[ -x $build/nba-scraper && -e $build/manual/nba-scraper.1 ]] ||
  die 2 "there is no program with its manual in $build; leave out --no-compile"

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
architecture=$(dpkg --print-architecture)
last_commit() { git -C "$project" log -1 --format="$1" 2>/dev/null || true; }
maintainer=$(last_commit '%an <%ae>')
if [[ -n ${DEBEMAIL:-} ]]; then maintainer="${DEBFULLNAME:-nba-scraper maintainers} <$DEBEMAIL>"; fi
maintainer=${maintainer:-nba-scraper maintainers <root@$(hostname -f)>}
# The same tree gives the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(last_commit %ct)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$project/CHANGELOG.md")}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- what both have

# Debian's own form of a changelog; the project's CHANGELOG.md is a document.
write_documents() { # ROOT PACKAGE
  local folder=$1/usr/share/doc/$2
  install -D -m 644 "$project/ops/debian/copyright" "$folder/copyright"
  cat >"$folder/changelog" <<END
nba-scraper ($version) stable; urgency=medium

  * Version $version, built by ops/package.sh. What has changed is told in
    /usr/share/doc/nba-scraper/CHANGELOG.md.gz.

 -- $maintainer  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
END
  gzip -9n "$folder/changelog"
}

installed_size() { du -k -s --apparent-size "$1" | cut -f1; }

finish() { # ROOT PACKAGE
  local root=$1 package=$2
  # Folders and links too: whoever built this has umask and groups of his own.
  find "$root" -type d -exec chmod 755 {} +
  find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/md5sums"
  install -m 644 "$work/md5sums" "$root/DEBIAN/md5sums"
  mkdir -p "$output"
  dpkg-deb --root-owner-group --build "$root" "$output/${package}_${version}_$architecture.deb" >/dev/null
  detail "$output/${package}_${version}_$architecture.deb"
}

# ---- nba-scraper

# The packages of the libraries that the program loads.
libraries() { # PROGRAM
  mkdir -p "$work/shlibdeps/debian"
  printf 'Source: nba-scraper\n\nPackage: nba-scraper\nArchitecture: any\n' >"$work/shlibdeps/debian/control"
  (cd "$work/shlibdeps" && dpkg-shlibdeps -O "$1") | sed -n 's/^shlibs:Depends=//p'
}

package_program() {
  local root=$work/nba-scraper script page
  DESTDIR=$root "$project/ops/install.sh" --prefix /usr --build "$build" >"$work/install.log"
  rm "$root/etc/nba-scraper/nba-scraper.env" # who wants one makes it: unlike the rest it is for root alone
  strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/nba-scraper"
  for page in "$root"/usr/share/man/man[0-9]/*; do gzip -9n "$page"; done
  write_documents "$root" nba-scraper
  gzip -9n <"$project/CHANGELOG.md" >"$root/usr/share/doc/nba-scraper/CHANGELOG.md.gz"
  install -D -m 644 "$project/ops/debian/nba-scraper.lintian-overrides" "$root/usr/share/lintian/overrides/nba-scraper"
  mkdir -p "$root/DEBIAN"
  for script in postinst prerm postrm; do install -m 755 "$project/ops/debian/$script" "$root/DEBIAN/$script"; done
  (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
  cat >"$root/DEBIAN/control" <<END
Package: nba-scraper
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(installed_size "$root")
Depends: $(libraries "$root/usr/bin/nba-scraper"), ca-certificates, tzdata, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles
Recommends: sqlite3
Suggests: logrotate, postgresql, prometheus-node-exporter
Section: database
Priority: optional
Description: keeps a database of NBA games complete and up to date
 It reads the league's schedule, fetches box score and play-by-play of every
 game, checks them, and stores them in SQLite or PostgreSQL: games, players,
 statistics, every event, and tables derived from them. What was interrupted
 goes on where it stopped; a watermark says how far nothing is missing.
 .
 The package brings a user of its own, a timer for the daily run, a service
 with a live page, health and metrics, and a group of readers. Nothing is
 started or enabled by itself.
END
  finish "$root" nba-scraper
}

# ---- libnba-scraper-dev

package_library() {
  local root=$work/libnba-scraper-dev library
  DESTDIR=$root cmake --install "$build" --prefix /usr --component dev >/dev/null
  for library in "$root"/usr/lib/libnba_*.a; do strip --strip-debug --enable-deterministic-archives "$library"; done
  write_documents "$root" libnba-scraper-dev
  install -D -m 644 -t "$root/usr/share/doc/libnba-scraper-dev" "$project/docs/custom-jobs.md"
  install -D -m 644 -t "$root/usr/share/doc/libnba-scraper-dev/examples" "$project"/docs/examples/*
  mkdir -p "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<END
Package: libnba-scraper-dev
Source: nba-scraper
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(installed_size "$root")
Depends: libcaf-dev, libcurl4-openssl-dev, libexpected-dev, libfmt-dev, libhowardhinnant-date-dev, libpq-dev, libpqxx-dev, libsimdjson-dev, libsqlite3-dev, libssl-dev, nlohmann-json3-dev, pkgconf | pkg-config, zlib1g-dev
Suggests: cmake, g++
Section: libdevel
Priority: optional
Description: library of nba-scraper for jobs of one's own
 Headers, static libraries and CMake files of the engine behind nba-scraper:
 a job of one's own gets its locks, its plan, the pipeline with its limits,
 the ledger and its checkpoints, and decides what to ask for.
 .
 find_package(nba-scraper) gives the target nba::actors.
END
  finish "$root" libnba-scraper-dev
}

heading "Packages of version $version"
package_program
package_library
