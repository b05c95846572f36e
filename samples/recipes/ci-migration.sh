#!/bin/sh
# A CI job that embeds all texts with another model, and leaves failed texts to a person.
#
#   samples/recipes/ci-migration.sh texts.jsonl new.jsonl --provider openai --model text-embedding-3-large
#
# Exit code 0: all texts have vectors. 4: some failed; new.jsonl.errors.jsonl contains them with the
# reasons. Publish it as the job's artifact, correct the texts, and run the same command again, which pays
# only for these texts. Anything else: the job failed; run the same command to resume.
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
