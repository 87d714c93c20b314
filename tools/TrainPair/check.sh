#!/usr/bin/env bash
# Proves on a small run, in a few minutes, what the trainer promises:
#   1. tokenizer and configs come out as shipped, byte for byte;
#   2. a run that is killed in the middle of the target's and of the draft's training, and started again, ends in the
#      same bytes as one that was left alone;
#   3. a run that ends between its weights and their note has lost nothing, and finished stages leave no checkpoint;
#   4. a half-trained draft does not go on with the results of a remade teacher;
#   5. a folder refuses to mix two recipes;
#   6. the shipped pair still computes the greedy tokens of a golden file, where one is given.
# usage: tools/TrainPair/check.sh [golden.json]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
golden="${1:-}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1

dotnet build "$here" -c Release -v quiet --nologo
trainer="$here/bin/Release/net10.0/linux-x64/SpecExecNative.TrainPair"
tiny=(--threads 1 --target-steps 24 --draft-steps 60 --teacher-windows 16 --sampled-windows 8 --checkpoint-every 10)

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Starts the run and kills it once the named model has a checkpoint and has gone on for a moment.
kill_in_the_middle_of() {
  "$trainer" draft --out "$work/killed" "${tiny[@]}" 2>>"$work/killed.err" &
  local process=$!
  until [[ -e "$work/killed/work/$1.checkpoint.safetensors" ]]; do
    kill -0 "$process" 2>/dev/null || fail "the run ended before the $1 had a checkpoint"
    sleep 0.05
  done
  sleep 0.3
  kill -KILL "$process" || fail "the run ended before it could be killed"
  wait "$process" 2>/dev/null || true
  [[ ! -e "$work/killed/work/$1.finished" ]] || fail "the $1 was finished before the kill"
}

"$trainer" draft --out "$work/whole" "${tiny[@]}"
for model in target draft; do
  for file in tokenizer.json tokenizer_config.json special_tokens_map.json config.json generation_config.json; do
    cmp "$work/whole/$model/$file" "$here/../demo-pair/$model/$file" || fail "$model/$file is not the shipped one"
  done
done
echo "ok: tokenizer and configs equal the shipped ones"

kill_in_the_middle_of target
kill_in_the_middle_of draft
"$trainer" draft --out "$work/killed" "${tiny[@]}" 2>>"$work/killed.err"
grep -o 'resumed behind step.*' "$work/killed.err"
for model in target draft; do
  cmp "$work/whole/$model/model.safetensors" "$work/killed/$model/model.safetensors" || fail "the resumed $model differs"
  diff <(cut -f1,2,4- "$work/whole/work/$model.log.tsv") <(cut -f1,2,4- "$work/killed/work/$model.log.tsv") \
    || fail "the resumed $model logged other losses"
done
echo "ok: killed and resumed equals uninterrupted"

# Starts a run to the draft that is to be complete, and to have begun its training as told.
remake_draft() {
  "$trainer" draft --out "$work/killed" "${tiny[@]}" 2>"$work/remade.err" || fail "the draft could not be made anew"
  grep -q "$1" "$work/remade.err" || fail "the draft did not start $1"
  cmp "$work/whole/draft/model.safetensors" "$work/killed/draft/model.safetensors" || fail "the remade draft differs"
  ! compgen -G "$work/killed/work/*.checkpoint.safetensors" || fail "a finished stage left its checkpoint"
}

note="$work/killed/work/draft.finished"
rm "$note"
mkdir "$note.tmp" # where the note is to be written
if "$trainer" draft --out "$work/killed" "${tiny[@]}" 2>"$work/unwritten.err"; then
  fail "a note that could not be written was not missed"
fi
grep -q '^error: .*draft.finished' "$work/unwritten.err" || fail "the error does not name the note"
rmdir "$note.tmp"
remake_draft 'resumed behind step 60 of 60'
echo "ok: nothing is lost between the weights and their note"

rm "$note"
kill_in_the_middle_of draft
rm "$work/killed/work/teacher.finished"
remake_draft 'from step 0 of 60'
echo "ok: a remade teacher gets a draft from the start"

if "$trainer" draft --out "$work/whole" "${tiny[@]/#60/61}" 2>"$work/refused.err"; then
  fail "the folder took a second recipe"
fi
grep -q 'made with other settings' "$work/refused.err" || fail "the refusal does not say why"
echo "ok: another recipe is refused"

if [[ -n "$golden" ]]; then
  "$trainer" golden --out "$work/measured" --pair "$here/../demo-pair"
  ids() { grep -o '"greedy_ids":\[[0-9,]*\]' "$1"; }
  diff <(ids "$golden") <(ids "$work/measured/golden.json") || fail "the golden tokens differ"
  cmp "$golden" "$work/measured/golden.json" && echo "the golden file is equal byte for byte" || true
  echo "ok: the golden tokens are the same"
fi
