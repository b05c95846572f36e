#!/bin/sh
# Loads an output into a DuckDB file, exports it as Parquet, and searches it.
#
#   embedctl batch texts.jsonl -o out.jsonl --metadata all
#   samples/recipes/duckdb.sh out.jsonl texts.duckdb
#
# prints the five rows nearest to the first one. A Parquet output needs no loading:
#   SELECT * FROM 'out.parquet'
set -eu
output=$1
database=$2

dimensions=$(head -n 1 "$output" | jq '.embedding | length')
duckdb -bail -csv "$database" <<SQL
CREATE OR REPLACE TABLE texts AS
  SELECT * REPLACE (embedding::FLOAT[$dimensions] AS embedding)
  FROM read_json('$output', format = 'newline_delimited', maximum_object_size = 268435456);
COPY texts TO '$database.parquet' (FORMAT parquet);
SELECT * EXCLUDE (embedding, cached),
       round(array_cosine_similarity(embedding, (SELECT embedding FROM texts WHERE index = 0)), 4) AS cosine
  FROM texts ORDER BY cosine DESC LIMIT 5;
SQL
