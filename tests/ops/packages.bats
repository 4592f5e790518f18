#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# Installing packages, with stand-ins for Debian's tools: nothing is installed here.

load helpers

setup() {
  state=$BATS_TEST_TMPDIR/state
  stubs=$BATS_TEST_TMPDIR/bin
  mkdir -p "$state" "$stubs"
  : >"$state/installed" # packages that dpkg knows, one a line
  : >"$state/calls"     # what was asked of apt-get
  export state
  export PATH=$stubs:$PATH
  write_stub dpkg-query 'for last; do :; done; if grep -qx -- "$last" "$state/installed"; then printf installed; else exit 1; fi'
  # Candidates exist unless the list is missing and no update was made.
  write_stub apt-cache '[[ -e $state/no-lists ]] && exit 0; printf "%s:\n  Candidate: 1.0-1\n" "${@:2}"'
  write_stub apt-get '
    echo "$*" >>"$state/calls"
    [[ -e $state/apt-fails ]] && { echo "E: no mirror answers"; exit 100; }
    case " $* " in
      *" update "*) rm -f "$state/no-lists" "$state/stale" ;;
      *" install "*)
        [[ -e $state/stale ]] && { echo "E: 404 Not Found"; exit 100; }
        for word; do case $word in -*|install|DPkg*) ;; *) echo "$word" >>"$state/installed" ;; esac; done ;;
    esac'
  be_user 0
}

write_stub() { # NAME BODY
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$stubs/$1"
  chmod +x "$stubs/$1"
}
be_user() { write_stub id "echo $1"; }

install_packages() { # GROUP...
  (
    # shellcheck source=ops/lib/console.sh
    . "$project/ops/lib/console.sh"
    # shellcheck source=ops/lib/packages.sh
    . "$project/ops/lib/packages.sh"
    set -uo pipefail # as every script of ours
    packages_install "$BATS_TEST_TMPDIR/logs" "$@" </dev/null
  )
}
install_all_but() { # GROUP PACKAGE...
  local group=$1
  shift
  awk -v group="$group" '$1 == group { print $2 }' "$project/ops/packages.txt" >"$state/installed"
  local package
  for package in "$@"; do sed -i "/^$package\$/d" "$state/installed"; done
}

@test "every line of the list has a known group and a package, and none is there twice" {
  sed 's/#.*//' "$project/ops/packages.txt" | awk 'NF && (NF != 2 || $1 !~ /^(build|runtime|test|fuzz|ci)$/) { print; bad = 1 } END { exit bad }'
  expect_equal "$(sed 's/#.*//' "$project/ops/packages.txt" | awk 'NF { print $2 }' | sort | uniq -d)" ''
}

@test "nothing is asked of apt when everything is there" {
  install_all_but runtime
  run install_packages runtime
  expect_equal "$status" 0
  expect_in 'nothing to install' "$output"
  expect_equal "$(cat "$state/calls")" ''
}

@test "only what is missing is installed, without an update when the package list has it" {
  install_all_but runtime sqlite3
  run install_packages runtime
  expect_equal "$status" 0
  expect_in '1 of 3 packages are missing: sqlite3' "$output"
  expect_equal "$(wc -l <"$state/calls")" 1
  expect_in 'install --no-install-recommends sqlite3' "$(cat "$state/calls")"
}

# As the real one for a package with many versions and sources. The scripts run under pipefail: a reader that leaves at its
# match kills the writer, and a package that is there would be unknown.
@test "a long answer of apt about a package is read to its end" {
  write_stub apt-cache '
    for package in "${@:2}"; do
      printf "%s:\n  Candidate: 1.0-1\n" "$package"
      for ((line = 0; line < 5000; line++)); do printf "        500 a line of the version table %d\n" "$line"; done || exit
    done'
  install_all_but runtime sqlite3
  run install_packages runtime
  expect_equal "$status" 0
  expect_equal "$(wc -l <"$state/calls")" 1
}

@test "apt is understood whatever language it speaks" {
  write_stub apt-cache '
    word=Installationskandidat
    [[ ${LC_ALL:-} == C ]] && word=Candidate
    printf "%s:\n  $word: 1.0-1\n" "${@:2}"'
  install_all_but runtime sqlite3
  LANG=de_DE.UTF-8 LC_ALL='' run install_packages runtime
  expect_equal "$status" 0
  expect_equal "$(wc -l <"$state/calls")" 1
}

