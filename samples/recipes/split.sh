#!/bin/sh
# Embeds a huge file of lines (JSONL, TXT) in parts. Each part's output is complete before the next part
# begins, and complete parts are not repeated. All parts share one cache, so a text in several parts is paid
# for once.
#
#   samples/recipes/split.sh huge.jsonl huge.out 1000000
#
# writes huge.out/part-0000.jsonl.vectors.jsonl and so on. The parts are in the order of the input, and
# index starts at 0 in each. A single run handles a file of any size with the same memory, so split it only
# to load or move parts, or to use several machines. Further arguments are passed to embedctl.
set -eu
input=$1
folder=$2
lines=$3
shift 3

mkdir -p "$folder"
ending=.${input##*.}
if [ ! -e "$folder/split" ]; then
  split -l "$lines" -a 4 -d --additional-suffix="$ending" "$input" "$folder/part-"
  : >"$folder/split"
fi
for part in "$folder"/part-[0-9][0-9][0-9][0-9]"$ending"; do
  output=$part.vectors.jsonl
  if [ ! -e "$output" ]; then # an output gets its name when it is complete
    embedctl batch "$part" -o "$output" "$@"
  fi
done
