#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; backquotes in single quotes are Markdown's
# Every relative link and every #anchor of the documents leads to something.

load helpers

# The targets of the links of a page, one a line; not those to other hosts, and nothing inside of code.
links_of() { # PAGE
  awk '
    /^ *```/ { fenced = !fenced; next }
    fenced || /^(    |\t)/ { next }
    {
      gsub(/`[^`]*`/, "code")
      while (match($0, /\]\([^)]*\)/)) {
        target = substr($0, RSTART + 2, RLENGTH - 3)
        $0 = substr($0, RSTART + RLENGTH)
        sub(/ .*/, "", target)
        if (target !~ /^[a-z]+:/) print target
      }
    }' "$1"
}

# The names by which the headings of a page can be linked to, as GitHub makes them.
anchors_of() { # PAGE
  awk '
    /^ *```/ { fenced = !fenced; next }
    fenced || !/^#+ / { next }
    {
      sub(/^#+ +/, "")
      while (match($0, /\]\([^)]*\)/)) $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
      name = tolower($0)
      gsub(/[^a-z0-9 _-]/, "", name)
      gsub(/ /, "-", name)
      print name (seen[name]++ ? "-" seen[name] - 1 : "")
    }' "$1"
}

# The links of all pages below a folder that lead nowhere.
broken_links() { # FOLDER
  local page target path anchor file
  while read -r page; do
    while read -r target; do
      path=${target%%#*}
      anchor=
      [[ $target != *'#'* ]] || anchor=${target#*#}
      file=$page
      [[ -z $path ]] || file=$(dirname "$page")/$path
      if [[ -z $target || ! -e $file ]]; then
        echo "${page#"$1/"}: there is no ($target)"
      elif [[ -n $anchor ]] && ! grep -qxF -- "$anchor" <(anchors_of "$file"); then
        echo "${page#"$1/"}: no heading is called ($target)"
      fi
    done < <(links_of "$page")
  done < <(find "$1" \( -name .git -o -path "$1/build" \) -prune -o -name '*.md' -print | sort)
}

# Documents that comments, messages and scripts name, and that are not there.
missing_documents() { # FOLDER
  local name
  while read -r name; do
    [[ -e $1/$name ]] || echo "$name"
  done < <(cd "$1" && grep -rohE 'docs/[A-Za-z0-9_/-]+\.md' --include='*.[ch]pp' --include='*.sh' --include='*.cmake' \
    --include='*.txt' --include='*.sql' actors bench cli cmake ops pipeline storage tests | sort -u)
}

@test "every relative link of every page, and every anchor, leads to something" {
  expect_equal "$(broken_links "$project")" ""
}

@test "the documents that the sources name are there" {
  expect_equal "$(missing_documents "$project")" ""
  local folder=$BATS_TEST_TMPDIR/sources
  mkdir -p "$folder"/{actors,bench,cli,cmake,docs,ops,pipeline,storage,tests}
  touch "$folder/docs/there.md"
  printf '// docs/there.md, docs/adr/gone.md\n' >"$folder/cli/some.hpp"
  expect_equal "$(missing_documents "$folder")" "docs/adr/gone.md"
}

@test "a link that leads nowhere is seen, and so is a heading that is not there; links in code are none" {
  local folder=$BATS_TEST_TMPDIR/pages
  mkdir -p "$folder/docs"
  cat >"$folder/README.md" <<'PAGE'
# A page: `code`, and more

[good](docs/other.md), [its heading](docs/other.md#twice-1), [this page](#a-page-code-and-more), [a folder](docs/)
[elsewhere](https://example.org/gone.md), `[code](gone.md)`

    [code](gone.md)

```
[code](gone.md)
```
PAGE
  printf '# Other\n\n## Twice\n\n## Twice\n' >"$folder/docs/other.md"
  expect_equal "$(broken_links "$folder")" ""

  printf '[gone](gone.md) and [gone](../README.md#gone "title")\n[`x`](other.md#twice-2)\n' >>"$folder/docs/other.md"
  expect_equal "$(broken_links "$folder")" "docs/other.md: there is no (gone.md)
docs/other.md: no heading is called (../README.md#gone)
docs/other.md: no heading is called (other.md#twice-2)"
}
