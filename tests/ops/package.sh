#!/usr/bin/env bash
# The Debian packages, from building to purging, in a minimal Debian 12. See --help.
# shellcheck disable=SC2016 # code in single quotes is for the shell in there
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"
# shellcheck source=tests/ops/minimal_root.bash
. "$project/tests/ops/minimal_root.bash"
# shellcheck source=tests/ops/unit_command.bash
. "$project/tests/ops/unit_command.bash"

usage() {
  cat <<'HELP'
Usage: tests/ops/package.sh [--build DIR] [--no-compile] [--keep]

Builds both packages (ops/package.sh), has lintian look at them, builds the job of docs/custom-jobs.md
against libnba-scraper-dev, and takes nba-scraper through its life in a minimal Debian 12 without
systemd: install, a season as the services' user, the page, log rotation, an upgrade during a run and
with an edited settings file, remove, purge, install again, the move of a database that was made under
the earlier unit with DynamicUser=, and the fifteen minutes of docs/operations.md.

  --build DIR    the release build; default build/release of this project
  --no-compile   take the build as it is
  --keep         leave the folder, and say where it is
  --help         print this and exit

It needs root (mount, chroot), mmdebstrap, and the Debian mirror of this machine's apt. The folder is
below NBA_FRESH_MACHINE_DIR (default /var/tmp).

Exit codes: 0 all is well; 1 something is not; 2 wrong arguments; 77 skipped, with the reason.
HELP
}

build=$project/build/release
keep=no
how=()
while (($# > 0)); do
  case $1 in
    --build)
      [[ -n ${2:-} ]] || die 2 "$1 needs a value; see --help"
      build=$2
      shift
      ;;
    --no-compile) how=(--no-compile) ;;
    --keep) keep=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
need_minimal_root

work=$(mktemp -d "${NBA_FRESH_MACHINE_DIR:-/var/tmp}/nba-package.XXXXXX") || exit 1
chmod 755 "$work" # services of another user look into it
logs=$project/build/package-logs
mkdir -p "$logs"
# shellcheck disable=SC2317 # by the trap
clean_up() {
  if [[ $keep == yes ]]; then say "left in $work"; else rm -rf --one-file-system "$work"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

root=$work/root
failed=0
passed=0

# Checks are told by their sentence; the first that fails ends its part.
check() { # SENTENCE COMMAND...
  local sentence=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    detail "ok: $sentence"
  else
    failed=$((failed + 1))
    complain "NOT so: $sentence"
    return 1
  fi
}
has() { # PIECE FILE
  grep -qF -- "$1" "$2" && return
  echo "expected to find: $1"
  tail -n 20 "$2"
  return 1
}
is() { # ACTUAL EXPECTED
  [[ $1 == "$2" ]] && return
  printf 'expected: %s\nactual:   %s\n' "$2" "$1"
  return 1
}

# A script in the root, as root; what it says goes to a file of its own.
inside() { # NAME SCRIPT_TEXT
  local -a environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive)
  local line
  while read -r line; do environment+=("$line"); done < <(proxy_variables)
  said=$work/$1.log
  printf '%s\n' "$functions" "$2" >"$root/script.sh"
  within "$root" - env -i "${environment[@]}" bash -eu /script.sh >"$said" 2>&1 </dev/null
}

# What every script in the root may use: the daily unit's user with its variables.
functions='
as_service() {
  (
    umask 0027
    cd /var/lib/nba-scraper
    exec setpriv --reuid nba-scraper --regid nba-scraper-readers --clear-groups --no-new-privs --bounding-set=-all \
      env -i PATH=/usr/bin:/bin XDG_DATA_HOME=/var/lib XDG_CONFIG_HOME=/etc TZ=America/New_York "$@"
  )
}
games() { sqlite3 -readonly /var/lib/nba-scraper/sim.db "SELECT COUNT(*) FROM games"; }
eventually() { for ((tries = 0; tries < 300; tries++)); do "$@" && return; sleep 0.1; done; return 1; }
install_package() { apt-get -y --no-install-recommends --allow-downgrades install "$1" </dev/null; }
'

build_packages() {
  "$project/ops/package.sh" --build "$build" --output "$work/packages" "${how[@]}" || return
  main=$(echo "$work"/packages/nba-scraper_*.deb) library=$(echo "$work"/packages/libnba-scraper-dev_*.deb)
  [[ -f $main && -f $library ]]
}

