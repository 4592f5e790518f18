# shellcheck shell=bash
# Reads a file of NAME=VALUE lines into the environment. To be sourced.
#
# The format is the part of systemd's EnvironmentFile= that needs no explanation, so one file serves cron and systemd:
# one assignment a line, the value as it stands or in one pair of quotes, blank lines, comments from # on in a line of
# their own. Nothing in it is executed or expanded. A variable that is set already, and not empty, wins over the file.
# Errors: returns 1; the message names file and line, never the value, which may be a secret.

load_env_file() { # FILE
  local file=$1 line number=0 name value
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*|;.*)?$ ]] && continue
    if [[ ! $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
      printf '%s line %d is not NAME=VALUE\n' "$file" "$number" >&2
      return 1
    fi
    name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    value=${value%"${value##*[![:space:]]}"}
    if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
    [[ -n ${!name:-} ]] || export "$name=$value"
  done <"$file"
}
