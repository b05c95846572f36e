#!/bin/sh
# A job that moves all texts to another model and lets a person decide on the few that fail.
#
#   samples/recipes/ci-migration.sh texts.jsonl new.jsonl --provider openai --model text-embedding-3-large
#
# Exit code 0: all texts have vectors. 4: done but for some, which new.jsonl.errors.jsonl names with
# the reason: publish it as the job's artifact, mend the texts, run the same command again (only
# they are paid for). Anything else: the job failed, and the same command goes on where it stopped.
set -eu
input=$1
output=$2
shift 2

code=0
embedctl batch "$input" -o "$output" --on-error collect --max-errors 5% "$@" || code=$?
case $code in
  0 | 4) ;;
  *) exit "$code" ;;
esac
if [ "$code" -eq 4 ]; then
  jq -r '"line \(.line): \(.error.code): \(.error.message)"' "$output.errors.jsonl" >&2
fi
embedctl verify "$output" --input "$input"
exit "$code"
