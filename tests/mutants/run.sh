#!/usr/bin/env bash
# Plants one bug after the other and looks whether the test that is named notices it. See --help.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"

# What a collection has to keep to.
mutants_min=120
noticed_percent_min=95

usage() {
  cat <<'HELP'
Usage: tests/mutants/run.sh [options]

The collection of planted bugs: tests/mutants/ROOM/NAME.patch, a small bug each. Its first line says
what is wrong then, the second one names the test that must fail:

  Test: PROGRAM: NAME OF A TEST CASE, or a pattern of doctest's with * and ?

In a copy of the tree (this one is never changed), built as preset dev with ccache, every test that
is named has to pass. Then each patch is applied alone, its test program built again and its test
run: noticed is a test that fails, breaks off or takes too long.

  --room ROOM     only this room; can be repeated (default: all)
  --only NAME     only the bugs whose name fits: NAME or ROOM/NAME, with * and ?; can be repeated
  --list          print rooms, names, test programs and tests, and exit
  --check         only see whether every patch applies and is complete, and whether there are enough
  --jobs N        copies that are worked on at a time, one compiler each (default: 2, or 1 on one core)
  --seconds N     how long a planted bug's test may take (default 120)
  --help          print this and exit

Where it may (as root, with `unshare`), a copy is mounted over the project's own folder, for itself
alone: the compiler cache then knows everything that `cmake --build --preset dev` has built.

Exit codes: 0 in every room at least 95 % were noticed, and every patch applied and compiled;
1 otherwise; 2 wrong arguments.
HELP
}

