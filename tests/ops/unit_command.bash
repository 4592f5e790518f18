# shellcheck shell=bash
# Runs what a unit file says, without systemd: its command line with its variables, as its user. To be sourced.

# The values of a key, one a line.
unit_values() { sed -n "s/^$2=//p" "$1"; } # UNIT KEY

# The command line, one word a line, with the specifiers that stand in it.
unit_command() { # UNIT STATE_FOLDER
  local line
  line=$(unit_values "$1" ExecStart)
  tr ' ' '\n' <<<"${line//%S/$2}"
}

# Words for `env`: the unit's variables, with the specifiers that stand in them.
unit_environment() { # UNIT STATE_FOLDER
  local line word
  while read -r line; do
    for word in $line; do printf '%s\n' "${word//%S/$2}"; done
  done < <(unit_values "$1" Environment)
}

# Prefix of a command that makes its user the unit's, in its first group alone, without privileges, with the unit's umask.
unit_user() { # UNIT
  printf '%s\n' setpriv --reuid "$(unit_values "$1" User)" --regid "$(unit_values "$1" Group)" --clear-groups \
    --no-new-privs --bounding-set=-all
}
