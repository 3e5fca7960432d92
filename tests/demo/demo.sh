#!/usr/bin/env bash
# The main job of Fieldseal without a screen: demo.sh FIELDSEALCTL. Everything happens in a temporary folder, which is removed at the end
# (kept with FIELDSEAL_DEMO_KEEP=1). Ends with another code than 0 as soon as anything is not as the step says.
set -euo pipefail

ctl=${1:?usage: demo.sh FIELDSEALCTL}
place=$(mktemp -d "${TMPDIR:-/tmp}/fieldseal-demo.XXXXXX")
chmod 700 "$place"
[ "${FIELDSEAL_DEMO_KEEP:-}" = 1 ] && echo "Everything stays in $place" || trap 'rm -rf "$place"' EXIT
cd "$place"

step=0
step() { step=$((step + 1)); printf '\n%2d. %s\n' "$step" "$1"; }
shown() { printf '    %s\n' "$1"; }
fail() { printf '\nThe demo stops here: %s\n' "$1" >&2; exit 1; }
# field NAME FILE: the first text or number under this name in a result of --json.
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",{[]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$2" | head -n 1; }
# run OUT WORDS...: a command that has to work; its JSON goes to OUT.
run() {
    local out=$1
    shift
    "$ctl" "$@" --json >"$out" || fail "fieldsealctl $* ended with $?"
}
# run_as WHO OUT COMMAND...: the same on somebody's vault; VAULT in the words stands for it.
run_as() {
    local who=$1 out=$2 word words=()
    shift 2
    for word in "$@"; do
        [ "$word" = VAULT ] && words+=("$who.fieldseal" --passphrase-file "$who.passphrase") || words+=("$word")
    done
    run "$out" "${words[@]}"
}
# ends_with CODE WORDS...: a command that has to fail, in this way.
ends_with() {
    local expected=$1 code=0
    shift
    "$ctl" "$@" >refused.txt 2>&1 || code=$?
    [ "$code" = "$expected" ] || fail "fieldsealctl $* ended with $code, not $expected"
}
equals() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }
# No text of a record in these files, plain or in base64. Texts are long enough not to turn up by chance in random bytes.
holds_no_text() {
    local text
    for text in "$site_name" "City hospital" "generator" "Olena Koval" "Ihor Petrenko" "photo.jpg" "CSB-GV-01"; do
        if grep -rqaF -e "$text" "$@" || grep -rqaF -e "$(printf '%s' "$text" | base64 -w0 | cut -c1-10)" "$@"; then
            fail "'$text' can be read in $*"
        fi
    done
}

for who in coordinator assessor reviewer; do
    head -c 18 /dev/urandom | base64 >"$who.passphrase"
    chmod 600 "$who.passphrase"
done

step "A coordinator creates a deployment, and one invitation for each of two people."
run created.json deployment create coordinator.fieldseal --passphrase-file coordinator.passphrase --name "Civil sites 2026" --person "Olena Koval" \
    --recovery-code-file coordinator.recovery
for who in "assessor:Ihor Petrenko" "reviewer:Marta Melnyk"; do
    history=()
    [ "${who%:*}" = reviewer ] && history=(--history all)
    run_as coordinator "${who%:*}.invited.json" invite VAULT --role "${who%:*}" "${history[@]}" --person "${who#*:}" --out "${who%:*}.fsinvite"
    (umask 077 && field code "${who%:*}.invited.json" >"${who%:*}.code")
done
shown "Device fingerprint $(field fingerprint created.json)"
shown "The invitation is a sealed file; its 20-digit code travels another way."
echo 00000000000000000000 >wrong.code
ends_with 3 join nobody.fieldseal --invite assessor.fsinvite --code-file wrong.code --passphrase-file assessor.passphrase
[ ! -e nobody.fieldseal ] || fail "a vault was made with a wrong code"
shown "A wrong code opens nothing and leaves nothing behind."

step "The assessor joins on another laptop, which then goes offline."
run joined.json join assessor.fieldseal --invite assessor.fsinvite --code-file assessor.code --passphrase-file assessor.passphrase \
    --recovery-code-file assessor.recovery
equals "the assessor's role" "$(field role joined.json)" assessor
ends_with 3 status assessor.fieldseal --passphrase-file coordinator.passphrase
shown "Joined as $(field role joined.json); another passphrase does not open the vault (exit code 3)."

step "The assessor adds a site, answers the questionnaire, attaches a photo, finalises."
"$ctl" site example >site.json
site_name=$(field name site.json)
grep -qaF -e "$site_name" site.json || fail "the search for clear text finds nothing where it stands"
run templates.json template list
template=$(field id templates.json)
"$ctl" template example "$template" >answers.json
head -c 300000 /dev/urandom >photo.jpg
run_as assessor added.json site add VAULT --from site.json
site=$(field site added.json)
run_as assessor first.json assess VAULT --site "$site" --template "$template" --answers answers.json --attach photo.jpg --question CSB-GV-01 --finalise
visit=$(field assessment first.json)
equals "the assessment" "$(field state first.json)" finalised
run_as assessor status.json status VAULT
shown "Score $(field score first.json) of 1, grade $(field grade first.json); $(field sealed status.json) records sealed on this device, 0 delivered."
holds_no_text assessor.fieldseal*
shown "The vault's file holds no name, no answer, no file name in clear (searched)."

