#!/bin/sh
# What jq can tell of a run: samples/recipes/jq.sh out.jsonl
# Take the lines that you need; each stands for itself.
set -eu
output=$1

# The share of texts that were in the cache, what the run cost, how long it took.
jq -r '"\(.cache_hit_rate * 100 | floor)% cached, \(.estimated_cost_usd // 0) USD, \(.processing_time_seconds) s"' \
  "$output.metrics.json"
# A gate for a script: fails where a text failed.
jq -e '.errors == 0' "$output.metrics.json" >/dev/null
# Rows, and the dimensions that they have.
jq -n 'reduce inputs as $row ({}; .rows += 1 | .dimensions[$row.embedding | length | tostring] += 1)' -c "$output"
# id and vector as tab-separated values, the first row.
jq -r '[.id // .index, (.embedding | tojson)] | @tsv' "$output" | sed 1q | cut -c 1-60
# The five rows nearest to the first one, by dot product (cosine, where vectors have the length 1).
jq -n -c 'input as $first | [inputs | {id: (.id // .index), score: ([.embedding, $first.embedding] | transpose | map(.[0] * .[1]) | add)}] | sort_by(-.score)[:5][]' \
  "$output"
# What failed, by kind (--on-error collect).
if [ -e "$output.errors.jsonl" ]; then
  jq -s -c 'group_by(.error.code)[] | {code: .[0].error.code, texts: length}' "$output.errors.jsonl"
fi
