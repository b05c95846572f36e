#!/bin/sh
# Inspects a run with jq: samples/recipes/jq.sh out.jsonl
# Copy the lines that you need; each works alone.
set -eu
output=$1

# The share of cached texts, the cost of the run, and its duration.
jq -r '"\(.cache_hit_rate * 100 | floor)% cached, \(.estimated_cost_usd // 0) USD, \(.processing_time_seconds) s"' \
  "$output.metrics.json"
# A check for scripts: fails if a text failed.
jq -e '.errors == 0' "$output.metrics.json" >/dev/null
# The number of rows, and their dimensions.
jq -n 'reduce inputs as $row ({}; .rows += 1 | .dimensions[$row.embedding | length | tostring] += 1)' -c "$output"
# id and vector of the first row as tab-separated values.
jq -r '[.id // .index, (.embedding | tojson)] | @tsv' "$output" | sed 1q | cut -c 1-60
# The five rows nearest to the first one by dot product (the cosine if vectors have the length 1).
jq -n -c 'input as $first | [inputs | {id: (.id // .index), score: ([.embedding, $first.embedding] | transpose | map(.[0] * .[1]) | add)}] | sort_by(-.score)[:5][]' \
  "$output"
# Failed texts by error code (with --on-error collect).
if [ -e "$output.errors.jsonl" ]; then
  jq -s -c 'group_by(.error.code)[] | {code: .[0].error.code, texts: length}' "$output.errors.jsonl"
fi
