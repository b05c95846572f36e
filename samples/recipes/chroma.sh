#!/bin/sh
# Loads an output into a Chroma collection (API v2), which is created if it does not exist.
#
#   embedctl batch texts.jsonl -o out.jsonl --metadata all
#   CHROMA_URL=http://localhost:8000 samples/recipes/chroma.sh out.jsonl texts
#
# Loading again replaces entries with the same id. Chroma's metadata cannot contain objects or arrays, so
# they are stored as JSON text. CHROMA_TOKEN is sent if it is set.
set -eu
output=$1
export collections="${CHROMA_URL:-http://localhost:8000}/api/v2/tenants/${CHROMA_TENANT:-default_tenant}/databases/${CHROMA_DATABASE:-default_database}/collections"
export token="${CHROMA_TOKEN:+x-chroma-token: $CHROMA_TOKEN}"
export json='Content-Type: application/json'

id=$(jq -n -c --arg name "$2" '{name: $name, get_or_create: true}' |
  curl -sS --fail-with-body -X POST -H "$token" -H "$json" --data-binary @- "$collections" | jq -r -e .id)
export id
jq -c '{id: (.id // .index | tostring), embedding: .embedding,
        metadata: (.metadata // {}
          | with_entries(select(.value != null) | .value |= if type == "object" or type == "array" then tojson else . end)
          | if . == {} then null else . end)}' "$output" |
  split -l 100 --filter 'jq -s -c "{ids: map(.id), embeddings: map(.embedding), metadatas: map(.metadata)}" |
    curl -sS --fail-with-body -X POST -H "$token" -H "$json" --data-binary @- "$collections/$id/upsert" >&2'