@test "one package of several that apt does not know is enough to stop" {
  write_stub apt-cache 'printf "%s:\n  Candidate: 1.0-1\n" tzdata; printf "sqlite3:\n  Candidate: (none)\n"'
  install_all_but runtime sqlite3 tzdata
  run install_packages runtime
  expect_equal "$status" 2
}

@test "groups add up" {
  run install_packages runtime test
  expect_equal "$status" 0
  expect_in ' sqlite3' "$(cat "$state/calls")"
  expect_in ' doctest-dev' "$(cat "$state/calls")"
  expect_not_in ' libcaf-dev' "$(cat "$state/calls")"
}

@test "without a package list apt-get update comes first" {
  touch "$state/no-lists"
  run install_packages runtime
  expect_equal "$status" 0
  expect_in ' update' "$(head -n 1 "$state/calls")"
  expect_in ' install ' "$(sed -n 2p "$state/calls")"
}

@test "a package list that is too old is renewed once" {
  touch "$state/stale"
  run install_packages runtime
  expect_equal "$status" 0
  expect_equal "$(wc -l <"$state/calls")" 3
  expect_not_in 'failed' "$output"
}

@test "when apt fails, its last words and the log are shown" {
  touch "$state/apt-fails"
  run install_packages runtime
  expect_equal "$status" 1
  expect_in 'E: no mirror answers' "$output"
  expect_in "$BATS_TEST_TMPDIR/logs/" "$output"
}

@test "without root and sudo the command to run by hand is shown" {
  be_user 1000
  write_stub sudo 'exit 1'
  install_all_but runtime sqlite3
  run install_packages runtime
  expect_equal "$status" 2
  expect_in 'sudo apt-get install -y --no-install-recommends sqlite3' "$output"
  expect_equal "$(cat "$state/calls")" ''
}

@test "without root sudo is used" {
  be_user 1000
  write_stub sudo '[[ $1 == -n ]] && shift; echo used >>"$state/sudo"; exec "$@"'
  install_all_but runtime sqlite3
  run install_packages runtime
  expect_equal "$status" 0
  expect_in used "$(cat "$state/sudo")"
  grep -qx sqlite3 "$state/installed"
}

@test "where there is no apt-get, the packages are listed and --no-install is named" {
  mkdir "$BATS_TEST_TMPDIR/other"
  for tool in bash awk paste fold sed basename cat; do ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/other/$tool"; done
  PATH=$BATS_TEST_TMPDIR/other run install_packages runtime
  expect_equal "$status" 2
  expect_in 'this is not Debian' "$output"
  expect_in 'sqlite3' "$output"
  expect_in '--no-install' "$output"
}

@test "a package that apt does not know is an error that names the system" {
  write_stub apt-cache 'printf "%s:\n  Candidate: (none)\n" "$2"'
  install_all_but runtime sqlite3
  run install_packages runtime
  expect_equal "$status" 2
  expect_in 'sqlite3' "$output"
  expect_in 'Debian 12' "$output"
}

get_duckdb() {
  (
    # shellcheck source=ops/lib/console.sh
    . "$project/ops/lib/console.sh"
    # shellcheck source=ops/lib/packages.sh
    . "$project/ops/lib/packages.sh"
    set -uo pipefail
    packages_get_duckdb "$BATS_TEST_TMPDIR/build" && echo "NODE_PATH=${NODE_PATH:-}"
  )
}

@test "DuckDB comes by npm where npm and its registry are to be had; elsewhere it is said, and nothing fails" {
  unset NODE_PATH
  write_stub npm 'echo "$*" >>"$state/calls"; [[ ! -e $state/npm-fails ]]'
  run get_duckdb
  expect_equal "$status" 0
  expect_in "NODE_PATH=$BATS_TEST_TMPDIR/build/node/node_modules" "$output"
  expect_in "install --prefix $BATS_TEST_TMPDIR/build/node" "$(cat "$state/calls")"
  touch "$state/npm-fails"
  run get_duckdb
  expect_equal "$status" 0
  expect_in 'ops_load_duckdb will be skipped' "$output"
  expect_equal "${lines[-1]}" 'NODE_PATH='
  NODE_PATH=/somewhere run get_duckdb
  expect_equal "$output" 'NODE_PATH=/somewhere'
  mkdir "$BATS_TEST_TMPDIR/bare"
  ln -s "$(command -v bash)" "$BATS_TEST_TMPDIR/bare/bash"
  PATH=$BATS_TEST_TMPDIR/bare run get_duckdb
  expect_equal "$status" 0
  expect_in 'npm is not installed' "$output"
}
