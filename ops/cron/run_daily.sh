#!/usr/bin/env bash
# Brings yesterday's games into the database: `nba-scraper schedule daily`, made for cron. See --help.
set -uo pipefail

# Dates, log names and log times are New York's, whatever the machine's zone; the NBA's day ends there.
export TZ=America/New_York

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# An installed script lies in PREFIX/share/nba-scraper/ops/cron, where nobody writes: its folder is its user's.
installed=${here%/share/nba-scraper/ops/cron}
if [[ $installed == "$here" ]]; then
  installed=''
  base=$project logs_by_default=$project/logs/cron
else
  base=${HOME:-/}
  [[ -d $base ]] || base=/ # a user of a service may have none
  logs_by_default=${XDG_STATE_HOME:-${base%/}/.local/state}/nba-scraper/cron
fi
# shellcheck source=ops/lib/env_file.sh
. "$here/../lib/env_file.sh"

exit_configuration=120
exit_lock_held=122 # the program's own code for "another run holds the lock"
log_days=30

usage() {
  cat <<'HELP'
Usage: ops/cron/run_daily.sh [--help] [arguments of `nba-scraper schedule daily`]

Runs `nba-scraper schedule daily` once, with a log file of its own. Silent when all is well; otherwise
it says on standard error, which cron mails, how the run ended, why, and what to do. Arguments are passed on as they are
(`nba-scraper schedule daily --help` explains them).

Environment, from the crontab or from the settings file (the environment wins):
  DATABASE_URL          where the games go
  NBA_SCRAPER_BIN       the program (else: that of the installation which this script belongs to, else
                        nba-scraper in PATH, else build/release of this project)
  NBA_SCRAPER_LOG_DIR   folder of the logs daily_YYYYMMDD_HHMMSS.log and of the lock
                        (default: logs/cron of this project; of an installed script
                        ~/.local/state/nba-scraper/cron); logs are removed after 30 days
  NBA_SCRAPER_ENV_FILE  settings file of NAME=VALUE lines (default: nba-scraper.env beside this script,
                        else /etc/nba-scraper/nba-scraper.env; nba-scraper.env.example is one)

Relative paths are relative to the project's folder, of an installed script to the user's home.

Exit codes: the program's own (README.md lists them); 122 when another start of this script is still
running; 120 when the program, the settings file or the log folder cannot be used; 137 when the
program was killed.
HELP
}

complain() { printf 'run_daily.sh: %s\n' "$*" >&2; }

# One line in the form of the program's own log.
log_line() { # LEVEL EVENT [key=value ...]
  local level=$1
  shift
  printf '%s %s %s\n' "$(date '+%Y-%m-%d %H:%M:%S,%3N')" "$level" "$*" >>"$log_file"
}

load_settings() {
  local file
  if [[ -n ${NBA_SCRAPER_ENV_FILE:-} ]]; then
    file=$NBA_SCRAPER_ENV_FILE
    if [[ ! -r $file ]]; then
      complain "cannot read the settings file $file, named by NBA_SCRAPER_ENV_FILE"
      exit "$exit_configuration"
    fi
  else
    for file in "$here/nba-scraper.env" /etc/nba-scraper/nba-scraper.env; do
      [[ -r $file ]] && break
      file=''
    done
    [[ -n $file ]] || return 0
  fi
  load_env_file "$file" || exit "$exit_configuration"
}

# Cron's PATH is /usr/bin:/bin.
find_program() {
  if [[ -n ${NBA_SCRAPER_BIN:-} ]]; then
    program=$NBA_SCRAPER_BIN
  elif [[ -n $installed && -x $installed/bin/nba-scraper ]]; then
    program=$installed/bin/nba-scraper
  elif ! program=$(command -v nba-scraper); then
    program=$project/build/release/nba-scraper
  fi
  [[ -x $program && ! -d $program ]] && return
  complain "there is no program at $program; build it (ops/quickstart.sh) or set NBA_SCRAPER_BIN"
  exit "$exit_configuration"
}

create_new() ( # FILE; fails when there is one, a link too
  set -o noclobber
  : >"$1"
) 2>/dev/null

open_log() {
  log_dir=${NBA_SCRAPER_LOG_DIR:-$logs_by_default}
  log_file=$log_dir/daily_$(date +%Y%m%d_%H%M%S).log
  # Only a new file is written to, never what a link of this name leads to; two starts in one second have two logs.
  if ! mkdir -p "$log_dir" || ! create_new "$log_file"; then
    log_file=${log_file%.log}_$$.log
    create_new "$log_file" && return
    complain "cannot write to the log folder $log_dir; set NBA_SCRAPER_LOG_DIR to one that this user may write to"
    exit "$exit_configuration"
  fi
}

# The lock is held by an open file, so it ends with the processes that hold it, however they end. The program inherits
# it: should only this script be killed, the run that goes on still keeps a second one away. The file is opened without
# emptying it, and written to only when it is no link; what a link leads to is left alone.
take_lock() {
  local lock=$log_dir/.daily.lock holder
  create_new "$lock" || true # it is there most days
  if [[ -L $lock || ! -f $lock ]] || ! exec 9<>"$lock" || [[ -L $lock || ! /dev/fd/9 -ef $lock ]]; then
    complain "the lock $lock is a link or no file; remove it"
    exit "$exit_configuration"
  fi
  if flock --nonblock 9; then
    printf '%-10d\n' $$ >&9 # as wide as any: what an earlier run wrote is covered
    return
  fi
  read -r holder <"$lock" || true
  log_line ERROR "cron.lock_held holder_pid=${holder:-unknown} exit_code=$exit_lock_held"
  complain "another daily run (process ${holder:-unknown}) is still at work; this one did nothing"
  exit "$exit_lock_held"
}