# The same files with a higher version, and another default in a settings file that nobody has edited.
build_newer() {
  local tree=$work/newer
  dpkg-deb -R "$main" "$tree"
  sed -i 's/^Version: .*/Version: 99.0/' "$tree/DEBIAN/control"
  sed -i 's/weekly/monthly/' "$tree/etc/logrotate.d/nba-scraper"
  dpkg-deb --root-owner-group -b "$tree" "$root/packages/newer.deb" >/dev/null
}

part_lintian() {
  command -v lintian >/dev/null || { detail "SKIPPED: lintian is not installed"; return; }
  lintian --allow-root --no-cfg --fail-on error,warning "$main" "$library" >"$logs/lintian.log" 2>&1
  check "lintian has no error and no warning" is "$?" 0 || cat "$logs/lintian.log"
}

part_library() {
  dpkg-deb -x "$library" "$work/library"
  NBA_LIBRARY_ROOT=$work/library/usr NBA_SCRAPER_TESTED=$build/nba-scraper bats "$project/tests/ops/library.bats" \
    >"$logs/library.log" 2>&1
  check "the job of docs/custom-jobs.md is built against the package, outside of the tree" is "$?" 0 || cat "$logs/library.log"
}

part_install() {
  inside prepare 'apt-get update
    apt-get -y --no-install-recommends install systemd-standalone-sysusers systemd-standalone-tmpfiles sqlite3 logrotate </dev/null'
  check "the root has what the test needs" is "$?" 0 || { tail "$said"; return 1; }
  inside install "install_package /packages/$(basename "$main")
    getent passwd nba-scraper
    stat -c '%n %a %U %G' /var/lib/nba-scraper /var/lib/nba-scraper-metrics/node-exporter /var/log/nba-scraper
    nba-scraper --version
    ls /etc/systemd/system/*.wants 2>/dev/null || true"
  check "it installs without systemd and without a question" is "$?" 0 || { tail -n 30 "$said"; return 1; }
  check "there is a user of its own" has ':/var/lib/nba-scraper:/usr/sbin/nologin' "$said" &&
    check "the database's folder is for readers, too" has '/var/lib/nba-scraper 2750 nba-scraper nba-scraper-readers' "$said" &&
    check "the metrics are for everybody" has '/node-exporter 755 nba-scraper' "$said" &&
    check "nothing is enabled" is "$(grep -c 'nba-scraper-daily.timer' "$said")" 0
  inside library 'apt-get -y --simulate install /packages/libnba-scraper-dev_*.deb </dev/null'
  check "what libnba-scraper-dev depends on is there" is "$?" 0
}

part_season() {
  local unit=$root/usr/lib/systemd/system/nba-scraper-daily.service command
  command=$(unit_command "$unit" /var/lib | paste -sd ' ')
  check "the unit starts the installed program" is "${command%% *}" /usr/bin/nba-scraper
  check "the unit has the variables of this test" \
    is "$(unit_environment "$unit" /var/lib | paste -sd ' ')" 'XDG_DATA_HOME=/var/lib XDG_CONFIG_HOME=/etc TZ=America/New_York'
  inside season "as_service nba-scraper doctor --offline
    as_service nba-scraper schedule backfill --season 2024-25 --source sim --no-progress
    as_service $command --source sim --date 2025-01-10
    stat -c '%n %a %U %G' /var/lib/nba-scraper/sim.db
    games"
  check "doctor, a season and the daily unit's own command line work as its user" is "$?" 0 || { tail -n 30 "$said"; return 1; }
  check "all games are there" is "$(tail -n 1 "$said")" 1323
  check "readers may read the database" has 'sim.db 640 nba-scraper nba-scraper-readers' "$said"
  inside readers 'useradd --create-home --groups nba-scraper-readers reader && useradd --create-home stranger
    look() { setpriv --reuid "$1" --regid "$1" --init-groups env -i PATH=/usr/bin HOME="/home/$1" nba-scraper status --database sqlite:////var/lib/nba-scraper/sim.db; }
    look reader
    code=0; look stranger || code=$?; echo "stranger: $code"
    find /var/lib/nba-scraper ! -user nba-scraper | wc -l
    # The cron script needs nothing set.
    setpriv --reuid stranger --regid stranger --init-groups env -i PATH=/usr/bin:/bin HOME=/home/stranger \
      /usr/share/nba-scraper/ops/cron/run_daily.sh --source sim --date 2025-01-10
    ls /home/stranger/.local/state/nba-scraper/cron/
    setpriv --reuid stranger --regid stranger --clear-groups grep -m 1 "^nba_scraper_" /var/lib/nba-scraper-metrics/node-exporter/daily.prom'
  check "a reader looks, the cron script runs, a collector reads" is "$?" 0 || { tail -n 30 "$said"; return 1; }
  check "a stranger may not look" has 'stranger: 121' "$said"
}

part_services() {
  local units=$root/usr/lib/systemd/system serve alert
  serve=$(unit_command "$units/nba-scraper-serve.service" /var/lib | paste -sd ' ')
  alert=$(unit_command "$units/nba-scraper-alert@.service" /var/lib | paste -sd ' ')
  inside services "as_service $serve --source sim --listen 127.0.0.1:0 >/tmp/serving 2>&1 &
    serving=\$!
    eventually grep -q 'Ctrl-C' /tmp/serving
    address=\$(sed -n 's#^Serving http://\\([0-9.:]*\\).*#\\1#p' /tmp/serving)
    ask() {
      exec 9<>/dev/tcp/\${address/://}
      printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' \"\$1\" \"\$address\" >&9
      cat <&9
    }
    ask /livez | sed -n 1p
    ask / | grep -c 2024-25
    ask /metrics | grep -c ^nba_scraper_
    kill \$(grep -lazx '[s]erve' /proc/[0-9]*/cmdline | cut -d / -f 3)
    wait \$serving
    echo 'the page ended well'
    as_service MONITOR_UNIT=nba-scraper-daily.service MONITOR_SERVICE_RESULT=exit-code MONITOR_EXIT_STATUS=121 $alert"
  check "the page's service and what OnFailure= starts run as their user" is "$?" 0 || { tail -n 30 "$said"; cat "$root/tmp/serving"; return 1; }
  check "the page answers" has 'HTTP/1.1 200' "$said"
  check "it stops when it is told to" has 'the page ended well' "$said"
}

