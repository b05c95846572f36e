#!/bin/sh
# A nightly job that never runs twice at the same time. In crontab:
#
#   15 2 * * *  cd /srv/texts && /path/to/samples/recipes/cron.sh texts.jsonl vectors.jsonl
#
# flock gives up at once if the previous run is still busy. With -q only errors are printed, so cron sends
# mail only if something is wrong. Vectors that were paid for are in the cache, so the next night completes
# the work of a failed one. Further arguments are passed to embedctl.
set -eu
input=$1
output=$2
shift 2

exec 9>"$output.lock"
if ! flock -n 9; then
  echo "the previous run is still busy with $output; skipped" >&2
  exit 0
fi
embedctl batch "$input" -o "$output" -q "$@"
embedctl verify "$output" --input "$input" -q
