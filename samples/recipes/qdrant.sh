#!/bin/sh
# Loads an output into a Qdrant collection, which is created if it does not exist.
#
#   embedctl batch texts.jsonl -o out.jsonl --metadata all
#   QDRANT_URL=http://localhost:6333 samples/recipes/qdrant.sh out.jsonl texts
#
# Points are numbered by index, so loading again replaces them; id and metadata are the payload.
# QDRANT_API_KEY is sent if it is set.
set -eu
output=$1
export collection="${QDRANT_URL:-http://localhost:6333}/collections/$2"
export key="${QDRANT_API_KEY:+api-key: $QDRANT_API_KEY}"
export json='Content-Type: application/json'

if ! curl -sS --fail -o /dev/null -H "$key" "$collection" 2>/dev/null; then
  head -n 1 "$output" | jq -c '{vectors: {size: (.embedding | length), distance: "Cosine"}}' |
    curl -sS --fail-with-body -o /dev/null -X PUT -H "$key" -H "$json" --data-binary @- "$collection"
fi
# 100 points per request; if one is rejected, split fails, and so does this script.
jq -c '{id: .index, vector: .embedding,
        payload: ((.metadata // {}) + if .id == null then {} else {id: .id} end)}' "$output" |
  split -l 100 --filter 'jq -s -c "{points: .}" |
    curl -sS --fail-with-body -X PUT -H "$key" -H "$json" --data-binary @- "$collection/points?wait=true" >&2'
