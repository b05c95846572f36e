# Embeds a file with a JSON string a line by LangChain's cached embeddings. Arguments: the input, the folder of the cache, the output.
import json
import sys

from langchain_classic.embeddings import CacheBackedEmbeddings
from langchain_classic.storage import LocalFileStore
from langchain_openai import OpenAIEmbeddings

with open(sys.argv[1], encoding="utf-8") as lines:
    texts = [json.loads(line) for line in lines]
remote = OpenAIEmbeddings(model="m", check_embedding_ctx_length=False)
store = LocalFileStore(sys.argv[2])
cached = CacheBackedEmbeddings.from_bytes_store(remote, store, namespace="m", key_encoder="sha256")
vectors = cached.embed_documents(texts)
with open(sys.argv[3], "w", encoding="utf-8") as out:
    for vector in vectors:
        out.write(json.dumps(vector) + "\n")
