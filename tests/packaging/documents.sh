#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# documents.sh PROGRAM MAN_PAGE COMPLETION: the man page renders without a complaint, and man page and completion know
# every command and option that the program's own --help tells, walked from the outside.
set -euo pipefail

program=$1 man_page=$2 completion=$3
failures=0

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    failures=$((failures + 1))
}

complaints=$(groff -man -Kutf8 -ww -z "$man_page" 2>&1)
if [ -n "$complaints" ]; then fail "groff says: $complaints"; fi
# Dashes are escaped in the source and fonts are switched; what is left is what a reader sees.
page=$(sed -e 's/\\f[BIR]//g' -e 's/\\-/-/g' "$man_page")

. "$completion"

# What pressing Tab after the given words offers, one a line; the last word is the one being typed.
offered() {
    COMP_WORDS=("$program" "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _arcmeter_cli "$program"
    printf '%s\n' "${COMPREPLY[@]}"
}

expect() {
    local wanted=$1 got
    shift
    got=$(offered "$@" | tr '\n' ' ')
    if [ "$got" != "$wanted " ]; then fail "Tab after '$*' offers '$got', not '$wanted'"; fi
}

commands_of() {
    "$program" "$@" --help | sed -nE '/^Subcommands:/,/^$/ s/^  ([a-z]+) .*/\1/p'
}

long_options_of() {
    "$program" "$@" --help | sed -nE 's/^  ((-[a-z],)?--[a-z,-]+).*/\1/p' | tr ',' '\n' | grep -e '^--'
}

# The man page's part about a command, up to the next one.
section_of() {
    awk -v heading=".SS \"$*\"" '$0 == heading {on = 1; next} /^\.S[SH]/ {on = 0} on' <<<"$page"
}

checked=0
check_command() {
    local option section known below
    section=$(section_of "$@")
    if [ -z "$section" ]; then fail "the man page has no section '$*'"; fi
    known=$(offered "$@" --)
    while read -r option; do
        checked=$((checked + 1))
        if ! grep -qxF -e "$option" <<<"$known"; then fail "Tab after '$* --' does not offer $option"; fi
        # The engine's own commands are in the engine's help alone.
        case $1 in dataset | devices) continue ;; esac
        if ! grep -qE -e "^(.*, )?$option(,| |$)" <<<"$section"; then fail "the man page's '$*' lacks $option"; fi
    done < <(long_options_of "$@")
    case $1 in dataset | devices) return ;; esac
    while read -r below; do
        if [ -n "$below" ]; then check_command "$@" "$below"; fi
    done < <(commands_of "$@")
}

mapfile -t commands < <(commands_of)
expect "${commands[*]}" ''
for command in "${commands[@]}"; do check_command "$command"; done
# A pattern that no longer fits --help would check nothing.
if [ "${#commands[@]}" -lt 5 ] || [ "$checked" -lt 100 ]; then
    fail "only ${#commands[@]} commands and $checked options were seen"
fi

expect 'run' ru
expect 'list show delete tag export' history ''
expect 'fp32 tf32 fp16 bf16' run --precision ''
expect 'r18 r100' run -b 8 -m r1
expect 'r18 r100' run --model = r1
expect 'true false' run --deterministic ''
expect 'runs published imported all' history list --show ''
expect '' run --note ''
# A value that is also the name of a command is not one.
expect '--db' run --tag plan --db
expect 'make info verify' dataset ''
expect '--identities' dataset make --id

if [ "$failures" -gt 0 ]; then exit 1; fi
printf '%d commands, %d options: man page and completion know them all.\n' "${#commands[@]}" "$checked"
