# Encodes files of texts by sentence-transformers on PyTorch. The weights are those of embedctl's model.onnx, so that both compute
# the same, and nothing is downloaded. Argument: the model's folder. For each line of standard input, the name of a file with a
# text a line, it prints the seconds of wall clock and of processor time that encoding took, and the first vector.
import json
import os
import sys
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import onnx
import torch
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer, models
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

graph = onnx.load(os.path.join(sys.argv[1], "model.onnx")).graph
arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
weights = {name: torch.tensor(array) for name, array in arrays.items() if not name.startswith("onnx::")}
for node in graph.node:
    if node.op_type == "MatMul" and node.input[1] in arrays:
        name = node.name.strip("/").replace("/", ".").removesuffix("MatMul") + "weight"
        weights[name] = torch.tensor(arrays[node.input[1]].T.copy())
weights.pop("embeddings.position_ids", None)
words, width = weights["embeddings.word_embeddings.weight"].shape
layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
inner = weights["encoder.layer.0.intermediate.dense.weight"].shape[0]
bert = BertModel(BertConfig(vocab_size=words, hidden_size=width, num_hidden_layers=layers, num_attention_heads=12, intermediate_size=inner))
bert.load_state_dict(weights)
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=os.path.join(sys.argv[1], "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
    sep_token="[SEP]", mask_token="[MASK]", model_max_length=256)
with tempfile.TemporaryDirectory() as folder:
    bert.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    transformer = models.Transformer(folder, max_seq_length=256)
model = SentenceTransformer(modules=[transformer, models.Pooling(width, "mean"), models.Normalize()], device="cpu")
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    with open(line.rstrip("\n"), encoding="utf-8") as file:
        texts = file.read().splitlines()
    wall, processor = time.perf_counter(), time.process_time()
    vectors = model.encode(texts, batch_size=32, show_progress_bar=False)
    print(json.dumps({
        "seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - processor,
        "first": [float(value) for value in vectors[0]]}), flush=True)
