# Embeds a file with a JSON string a line by llm embed-multi. Arguments: the input, the collection's folder, the output, which is the
# collection itself.
import json
import os
import runpy
import sys

os.makedirs(sys.argv[2], exist_ok=True)
items = os.path.join(sys.argv[2], "items.jsonl")
with open(sys.argv[1], encoding="utf-8") as lines, open(items, "w", encoding="utf-8") as out:
    for number, line in enumerate(lines):
        out.write(json.dumps({"id": number, "content": json.loads(line)}) + "\n")
os.environ["LLM_USER_PATH"] = sys.argv[2]
database = os.path.join(sys.argv[2], "vectors.db")
sys.argv = ["llm", "embed-multi", "texts", items, "--format", "nl", "-m", "3-small", "-d", database]
runpy.run_module("llm", run_name="__main__")
