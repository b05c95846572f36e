# Embeds a file with a JSON string a line by openaivec, which keeps nothing on disk. Arguments: the input, a folder, the output.
import json
import sys

import openaivec
import pandas
from openaivec import pandas_ext  # adds .ai to a series

openaivec.set_embeddings_model("m")
with open(sys.argv[1], encoding="utf-8") as lines:
    texts = pandas.Series([json.loads(line) for line in lines])
vectors = texts.ai.embeddings(show_progress=False)
with open(sys.argv[3], "w", encoding="utf-8") as out:
    for vector in vectors:
        out.write(json.dumps([float(value) for value in vector]) + "\n")
