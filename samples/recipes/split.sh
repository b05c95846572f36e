#!/bin/sh
# A huge file of lines (JSONL, TXT), a part at a time: what is done stays done, and each part's
# output is whole before the next begins. All parts share one cache, so a text in several parts is
# paid for once.
#
#   samples/recipes/split.sh huge.jsonl huge.out 1000000
#
# leaves huge.out/part-0000.jsonl.vectors.jsonl and so on; the parts follow the order of the input,
# and index counts from 0 in each. One run handles a file of any size in the same memory: split it
# only to load or move parts, or to use several machines. More arguments go to embedctl.
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
  if [ ! -e "$output" ]; then # an output bears its name only when it is whole
    embedctl batch "$part" -o "$output" "$@"
  fi
done
