#!/usr/bin/env bash
# bench.sh BUILD [FILTER] [SCALE]: measures on this machine, prints a table; nothing here decides whether tests pass.
set -euo pipefail
build=$1
shift
"$build/bin/fieldseal_bench" "$@"