part_logrotate() {
  inside logrotate 'echo "log_file = \"/var/log/nba-scraper/run.log\"" >>/etc/nba-scraper/config.toml
    as_service nba-scraper simulate --port 0 --latency 100 --log-file /tmp/simulate.log >/tmp/league &
    eventually grep -q Ctrl-C /tmp/league
    url=$(sed -n "s/.*NBA_SIM_URL=//p" /tmp/league)
    as_service NBA_SIM_URL="$url" nba-scraper schedule backfill --season 2023-24 --game-types regular --to 2023-12-10 --source sim --metrics-interval 1 >/tmp/run 2>&1 &
    run=$!
    eventually test -s /var/log/nba-scraper/run.log
    process=$(grep -lazx "[b]ackfill" /proc/[0-9]*/cmdline | cut -d / -f 3)
    for round in 1 2; do
      logrotate --force /etc/logrotate.conf
      ls -l /var/log/nba-scraper
      kill -HUP "$process"
      eventually test -s /var/log/nba-scraper/run.log
    done
    wait "$run"
    grep -c "job.end" /var/log/nba-scraper/run.log
    zcat -f /var/log/nba-scraper/run.log* | grep -c "job.start"
    stat -c "%n %a %U" /var/log/nba-scraper/run.log
    sed -i "/^log_file/d" /etc/nba-scraper/config.toml'
  check "logrotate as root moves the log of a run twice, and the run goes on in the new file" is "$?" 0 || { tail -n 40 "$said"; return 1; }
  check "nothing of the log is lost or told twice" is "$(tail -n 3 "$said" | sed '$d' | paste -sd ' ')" '1 1'
}

