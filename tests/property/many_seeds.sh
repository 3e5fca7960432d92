#!/usr/bin/env bash
# many_seeds.sh PROGRAM FIRST COUNT [large]: the team's life (team_property.cpp) for COUNT seeds from FIRST on, each in a
# process of its own, at the lowest priority, as many at once as FIELDSEAL_JOBS (1). Prints each seed that failed, then
# how many ran; ends with 1 if any failed.
set -euo pipefail
program=$1
first=$2
count=$3
export FIELDSEAL_TEAM=${4:-small}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
one() {
    local seed=$1 log=$2/$1
    if FIELDSEAL_SEED=$seed nice -n 19 "$3" -tc='A team over its life*' >"$log" 2>&1; then
        rm "$log"
        echo >>"$2/passed"
    else
        echo "seed $seed failed:"
        grep -E 'ERROR|values:|FIELDSEAL_SEED' "$log" | head -n 8 || true
        echo >>"$2/failed"
    fi
}
export -f one
seq "$first" $((first + count - 1)) | xargs -P "${FIELDSEAL_JOBS:-1}" -I SEED bash -c "one SEED $folder $program"
lines() { [ -e "$1" ] && wc -l <"$1" || echo 0; }
passed=$(lines "$folder/passed")
failed=$(lines "$folder/failed")
echo "$passed seeds from $first on passed, $failed failed ($FIELDSEAL_TEAM teams)"
[ "$failed" = 0 ]
