#!/bin/sh
# A nightly job that never runs twice at the same time. In crontab:
#
#   15 2 * * *  cd /srv/texts && /path/to/samples/recipes/cron.sh texts.jsonl vectors.jsonl
#
# flock gives up at once if the previous run is still busy. Where there is no flock (macOS), a folder is the lock; a
# machine that loses power leaves it behind, and the message names it. With -q only errors are printed, so cron sends
# mail only if something is wrong. Vectors that were paid for are in the cache, so the next night completes
# the work of a failed one. Further arguments are passed to embedctl.
set -eu
input=$1
output=$2
shift 2

busy() {
  echo "the previous run is still busy with $output; skipped$1" >&2
  exit 0
}

if command -v flock >/dev/null; then
  exec 9>"$output.lock"
  flock -n 9 || busy ""
else
  if ! mkdir "$output.lock.d" 2>/dev/null; then
    if [ -d "$output.lock.d" ]; then busy " (if no run is busy, remove $output.lock.d)"; fi
    mkdir "$output.lock.d" # fails again, and says why
  fi
  trap 'rmdir "$output.lock.d"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
fi
embedctl batch "$input" -o "$output" -q "$@"
embedctl verify "$output" --input "$input" -q
