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

# A progress line while a command runs: rewritten every second on a terminal, one line a minute elsewhere. It lives as long
# as file descriptor 8 of its script is open, so it ends with the script, whatever ends that. (Stopping it with a signal
# would race with the shell's own handling of signals.)
console_ticker_start() { # LABEL LOG_FILE PROGRESS_FUNCTION
  exec 8> >(console_ticker "$@")
  console_ticker_pid=$!
}
console_ticker_stop() {
  exec 8>&-
  wait "$console_ticker_pid"
}
console_ticker() { # LABEL LOG_FILE PROGRESS_FUNCTION
  local started=$SECONDS minutes_told=0 seconds text status
  trap '' INT TERM
  while :; do
    seconds=$((SECONDS - started))
    text="$1 $("$3" "$2") $(printf '%d:%02d' $((seconds / 60)) $((seconds % 60)))"
    if [[ -t 1 ]]; then
      printf '\r\e[2K  %s' "$text"
    elif ((seconds / 60 > minutes_told)); then
      printf '  %s\n' "$text"
      minutes_told=$((seconds / 60))
    fi
    status=0
    read -r -t 1 || status=$?
    ((status > 128)) || break # nothing to read for a second is above 128; the end of the input is 1
  done
  if [[ -t 1 ]]; then printf '\r\e[2K'; fi
}

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
  "$@" >"$log_file" 2>&1 </dev/null 8>&- || code=$?
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