step "A USB stick travels: sealed bundles for the coordinator, who alone can open them."
mkdir stick
run_as assessor exported.json bundle export VAULT --out stick
bundle=$(find stick -name '*.fsbundle' | head -n 1)
[ -n "$bundle" ] || fail "no bundle was written"
holds_no_text stick
shown "$(find stick -type f | wc -l) file(s), $(field bytes exported.json) bytes; no clear text in them, nor in their names."
cp "$bundle" flipped.fsbundle
middle=$(($(stat -c %s "$bundle") / 2))
byte=$(od -An -tu1 -j "$middle" -N1 "$bundle" | tr -d ' ')
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of=flipped.fsbundle bs=1 seek="$middle" conv=notrunc status=none
ends_with 4 bundle import coordinator.fieldseal --passphrase-file coordinator.passphrase flipped.fsbundle
head -c "$middle" "$bundle" >short.fsbundle
ends_with 4 bundle import coordinator.fieldseal --passphrase-file coordinator.passphrase short.fsbundle
run_as coordinator sites.json site list VAULT
[ -z "$(field site sites.json)" ] || fail "something of a damaged bundle was taken in"
shown "One flipped bit, or half the file: refused (exit code 4), and nothing of it taken in."

step "The coordinator imports; a signed receipt goes back; the assessor sees \"delivered\"."
run_as coordinator imported.json bundle import VAULT stick/*.fsbundle
equals "the import" "$(field outcome imported.json)" imported
shown "$(field new_revisions imported.json) revisions came in."
run_as coordinator again.json bundle import VAULT stick/*.fsbundle
equals "the second import" "$(field outcome again.json)" already_imported
shown "The same stick again changes nothing."
mkdir back
run_as coordinator answer.json bundle export VAULT --out back
run_as assessor receipt.json bundle import VAULT back/*.fsbundle
run_as assessor status.json status VAULT
[ "$(field delivered status.json)" -ge 3 ] || fail "site, assessment and evidence are not shown as delivered"
equals "what is not yet delivered" "$(field sealed status.json) $(field sent status.json)" "0 0"
shown "$(field delivered status.json) records delivered, none waiting."

step "A reviewer joins, opens the history, and returns the assessment with a comment. Now through a shared folder."
run reviewer.json join reviewer.fieldseal --invite reviewer.fsinvite --code-file reviewer.code --passphrase-file reviewer.passphrase \
    --recovery-code-file reviewer.recovery
mkdir store
sync_in_turn() {
    local who
    for who in "$@"; do
        run_as "$who" synced.json sync VAULT --store "folder:$place/store"
    done
}
sync_in_turn reviewer coordinator reviewer
run_as reviewer history.json history VAULT "$site"
grep -q '"person": "Ihor Petrenko"' history.json || fail "the history does not say who answered"
shown "$(grep -c '"revision":' history.json) revisions of the site, its assessment and evidence, each with person, device and time."
run_as reviewer review.json review VAULT "$visit" --return --comment "Please add what the backup test showed."
sync_in_turn reviewer coordinator assessor
run_as assessor seen.json show VAULT "$visit"
grep -q 'Please add what the backup test showed.' seen.json || fail "the comment did not arrive"
shown "The assessor reads the comment and may edit again."

step "The assessor completes the answer; the reviewer compares the two states and approves."
cat >more.json <<'JSON'
{"answers": {"CSB-GV-01": {"value": 3, "basis": "tested", "note": "Restored from backup in front of us."}}}
JSON
run_as assessor second.json assess VAULT --assessment "$visit" --answers more.json --finalise
sync_in_turn assessor coordinator reviewer
run_as reviewer history.json history VAULT "$visit" --alone
before=$(field revision history.json)
after=$(sed -n 's/^ *"revision": "\([0-9a-f]*\)".*/\1/p' history.json | tail -n 1)
run_as reviewer diff.json diff VAULT "$before" "$after"
grep -q 'Restored from backup in front of us.' diff.json || fail "the difference does not show the new note"
shown "The difference names each field with its value before and after."
run_as reviewer approved.json review VAULT "$visit" --approve
sync_in_turn reviewer coordinator assessor
run_as coordinator sites.json site list VAULT
equals "the verdict at the coordinator's" "$(field verdict sites.json)" approved
shown "Approved, and everybody sees it."

step "A second visit months later shows what changed."
sed 's/"visited_on": "[^"]*"/"visited_on": "2027-05-20"/' answers.json >later.json
grep -q '2027-05-20' later.json || sed 's/^{/{"visited_on": "2027-05-20",/' answers.json >later.json
run_as assessor third.json assess VAULT --site "$site" --template "$template" --answers later.json --finalise
sync_in_turn assessor coordinator reviewer
run_as reviewer site.json show VAULT "$site"
equals "the number of visits" "$(grep -c '"visited_on":' site.json)" 2
shown "Two visits: score $(field score second.json) in the first, $(field score third.json) in the second."

step "Nothing was altered, nothing leaks."
for who in coordinator assessor reviewer; do
    run_as "$who" verified.json verify VAULT
    equals "the check of the $who's vault" "$(field sound verified.json)" true
done
shown "All three vaults: every seal, chain and signature holds ($(field revisions verified.json) revisions, $(field signed_segments verified.json) signed segments)."
holds_no_text store back stick ./*.fieldseal*
shown "Store, stick and vaults hold no clear text."

printf '\nEverything was as said.\n'
