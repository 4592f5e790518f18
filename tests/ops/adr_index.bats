#!/usr/bin/env bats
# docs/adr/README.md lists every decision with its title and its status.

setup() {
  adr=$(cd "$BATS_TEST_DIRNAME/../../docs/adr" && pwd)
}

@test "every decision is in the index once, with its title and its status" {
  local page number title status missing=0
  for page in "$adr"/[0-9]*.md; do
    number=$(basename "$page" | cut -c1-4)
    title=$(sed -n "1s/^# $number: //p" "$page")
    status=$(sed -n '/Status:/{s/.*Status:\(\*\*\)\{0,1\} *\([a-z]*\).*/\2/p;q}' "$page")
    if [[ -z $title || -z $status ]] ||
      (($(grep -cF "| [$number]($(basename "$page")) | $title | $status" "$adr/README.md") != 1)); then
      echo "not in the index as it should be: $page ($status)"
      missing=$((missing + 1))
    fi
  done
  ((missing == 0))
}

@test "no number is given twice, and the index names no page that is not there" {
  [[ -z $(basename -a "$adr"/[0-9]*.md | cut -c1-4 | uniq -d) ]]
  local file
  while read -r file; do
    [[ -f $adr/$file ]] || { echo "$file is not there"; return 1; }
  done < <(sed -n 's/^| \[[0-9]*\](\([^)]*\)).*/\1/p' "$adr/README.md")
}
