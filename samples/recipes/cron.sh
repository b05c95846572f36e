#!/bin/sh
# A nightly job that never runs twice at once. In crontab:
#
#   15 2 * * *  cd /srv/texts && /path/to/samples/recipes/cron.sh texts.jsonl vectors.jsonl
#
# flock gives up at once where yesterday's run is still busy. -q says nothing but errors, so that
# cron writes mail only when something is wrong. What was paid for is in the cache: a night that
# failed is made up for by the next one. More arguments go to embedctl.
set -eu
input=$1
output=$2
shift 2

exec 9>"$output.lock"
if ! flock -n 9; then
  echo "the run before is still busy with $output; skipped" >&2
  exit 0
fi
embedctl batch "$input" -o "$output" -q "$@"
embedctl verify "$output" --input "$input" -q
