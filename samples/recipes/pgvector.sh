#!/bin/sh
# Loads an output into PostgreSQL with pgvector: id, metadata, embedding. Existing ids get the new vector.
#
#   embedctl batch texts.jsonl -o out.jsonl --metadata all
#   PGDATABASE=search samples/recipes/pgvector.sh out.jsonl texts
#
# psql reads the PG… variables. The table is created if it does not exist; everything is one transaction.
# After loading many rows: CREATE INDEX ON texts USING hnsw (embedding vector_cosine_ops);
# To search: SELECT id FROM texts ORDER BY embedding <=> '[0.1,…]' LIMIT 5;
set -eu
output=$1
table=$2

dimensions=$(head -n 1 "$output" | jq '.embedding | length')
# COPY's text format: columns separated by tabs, special characters escaped with a backslash.
jq -r 'def column: gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r");
       [(.id // .index | tostring | column), (.metadata // {} | tojson | column), (.embedding | tojson)]
       | join("\t")' "$output" |
  psql -q -v ON_ERROR_STOP=1 --single-transaction \
    -c 'SET client_min_messages = warning' \
    -c 'CREATE EXTENSION IF NOT EXISTS vector' \
    -c "CREATE TABLE IF NOT EXISTS $table (id text PRIMARY KEY, metadata jsonb, embedding vector($dimensions))" \
    -c "CREATE TEMPORARY TABLE loaded (LIKE $table) ON COMMIT DROP" \
    -c '\copy loaded FROM pstdin' \
    -c "INSERT INTO $table SELECT * FROM loaded
        ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, embedding = excluded.embedding"
