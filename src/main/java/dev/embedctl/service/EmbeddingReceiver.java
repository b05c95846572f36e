package dev.embedctl.service;

/**
 * Receives the results of a batch, on the thread that asked for them. Embeddings come in the order
 * of the texts, and so do errors; an error may come a few hundred texts late.
 */
public interface EmbeddingReceiver {

  /** A text has its embedding. */
  void embedded(EmbeddingResponse response);

  /** A text has none; not called if the first failure ends the batch. */
  void failed(EmbeddingError error);
}
