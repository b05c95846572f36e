#!/bin/sh
# Loads an output into an OpenSearch index with the _bulk API; the index is created if it does not exist.
#
#   embedctl batch texts.jsonl -o out.jsonl --metadata all
#   OPENSEARCH_URL=https://localhost:9200 samples/recipes/opensearch.sh out.jsonl texts
#
# A document's _id is the record's id, so loading again replaces it. Put a user and password into
# ~/.netrc, where curl finds them. For Elasticsearch the mapping's field has another type:
# {"type": "dense_vector", "dims": …}.
set -eu
output=$1
export index="${OPENSEARCH_URL:-http://localhost:9200}/$2"

if ! curl -sS --fail --netrc-optional -o /dev/null --head "$index" 2>/dev/null; then
  head -n 1 "$output" |
    jq -c '{settings: {index: {knn: true}}, mappings: {properties: {embedding:
            {type: "knn_vector", dimension: (.embedding | length), space_type: "cosinesimil"}}}}' |
    curl -sS --fail-with-body --netrc-optional -o /dev/null -X PUT \
      -H 'Content-Type: application/json' --data-binary @- "$index"
fi
# Two lines per document, 500 documents per request. The reply contains the result of each document.
jq -c '{index: {_id: (.id // .index | tostring)}},
       ((.metadata // {}) + {embedding: .embedding})' "$output" |
  split -l 1000 --filter 'curl -sS --fail-with-body --netrc-optional -X POST \
    -H "Content-Type: application/x-ndjson" --data-binary @- "$index/_bulk" |
    jq -e "if .errors then ([.items[].index.error // empty][0] | halt_error) else true end" >&2'
