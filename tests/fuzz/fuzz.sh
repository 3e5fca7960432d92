#!/usr/bin/env bash
# fuzz.sh BUILD SECONDS [JOBS]: fuzzes every target for so long, JOBS at a time, from the corpora in the tree. What breaks one is left in
# BUILD/fuzz-findings.
set -euo pipefail
export build=$1 seconds=$2
jobs=${3:-1}
export here
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export findings=$build/fuzz-findings
mkdir -p "$findings"
export work
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

one() { # PROGRAM: fuzzes it, and says in a few lines how that went
    local program=$1 name log
    name=${program##*/fuzz_target_}
    log=$work/$name.log
    mkdir -p "$work/$name"
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$work/$name" "$here/corpus/$name" >"$log" 2>&1; then
        echo "== $name: $seconds s, $(awk '/number_of_executed_units/{runs = $2} /new_units_added/{fresh = $2} END{print runs " inputs, " fresh " of them new ways"}' "$log")"
    else
        tail -n 40 "$log"
        echo "fuzz: $name broke; the input lies in $findings" >&2
        return 1
    fi
}
export -f one

printf '%s\n' "$build"/bin/fuzz_target_* | xargs -P "$jobs" -I{} bash -c 'one {}'