part_upgrade() {
  build_newer
  inside upgrade 'echo "# by hand" >>/etc/nba-scraper/config.toml
    # What `systemctl enable` makes.
    enabled=/etc/systemd/system/timers.target.wants/nba-scraper-daily.timer
    mkdir -p "${enabled%/*}" && ln -s /lib/systemd/system/nba-scraper-daily.timer "$enabled"
    # What would be said to systemd if it were here.
    mkdir -p /run/systemd/system
    cp /usr/bin/deb-systemd-invoke /deb-systemd-invoke
    printf "#!/bin/sh\necho \"\$@\" >>/asked\n" >/usr/bin/deb-systemd-invoke
    before=$(games)
    as_service nba-scraper simulate --port 0 --latency 150 >/tmp/league2 &
    eventually grep -q Ctrl-C /tmp/league2
    as_service NBA_SIM_URL="$(sed -n "s/.*NBA_SIM_URL=//p" /tmp/league2)" nba-scraper schedule backfill --season 2022-23 --game-types regular --to 2022-12-20 --source sim --no-progress >/tmp/run2 2>&1 &
    run=$!
    more() { (($(games) > before)); }
    eventually more
    install_package /packages/newer.deb
    kill -0 "$run" && echo "the run goes on"
    wait "$run"
    cat /tmp/run2
    echo "asked: $(paste -sd ";" /asked)"
    rm -r /run/systemd/system && cp /deb-systemd-invoke /usr/bin/deb-systemd-invoke
    test -L "$enabled" && echo "still enabled"
    dpkg-query -W -f "version \${Version}\n" nba-scraper
    tail -n 1 /etc/nba-scraper/config.toml
    find /etc -name "*.dpkg-*"
    grep -c monthly /etc/logrotate.d/nba-scraper'
  check "an upgrade during a run, without a question; the run ends well" is "$?" 0 || { tail -n 40 "$said"; return 1; }
  check "the run was at work when the upgrade had ended" has 'the run goes on' "$said"
  check "a timer that was enabled still is" has 'still enabled' "$said"
  check "only the page's service was asked to start again" has 'asked: try-restart nba-scraper-serve.service' "$said"
  check "the edited settings stayed, new defaults came, nothing is left to be merged" \
    is "$(tail -n 3 "$said" | paste -sd '|')" 'version 99.0|# by hand|1'
}

part_remove() {
  inside remove 'before=$(games)
    apt-get -y remove nba-scraper </dev/null
    echo "games $(($(games) - before)); metrics $(ls -d /var/lib/nba-scraper-metrics 2>/dev/null | wc -l)"
    ls /etc/nba-scraper/config.toml
    apt-get -y purge nba-scraper </dev/null
    echo "after purge: $(($(games) - before)) $(ls /etc/nba-scraper/config.toml 2>/dev/null | wc -l) $(getent passwd nba-scraper | wc -l)"
    install_package /packages/newer.deb
    as_service nba-scraper status --source sim'
  check "remove, purge and install again" is "$?" 0 || { tail -n 40 "$said"; return 1; }
  check "remove and purge say where the database is" is "$(grep -c 'kept /var/lib/nba-scraper, ' "$said")" 2
  check "remove keeps the database, and takes the metrics" has 'games 0; metrics 0' "$said"
  check "purge keeps database and user, and takes the settings" has 'after purge: 0 0 1' "$said"
  check "what was collected is there again" has '2024-25' "$said"
}

part_move() {
  inside move 'apt-get -y purge nba-scraper </dev/null
    before=$(games)
    # As systemd leaves it for DynamicUser=yes.
    mkdir -m 700 /var/lib/private && mv /var/lib/nba-scraper /var/lib/private/
    chown -R 61234:61234 /var/lib/private/nba-scraper && chmod 700 /var/lib/private/nba-scraper
    chmod 600 /var/lib/private/nba-scraper/sim.db*
    ln -s private/nba-scraper /var/lib/nba-scraper
    sleep 60 9</var/lib/private/nba-scraper/sim.db &
    holder=$!
    eventually test -e /proc/$holder/fd/9
    install_package /packages/newer.deb
    echo "in use: $(readlink /var/lib/nba-scraper)"
    kill $holder && wait $holder || true
    dpkg-reconfigure nba-scraper
    ls -ld /var/lib/nba-scraper
    stat -c "%n %a %U %G" /var/lib/nba-scraper /var/lib/nba-scraper/sim.db
    echo "games $(($(games) - before))"
    as_service nba-scraper schedule daily --source sim --date 2025-01-12 --no-progress
    find /var/lib/nba-scraper ! -user nba-scraper | wc -l'
  check "a database of the DynamicUser unit moves, and the daily run goes on in it" is "$?" 0 || { tail -n 40 "$said"; return 1; }
  check "not while a run is at work, and that is said" has 'in use: private/nba-scraper' "$said"
  check "the move is told" has 'was moved from /var/lib/private/nba-scraper' "$said"
  check "it belongs to the user and may be read by readers" has 'sim.db 640 nba-scraper nba-scraper-readers' "$said"
  check "every game is there" has 'games 0' "$said"
}

