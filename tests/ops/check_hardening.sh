#!/usr/bin/env bash
# Looks into a program for what a release build must have. Prints what is missing; exit code 1 when something is.
#   check_hardening.sh PROGRAM
set -euo pipefail
program=${1:?usage: check_hardening.sh PROGRAM}
export LC_ALL=C
header=$(readelf --wide --file-header "$program")
segments=$(readelf --wide --program-headers "$program")
dynamic=$(readelf --wide --dynamic "$program")
symbols=$(readelf --wide --dyn-syms "$program")

failed=0
demand() { # WHAT TEXT PATTERN
  [[ $2 =~ $3 ]] && return
  echo "$program: no $1"
  failed=1
}
demand 'PIE (-fPIE, -pie)' "$header" 'Type: +DYN'
demand 'mark as PIE (-pie)' "$dynamic" 'FLAGS_1\)[^'$'\n'']*PIE'
demand 'RELRO (-z relro)' "$segments" 'GNU_RELRO'
demand 'full RELRO: immediate binding (-z now)' "$dynamic" '\(FLAGS\)[^'$'\n'']*BIND_NOW'
demand 'stack that is not executable (-z noexecstack)' "$segments" 'GNU_STACK +[0-9a-fx ]+ RW +0x'
demand 'stack protector (-fstack-protector-strong)' "$symbols" '__stack_chk_fail'
demand 'checked functions (-D_FORTIFY_SOURCE=2)' "$symbols" '__[a-z]+_chk[@ ]'
if [[ $header =~ X86-64 ]]; then
  # A frame of more than a page is made page by page, each touched with this instruction.
  touched=$(objdump --disassemble --no-show-raw-insn "$program" | awk '/orq +\$0x0,(0x[0-9a-f]+)?\(%rsp\)/ { n++ } END { print n + 0 }')
  ((touched > 0)) || { echo "$program: no touching of the stack (-fstack-clash-protection)"; failed=1; }
fi
exit "$failed"
