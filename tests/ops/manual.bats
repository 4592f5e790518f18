#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# Man pages and completion as man, bash, zsh and fish themselves read them. NBA_MANUAL names the folder that the build wrote.

load helpers

setup() {
  [[ -e ${NBA_MANUAL:-}/nba-scraper.1 ]] || { echo 'NBA_MANUAL must name the folder with the manual'; return 1; }
}

need() { # PROGRAM
  command -v "$1" >/dev/null || skip "SKIPPED: $1 is not installed"
}

# What bash offers after these words; the last one is what stands before the cursor.
bash_offers() { # WORD...
  bash --norc -c '
    . "$1"
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _nba_scraper
    printf "%s\n" "${COMPREPLY[@]}"' - "$NBA_MANUAL/nba-scraper.bash" nba-scraper "$@" | sort | paste -sd ' '
}

@test "bash: commands, options, values, files" {
  expect_in 'doctor' "$(bash_offers '')"
  expect_in 'schedule' "$(bash_offers '')"
  expect_equal "$(bash_offers sched)" schedule
  expect_equal "$(bash_offers schedule '')" 'backfill daily'
  expect_in '--reprocess' "$(bash_offers schedule backfill --)"
  expect_in '--database' "$(bash_offers schedule backfill --)"
  expect_not_in '--reprocess' "$(bash_offers schedule daily --)"
  expect_equal "$(bash_offers schedule backfill --reprocess '')" 'all missing parked'
  expect_equal "$(bash_offers schedule backfill --reprocess = p)" 'parked'
  expect_equal "$(bash_offers schedule backfill --reprocess =)" 'all missing parked'
  expect_equal "$(bash_offers --log-level d)" debug
  expect_equal "$(bash_offers schedule --log-level d)" debug
}

@test "bash: a value is no command, and what cannot be listed offers nothing" {
  expect_equal "$(bash_offers --log-level warn sta)" status
  expect_equal "$(bash_offers --database status dlq '')" "$(bash_offers dlq '')"
  expect_equal "$(bash_offers --database = status dlq '')" "$(bash_offers dlq '')"
  expect_equal "$(bash_offers schedule backfill --season '')" ''
}

@test "bash: files after --config and --log-file" {
  cd "$BATS_TEST_TMPDIR"
  touch settings.toml
  expect_equal "$(bash_offers --config sett)" settings.toml
}

@test "bash: the script says nothing when it is read, whatever the options of the shell" {
  run bash --norc -c 'set -eu; . "$1"; complete -p nba-scraper' - "$NBA_MANUAL/nba-scraper.bash"
  expect_equal "$status" 0
  expect_equal "$output" 'complete -F _nba_scraper nba-scraper'
}

# What fish offers for a line, without the descriptions.
fish_offers() { # LINE
  HOME=$BATS_TEST_TMPDIR fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$NBA_MANUAL/nba-scraper.fish" "$1" |
    cut -f1 | sort | paste -sd ' '
}

@test "fish: commands, options, values" {
  need fish
  expect_equal "$(fish_offers 'nba-scraper sched')" schedule
  expect_equal "$(fish_offers 'nba-scraper schedule ')" 'backfill daily'
  expect_in '--reprocess' "$(fish_offers 'nba-scraper schedule backfill --')"
  expect_in '--database' "$(fish_offers 'nba-scraper schedule backfill --')"
  expect_not_in '--reprocess' "$(fish_offers 'nba-scraper schedule daily --')"
  expect_equal "$(fish_offers 'nba-scraper schedule backfill --reprocess ')" 'all missing parked'
  expect_equal "$(fish_offers 'nba-scraper schedule backfill --log-level=d')" '--log-level=debug'
  expect_equal "$(fish_offers 'nba-scraper --log-level warn sta')" status
  expect_equal "$(fish_offers 'nba-scraper --database status dlq ')" "$(fish_offers 'nba-scraper dlq ')"
}

# What a line becomes when Tab is pressed in a real, interactive zsh.
zsh_completes() { # LINE
  HOME=$BATS_TEST_TMPDIR zsh -f -c '
    zmodload zsh/zpty
    zpty -b shell "TERM=dumb zsh -f -i"
    zpty -w shell "PROMPT= RPROMPT=; unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null; stty -echo
      fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D
      setopt no_beep no_auto_list no_auto_menu; zstyle :completion:\\* verbose yes
      show() { print -r -- \"<\$BUFFER>\"; zle kill-buffer }; zle -N show; bindkey ^X show; bindkey ^I complete-word
      print rea\"\"dy"
    zpty -r -m shell said "*ready*"
    zpty -n -w shell "$2"$'"'"'\t'"'"'
    zpty -n -w shell $'"'"'\x18'"'"'
    zpty -r -m shell said "*<*>*"
    said=${said##*<}
    print -r -- ${said%%>*}
    zpty -d shell' - "$NBA_MANUAL" "$1"
}

@test "zsh: commands, options, values" {
  need zsh
  expect_equal "$(zsh_completes 'nba-scraper sched')" 'nba-scraper schedule '
  expect_equal "$(zsh_completes 'nba-scraper schedule b')" 'nba-scraper schedule backfill '
  expect_equal "$(zsh_completes 'nba-scraper schedule backfill --repr')" 'nba-scraper schedule backfill --reprocess='
  expect_equal "$(zsh_completes 'nba-scraper schedule backfill --reprocess=p')" 'nba-scraper schedule backfill --reprocess=parked '
  expect_equal "$(zsh_completes 'nba-scraper schedule daily --log-level d')" 'nba-scraper schedule daily --log-level debug '
  expect_equal "$(zsh_completes 'nba-scraper --log-level warn sta')" 'nba-scraper --log-level warn status '
}

@test "man shows both pages without a warning" {
  need man
  for page in nba-scraper.1 nba-scraper-config.5; do
    LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$NBA_MANUAL/$page" \
      >/dev/null 2>"$BATS_TEST_TMPDIR/complaints"
    expect_equal "$(<"$BATS_TEST_TMPDIR/complaints")" ''
  done
}

@test "the pages can be read: commands, options, examples, settings" {
  need man
  # Bold and underlined as overstrikes: taken out by col.
  page() { LC_ALL=C.UTF-8 MANWIDTH=80 MAN_KEEP_FORMATTING='' man -l "$NBA_MANUAL/$1" 2>&1 | col -bx; }
  run page nba-scraper.1
  expect_in 'nba-scraper schedule backfill --season YYYY-YY [options]' "$output"
  expect_in '  nba-scraper schedule backfill --season 2024-25 --dry-run' "$output"
  expect_in 'EXIT STATUS' "$output"
  expect_in 'DATABASE_URL' "$output"
  # Examples are as wide as they are in --help, and set in.
  (($(awk 'length > 90' <<<"$output" | wc -l) == 0))
  run page nba-scraper-config.5
  expect_in 'drain_deadline_seconds' "$output"
  expect_in '[engine]' "$output"
}

@test "the settings file of the package is a comment from end to end" {
  expect_equal "$(grep -cv '^#' "$project/ops/config/config.toml")" 0
}