# "All of it, in fifteen minutes" of docs/operations.md, line by line, where Prometheus and cron are. The league is the
# synthetic one, and two programs are stood in for: whoever types the address into an editor, and systemd.
walk_stand_ins='
stand_in() { printf "#!/bin/bash\n%s\n" "$2" >"/usr/local/bin/$1" && chmod 755 "/usr/local/bin/$1"; }
stand_in editor "echo http://127.0.0.1:8888/services/T0/B0/secret >\"\$1\""
stand_in systemctl "case \"\$*\" in
  \"enable --now nba-scraper-serve\") cd / && setpriv --reuid nba-scraper --regid nba-scraper-readers --clear-groups \\
    env -i XDG_DATA_HOME=/var/lib XDG_CONFIG_HOME=/etc nba-scraper serve >/tmp/serve.log 2>&1 & sleep 2 ;;
  \"reload prometheus\") prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/tmp/prometheus \\
    >/tmp/prometheus.log 2>&1 & ;;
  *) exit 1 ;;
esac"
'
walk_receiver='
import http.server, sys
class Slack(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "ab") as file: file.write(text + b"\n")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", 8888), Slack).serve_forever()
'

part_walk() {
  local tool
  for tool in ip python3; do
    command -v "$tool" >/dev/null || { detail "SKIPPED: $tool is not installed"; return; }
  done
  # A line of code, as it stands there.
  sed -n '/^## All of it/,/^## Looking/s/^    //p' "$project/docs/operations.md" >"$root/lines.sh"
  inside prepare_walk 'apt-get -y purge nba-scraper </dev/null
    rm -r /var/lib/nba-scraper
    apt-get -y --no-install-recommends install prometheus cron curl sqlite3 </dev/null
    echo "APT::Get::Assume-Yes true;" >/etc/apt/apt.conf.d/99walk'
  check "Prometheus and cron are there, and nothing of ours" is "$?" 0 || { tail -n 20 "$said"; return 1; }
  said=$work/walk.log
  printf '%s\n' "$functions" "$walk_stand_ins" 'cd /packages
    { sed -n 1p /lines.sh; echo "echo source = \\\"sim\\\" >>/etc/nba-scraper/config.toml"; sed 1d /lines.sh; echo wait; } >/walk.sh
    bash -eu /walk.sh
    grep -c "^  games .* done" /tmp/backfill.log
    # As cron does it.
    command=$(sed -n "s/^0 11 .* nba-scraper  //p" /etc/cron.d/nba-scraper)
    setpriv --reuid nba-scraper --regid nba-scraper-readers --clear-groups env -i HOME=/var/lib/nba-scraper PATH=/usr/bin:/bin \
      $(grep "^X" /etc/cron.d/nba-scraper) sh -c "$command" >/tmp/cron.log 2>&1
    echo "cron says $(wc -c </tmp/cron.log) bytes"' >"$root/script.sh"
  local started=$SECONDS
  # The ports of that page are fixed: a network of its own.
  unshare --net bash -c 'ip link set lo up
    python3 -c "$1" "$2" &
    . "$3"
    within "$4" - env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
      DEBIAN_FRONTEND=noninteractive bash -eu /script.sh
    code=$?
    kill %1
    exit "$code"' - "$walk_receiver" "$work/slack.log" "$project/tests/ops/minimal_root.bash" "$root" >"$said" 2>&1 </dev/null
  check "docs/operations.md, from the package to Prometheus, line by line ($((SECONDS - started)) s)" is "$?" 0 || { tail -n 40 "$said"; return 1; }
  check "Slack has the test" has "a test of nba-scraper's alerts" "$work/slack.log"
  check "all is well, says the page, and says Prometheus" has 'well' "$said" && check "by its state" has 'state="well"' "$said"
  check "the season was fetched, and the cron line works in silence" is "$(tail -n 2 "$said" | paste -sd '|')" '1|cron says 0 bytes'
}

heading "Packages"
build_packages || exit 1
part_lintian
part_library
heading "A minimal Debian 12"
make_base "$root" || exit 1
mkdir "$root/packages" && cp "$main" "$library" "$root/packages"
share_package_files "$root"
for part in install season services logrotate upgrade remove move walk; do
  heading "$part"
  "part_$part" || break
done
heading "Package"
detail "$passed checks passed in $SECONDS s, $failed failed"
((failed == 0))
