#!/usr/bin/env bash
# run.sh SOURCE WORK READ_WRITTEN FIELDSEALCTL: installs the two libraries below WORK, runs the vectors with Node, lets READ_WRITTEN read what Node wrote,
# and has Node join a team that FIELDSEALCTL founds.
# Exits with 77 (skipped) where Node or its libraries are not to be had, but never in CI.
set -euo pipefail
source=$1
work=$2
read_written=$3
fieldsealctl=$4

skip() {
    echo "skipped: $1"
    [ "${CI:-}" = true ] && { echo "but CI must run it" >&2; exit 1; }
    exit 77
}

command -v node >/dev/null || skip "node is not installed (apt-get install nodejs npm)"
command -v npm >/dev/null || skip "npm is not installed (apt-get install npm)"
mkdir -p "$work"
if ! cmp -s "$source/tests/interop/package-lock.json" "$work/installed.json"; then
    cp "$source"/tests/interop/package.json "$source"/tests/interop/package-lock.json "$work"
    (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts) >"$work/npm.log" 2>&1 || {
        tail -n 5 "$work/npm.log"
        skip "npm could not fetch the libraries; see $work/npm.log"
    }
    cp "$source/tests/interop/package-lock.json" "$work/installed.json"
fi
cp "$source"/tests/interop/*.js "$work"
node "$work/run.js" "$source/tests/vectors"
node "$work/write.js" "$source/tests/vectors" "$work/written.json"
"$read_written" "$work/written.json"
node "$work/journey.js" "$fieldsealctl" "$work/journey"
