#!/usr/bin/env bash
# bench.sh BUILD [all|save|seal|import|unlock|destroy|wire|hub|window|bundles|sync] [SCALE]: measures on this machine, prints tables; nothing here decides whether tests pass.
set -euo pipefail
build=$1
filter=${2:-all}
scale=${3:-100000}

if [ "$filter" = sync ]; then
    # Against rclone, on servers that others wrote: SCALE small bundles, and behind it the MiB of evidence.
    exec python3 "$(dirname "${BASH_SOURCE[0]}")/bench_sync.py" "$build/bin/bench_store" "${3:-10000}" "${4:-1024}"
fi
if [ "$filter" != window ] && [ "$filter" != hub ]; then
    "$build/bin/fieldseal_bench" "$filter" "$scale"
fi

if [ "$filter" = all ] || [ "$filter" = hub ]; then
    python3 "$(dirname "${BASH_SOURCE[0]}")/../hub/bench_hub.py" "$build/bin/serve_hub"
fi

# The real window on a virtual display: cold start to the first frame, then what an idle window costs.
window() {
    local folder display pid start first frames before after ticks_before ticks_after
    folder=$(mktemp -d)
    Xvfb -displayfd 3 -screen 0 1366x768x24 -nolisten tcp -noreset >/dev/null 2>&1 3>"$folder/display" &
    display=$!
    until [ -s "$folder/display" ]; do sleep 0.1; done
    start=$(date +%s%N)
    HOME=$folder XDG_CONFIG_HOME=$folder MESA_SHADER_CACHE_DIR=$folder/shaders DISPLAY=":$(cat "$folder/display")" "$build/bin/fieldseal" --frames-log "$folder/frames" &
    pid=$!
    until [ -s "$folder/frames" ]; do sleep 0.002; done
    first=$(date +%s%N)
    sleep 3
    before=$(stat -c %s "$folder/frames")
    ticks_before=$(awk '{print $14 + $15}' "/proc/$pid/stat")
    sleep 10
    after=$(stat -c %s "$folder/frames")
    ticks_after=$(awk '{print $14 + $15}' "/proc/$pid/stat")
    kill "$pid" "$display"
    wait 2>/dev/null || true
    frames=$((after - before))
    echo "| cold start to the first frame, empty shader cache | $(((first - start) / 1000000)) ms | |"
    echo "| frames in 10 idle seconds | $frames | 0 |"
    echo "| CPU time in 10 idle seconds | $(((ticks_after - ticks_before) * 10)) ms | |"
    rm -rf "$folder"
}
if [ "$filter" = all ] || [ "$filter" = window ]; then
    "$build/bin/fieldseal_bench_frames" "$scale"
    window
fi