# Only files named as this script names them; a failure here must not keep the games away.
remove_old_logs() {
  find "$log_dir" -maxdepth 1 -type f -regextype posix-extended \
    -regex '.*/daily_[0-9]{8}_[0-9]{6}(_[0-9]+)?\.log' -mmin +$((log_days * 24 * 60)) -delete ||
    log_line WARN "cron.cleanup_failed folder=$log_dir"
}

# Names of the options only: a value may hold a password.
option_names() {
  local argument names=''
  for argument in "$@"; do
    [[ $argument == -* ]] && names+=${names:+,}${argument%%=*}
  done
  printf '%s' "${names:-none}"
}

# The program in a process group of its own, so that a signal from a terminal reaches it once, passed on from here: a
# second one would end it without draining.
child='' received=''
forward() { # SIGNAL
  received=$1
  [[ -z $child ]] || kill -s "$1" -- "-$child" 2>/dev/null
}
run_program() {
  local code=127 answer
  trap 'forward TERM' TERM HUP
  trap 'forward INT' INT
  set -m
  "$program" schedule daily "$@" >>"$log_file" 2>&1 </dev/null &
  child=$!
  set +m
  [[ -z $received ]] || forward "$received" # it came before there was a child
  # `wait` also returns when a signal was handled; the program is then still draining, or has ended with a code that
  # the next `wait` tells.
  while :; do
    received=''
    wait "$child" 2>/dev/null # where the shell would tell of a kill in its own words
    answer=$?
    ((answer == 127)) || code=$answer
    [[ -n $received ]] || break
  done
  return "$code"
}

# The value of a field of a log line, text or JSON, without its escapes; empty when there is none.
field_of() { # FIELD LINE
  local value='' quoted='"(([^"\\]|\\.)*)"'
  if [[ $2 == '{'* ]]; then
    [[ $2 =~ \"$1\":$quoted ]] && value=${BASH_REMATCH[1]}
  elif [[ $2 =~ \ $1=$quoted ]]; then
    value=${BASH_REMATCH[1]}
  elif [[ $2 =~ \ $1=([^\ ]+) ]]; then
    value=${BASH_REMATCH[1]}
  fi
  value=${value//\\n/ }
  value=${value//\\\"/\"}
  printf '%s' "${value//\\\\/\\}"
}

# Why the run failed: what its end says, else the last ERROR, else the last words to a person.
reason_in_log() {
  local line reason='' name
  for name in 'job\.end|command\.error' '[a-z_.]+'; do
    line=$(grep -aE "^[0-9: ,-]+ ERROR ($name) |^\{.*\"level\":\"ERROR\",\"event\":\"($name)\"" "$log_file" |
      grep -avE ' ERROR cron\.|"event":"cron\.' | tail -n 1)
    reason=$(field_of reason "$line")
    [[ -n $reason ]] || reason=$(field_of message "$line")
    [[ -z $reason ]] || break
  done
  [[ -n $reason ]] || reason=$(grep -a '^nba-scraper: ' "$log_file" | tail -n 1 | cut -c 14-)
  printf '%s' "$reason"
}

advice_for() { # EXIT CODE
  if (($1 > 0 && $1 < 100)); then
    echo 'that many games failed; the next run tries them again. Which: nba-scraper dlq list, nba-scraper gaps --season SEASON --closed'
    return
  fi
  case $1 in
    120) echo 'put the setting right; what is set, and from where: nba-scraper doctor --offline' ;;
    121) echo 'see what is wrong with the database: nba-scraper db check. Nothing was lost; then start it again' ;;
    122) echo 'wait for the other run; who holds the lock: nba-scraper db unlock' ;;
    123) echo 'see which host refuses this network: nba-scraper doctor' ;;
    125) echo 'this is a bug: please report it with the log' ;;
    127) echo 'the program could not be started; try it by hand' ;;
    130 | 143) echo 'somebody stopped it; the next run goes on' ;;
    137) echo 'it was killed (out of memory?); the next run goes on. What the system says: journalctl -k' ;;
    *) echo 'see the log' ;;
  esac
}

explain_failure() { # EXIT CODE
  local reason
  reason=$(reason_in_log)
  [[ -z $reason ]] || complain "why: $reason"
  complain "what to do: $(advice_for "$1")"
}

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  usage
  exit 0
fi
load_settings
cd "$base" || exit "$exit_configuration"
open_log
take_lock
find_program
remove_old_logs

started=$SECONDS
log_line INFO "cron.start job=daily time_zone=$TZ pid=$$ program=$program options=$(option_names "$@")"
code=0
run_program "$@" || code=$?
seconds=$((SECONDS - started))
if ((code == 0)); then
  log_line INFO "cron.end job=daily result=success exit_code=0 duration_seconds=$seconds"
else
  log_line ERROR "cron.end job=daily result=failure exit_code=$code duration_seconds=$seconds"
  complain "exit code $code after $seconds s; log: $log_file"
  explain_failure "$code"
fi
exit "$code"