arguments=("$@")
rooms=()
names=()
action='run'
jobs=$(($(nproc) > 1 ? 2 : 1))
seconds=120
while (($# > 0)); do
  case $1 in
    --room | --only)
      [[ -n ${2:-} ]] || die 2 "$1 needs a value"
      if [[ $1 == --room ]]; then rooms+=("$2"); else names+=("$2"); fi
      shift
      ;;
    --jobs | --seconds)
      [[ ${2:-} =~ ^[1-9][0-9]{0,4}$ ]] || die 2 "$1 needs a number above 0; '${2:-}' is none"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --list | --check) action=${1#--} ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done

# ---- the collection -------------------------------------------------------------------------------------------------

# The longest first, so that two copies end together.
known_rooms=(actors cli storage source plan derive transform)

for room in ${rooms[@]+"${rooms[@]}"}; do
  [[ " ${known_rooms[*]} " == *" $room "* ]] || die 2 "unknown room '$room'; there is ${known_rooms[*]}"
done

is_chosen() { # ROOM NAME
  local pattern
  ((${#names[@]} > 0)) || return 0
  for pattern in "${names[@]}"; do
    # shellcheck disable=SC2053 # a pattern
    [[ $2 == $pattern || $1/$2 == $pattern ]] && return
  done
  return 1
}

# "ROOM/NAME" of the chosen ones of a room, one a line.
mutants_of() { # ROOM
  local file name
  for file in "$project/tests/mutants/$1"/*.patch; do
    [[ -e $file ]] || continue
    name=$(basename "$file" .patch)
    if is_chosen "$1" "$name"; then printf '%s/%s\n' "$1" "$name"; fi
  done
}

# Sets bug, program and test of a patch. False when its head is not complete.
read_head() { # FILE
  local head
  mapfile -t -n 3 head <"$1"
  bug=${head[0]:-}
  program='' test=''
  [[ ${head[1]:-} =~ ^Test:\ ([a-z]+_tests):\ (.+)$ ]] || return
  program=${BASH_REMATCH[1]}
  test=${BASH_REMATCH[2]}
  [[ -n $bug && $bug != ---* && -z ${head[2]:-} ]]
}

# doctest parts its patterns at commas.
pattern_of() { printf '%s' "${1//,/?}"; }

# What is wrong with a patch, in the tree that is the working folder; nothing where it applies.
patch_problem() { # FILE
  local bug program test
  read_head "$1" || {
    echo "its head is not a sentence, 'Test: PROGRAM: NAME' and an empty line"
    return
  }
  patch -p1 --dry-run --force --silent --fuzz=0 <"$1" >/dev/null 2>&1 || echo 'it does not apply'
}

chosen_rooms() {
  local room
  for room in "${known_rooms[@]}"; do
    ((${#rooms[@]} == 0)) || [[ " ${rooms[*]} " == *" $room "* ]] || continue
    if [[ -n $(mutants_of "$room") ]]; then echo "$room"; fi
  done
}

list_all() {
  local room id bug program test
  for room in $(chosen_rooms); do
    while read -r id; do
      read_head "$project/tests/mutants/$id.patch"
      printf '%s  %s: %s\n    %s\n' "$id" "$program" "$test" "$bug"
    done < <(mutants_of "$room")
  done
}

# Whether the sources have a test case whose name begins as it should.
has_test() { # ALL_SOURCES TEST
  local name=${2%%[*?]*}
  [[ $1 == *"\"${name//\"/\\\"}"* ]]
}

check_all() {
  local room id problem sources bug program test count=0 bad=0
  cd "$project" || return
  sources=$(find tests -name '*.cpp' -exec cat {} +)
  for room in $(chosen_rooms); do
    while read -r id; do
      count=$((count + 1))
      problem=$(patch_problem "tests/mutants/$id.patch")
      read_head "tests/mutants/$id.patch"
      [[ -n $problem ]] || has_test "$sources" "$test" || problem="there is no test '$test'"
      if [[ -n $problem ]]; then
        bad=$((bad + 1))
        complain "$id: $problem"
      fi
    done < <(mutants_of "$room")
  done
  say "$count planted bugs, $bad of them of no use"
  if ((${#rooms[@]} + ${#names[@]} == 0 && count < mutants_min)); then
    complain "there have to be $mutants_min"
    return 1
  fi
  ((bad == 0))
}

# ---- one copy -------------------------------------------------------------------------------------------------------
# In the copy's folder, which may be mounted over the project's. Lines of results: OUTCOME, ROOM/NAME, what more there is
# to say, parted by tabs. Outcomes: noticed, timeout, missed, broken (does not compile), stale (does not apply), untested
# (no such test, or it fails without the bug too).

results='' log=''

note() { # OUTCOME ID TEXT
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$results"
  case $1 in
    noticed) detail "$1  $2" ;;
    *) detail "$1  $2  $3" ;;
  esac
}

build() { # PROGRAM...
  cmake --build build/dev --parallel 1 --target "$@" >"$log" 2>&1
}

run_test() { # PROGRAM PATTERN
  # The shell's own word on a program that breaks off is not wanted either.
  { timeout --kill-after=10 "$seconds" "build/dev/$1" --test-case="$2" >"$log" 2>&1 </dev/null; } 2>/dev/null
}

# Test cases that a pattern names.
matching() { # PROGRAM PATTERN
  "build/dev/$1" --list-test-cases --test-case="$2" 2>/dev/null | sed -n 's/.*unskipped test cases passing the current filters: //p'
}

plant() { # ID
  local id=$1 bug program test code=0 started=$SECONDS patch_file=tests/mutants/$1.patch
  read_head "$patch_file"
  patch -p1 --force --silent --fuzz=0 --no-backup-if-mismatch <"$patch_file" >"$log" 2>&1 || {
    note stale "$id" 'it does not apply'
    return
  }
  if ! build "$program"; then
    note broken "$id" "$(sed -n '/error:/ { p; q }' "$log")"
  else
    run_test "$program" "$(pattern_of "$test")" || code=$?
    case $code in
      0) note missed "$id" "$bug ($program: $test)" ;;
      124 | 137) note timeout "$id" "its test took longer than $seconds s" ;;
      *) note noticed "$id" "$((SECONDS - started)) s" ;;
    esac
  fi
  # With a new time, so that it is built again as it was.
  patch -p1 --force --silent --fuzz=0 --no-backup-if-mismatch --reverse <"$patch_file" >"$log" 2>&1 ||
    die 1 "$id cannot be taken back: $(cat "$log")"
}

# Everything of a room: what is named passes as it is, then each bug.
run_room() { # ROOM
  local id bug program test problem
  local -a planned=() good=()
  local -A programs=()
  while read -r id; do
    problem=$(patch_problem "tests/mutants/$id.patch")
    if [[ -n $problem ]]; then
      note stale "$id" "$problem"
      continue
    fi
    read_head "tests/mutants/$id.patch"
    planned+=("$id")
    programs[$program]=yes
  done < <(mutants_of "$1")
  ((${#planned[@]} > 0)) || return 0
  build "${!programs[@]}" || {
    complain "the tree does not build as it is; the last lines:"
    tail -n 25 "$log" >&2
    for id in "${planned[@]}"; do note untested "$id" 'its program does not build'; done
    return
  }
  # All of them before the first bug: the programs are those of the tree as it is.
  for id in "${planned[@]}"; do
    read_head "tests/mutants/$id.patch"
    if [[ $(matching "$program" "$(pattern_of "$test")") == 0 ]]; then
      note untested "$id" "$program has no test '$test'"
    elif ! run_test "$program" "$(pattern_of "$test")"; then
      note untested "$id" "$program: '$test' fails without the bug, too"
    else
      good+=("$id")
    fi
  done
  for id in ${good[@]+"${good[@]}"}; do plant "$id"; done
}

# The first room of the list that all copies share, which loses it.
next_room() {
  (
    flock 9
    head -n 1 "$work/rooms"
    sed -i 1d "$work/rooms"
  ) 9>"$work/lock"
}

work_copy() { # NUMBER
  local room
  results=$work/results-$1 log=$work/log-$1
  : >"$results"
  cmake --preset dev -DNBA_TESTS=ON -DNBA_BENCH=OFF >"$log" 2>&1 || {
    cat "$log" >&2
    die 1 "the copy cannot be configured"
  }
  while room=$(next_room) && [[ -n $room ]]; do run_room "$room"; done
}

# ---- all copies -----------------------------------------------------------------------------------------------------

may_mount() { [[ $(id -u) == 0 && $work != "$project"/* ]] && unshare --mount true 2>/dev/null; }

# Without a mount the cache is told to take paths below the copy as relative ones.
start_copy() { # NUMBER
  local tree=$work/tree-$1
  mkdir -p "$tree" && tar -C "$project" --exclude=./.git --exclude=./build -cf - . | tar -C "$tree" -xf - || return
  export NBA_MUTANTS_WORK=$work NBA_MUTANTS_COPY=$1
  if may_mount; then
    # shellcheck disable=SC2016 # for the shell inside
    exec unshare --mount --propagation private bash -c 'mount --bind "$1" "$2" && cd "$2" && exec bash "${@:3}"' - \
      "$tree" "$project" tests/mutants/run.sh ${arguments[@]+"${arguments[@]}"}
  fi
  export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1
  cd "$tree" && exec bash tests/mutants/run.sh ${arguments[@]+"${arguments[@]}"}
}

end_copies() {
  local pid
  for pid in ${copies[@]+"${copies[@]}"}; do kill -- "-$pid" 2>/dev/null; done
  rm -rf "$work"
}

# Of a room: how many there are, how many were noticed, and what is wrong with the others.
count_outcomes() { # ROOM OUTCOME...
  local room=$1 pattern
  shift
  pattern=$(IFS='|' && printf '%s' "$*")
  grep -cE "^($pattern)"$'\t'"$room/" "$work/all"
}

sum_up() {
  local room total noticed percent code=0
  cat "$work"/results-* >"$work/all"
  heading "Planted bugs"
  detail "$(printf '%-10s %8s %8s %6s' room noticed of percent)"
  while read -r room; do
    total=$(mutants_of "$room" | wc -l)
    noticed=$(count_outcomes "$room" noticed timeout)
    percent=$((100 * noticed / total))
    detail "$(printf '%-10s %8d %8d %6d' "$room" "$noticed" "$total" "$percent")"
    ((percent >= noticed_percent_min && $(count_outcomes "$room" stale broken untested) == 0)) || code=1
    # None is passed over.
    ((total == $(count_outcomes "$room" '[a-z]+'))) || code=1
  done < <(chosen_rooms)
  grep -vE '^(noticed|timeout)' "$work/all" | while IFS=$'\t' read -r outcome id text; do complain "$outcome: $id: $text"; done
  detail "in $((SECONDS / 60)) minutes; at least $noticed_percent_min % have to be noticed in every room"
  return "$code"
}

case $action in
  list) list_all ;;
  check) check_all ;;
  run)
    work=${NBA_MUTANTS_WORK:-}
    if [[ -n ${NBA_MUTANTS_COPY:-} ]]; then
      work_copy "$NBA_MUTANTS_COPY"
      exit
    fi
    [[ -n $(chosen_rooms) ]] || die 2 "no planted bug fits; see --list"
    work=$(mktemp -d "${TMPDIR:-/tmp}/nba-mutants-XXXXXX") || exit 1
    copies=()
    trap end_copies EXIT
    trap 'exit 1' INT TERM
    chosen_rooms >"$work/rooms"
    set -m # each copy is a group of processes, which ends as one
    for ((number = 1; number <= jobs; number++)); do
      start_copy "$number" </dev/null &
      copies+=("$!")
    done
    set +m
    for pid in "${copies[@]}"; do wait "$pid"; done
    sum_up
    ;;
esac
