#!/usr/bin/env bash
# fuzz.sh BUILD SECONDS: fuzzes every target for so long, from the corpora in the tree. What breaks one is left in BUILD/fuzz-findings.
set -euo pipefail
build=$1
seconds=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
findings=$build/fuzz-findings
mkdir -p "$findings"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for program in "$build"/bin/fuzz_target_*; do
    name=${program##*/fuzz_target_}
    mkdir -p "$work/$name"
    echo "== $name: $seconds s"
    if ! "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$work/$name" "$here/corpus/$name" >"$work/$name.log" 2>&1; then
        failed=1
        tail -n 40 "$work/$name.log"
        echo "fuzz: $name broke; the input lies in $findings" >&2
    else
        grep -E 'stat::number_of_executed_units|stat::new_units_added' "$work/$name.log"
    fi
done
exit $failed
