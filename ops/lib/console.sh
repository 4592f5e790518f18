# shellcheck shell=bash
# Messages for people, and commands whose output goes to a log file. To be sourced.
#
# Colours only on a terminal, never with NO_COLOR (https://no-color.org).

console_bold='' console_dim='' console_red='' console_reset=''
# shellcheck disable=SC2034 # some are only used by the scripts that source this file
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  console_bold=$'\e[1m' console_dim=$'\e[2m' console_red=$'\e[31m' console_reset=$'\e[0m'
fi

say() { printf '%s\n' "$*"; }
heading() { printf '\n%s%s%s\n' "$console_bold" "$*" "$console_reset"; }
detail() { printf '  %s\n' "$*"; }
complain() { printf '%s%s: %s%s\n' "$console_red" "$(basename "$0")" "$*" "$console_reset" >&2; }
die() { # EXIT_CODE MESSAGE
  local code=$1
  shift
  complain "$*"
  exit "$code"
}

# A progress line while a command runs: rewritten every second on a terminal, one line a minute elsewhere.
# Ends with its script, or when console_ticker_stop is called.
console_ticker_pid=''
console_ticker_start() { # LABEL LOG_FILE PROGRESS_FUNCTION
  local label=$1 log_file=$2 progress=$3
  (
    trap 'exit 0' TERM
    trap '' INT # the command itself ends on Ctrl-C, and the script then stops this
    seconds=0
    while kill -0 $$ 2>/dev/null; do
      text="$label $("$progress" "$log_file") $(printf '%d:%02d' $((seconds / 60)) $((seconds % 60)))"
      if [[ -t 1 ]]; then
        printf '\r\e[2K  %s' "$text"
      elif ((seconds > 0 && seconds % 60 == 0)); then
        printf '  %s\n' "$text"
      fi
      sleep 1 >/dev/null 2>&1 &
      wait $!
      seconds=$((seconds + 1))
    done
  ) &
  console_ticker_pid=$!
}
console_ticker_stop() {
  [[ -n $console_ticker_pid ]] || return 0
  kill "$console_ticker_pid" 2>/dev/null
  wait "$console_ticker_pid" 2>/dev/null
  console_ticker_pid=''
  if [[ -t 1 ]]; then printf '\r\e[2K'; fi
}
trap console_ticker_stop EXIT

progress_none() { :; }
# "[17/94] Building ..." of ninja, in the last line of the log.
progress_of_ninja() { sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 of \2/p' "$1" 2>/dev/null | tail -n 1; }

# Runs a command with its output in a log file; returns its exit code.
run_logged() { # LABEL LOG_FILE PROGRESS_FUNCTION COMMAND...
  local label=$1 log_file=$2 progress=$3 code=0
  shift 3
  mkdir -p "$(dirname "$log_file")"
  : >"$log_file"
  console_ticker_start "$label" "$log_file" "$progress"
  "$@" >"$log_file" 2>&1 </dev/null || code=$?
  console_ticker_stop
  return "$code"
}

# The same, and on failure says where the log lies and how it ends.
logged() { # as run_logged
  local code=0
  run_logged "$@" || code=$?
  ((code == 0)) && return
  complain "$1 failed with exit code $code; the last lines of $2:"
  tail -n 25 "$2" | sed 's/^/    /' >&2
  return "$code"
}
