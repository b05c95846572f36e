package dev.embedctl.provider.local;

import dev.embedctl.model.Vector;
import java.util.List;

/** A loaded model and the queue of its texts. */
final class ModelEngine implements AutoCloseable {
  private final OnnxModel model;
  private final RunQueue queue;

  private ModelEngine(OnnxModel model, RunQueue queue) {
    this.model = model;
    this.queue = queue;
  }

  /** Loads a model. */
  static ModelEngine start(ModelFolder folder, Runs runs) {
    OnnxModel model = OnnxModel.load(folder, runs.threads());
    return new ModelEngine(model, new RunQueue(runs, model::run));
  }

  /** Computes the vectors of token ids, in their order. */
  List<Vector> run(List<int[]> texts) throws InterruptedException {
    return queue.run(texts);
  }

  /** Waits for the current runs, then frees the model. */
  @Override
  public void close() {
    try {
      queue.drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // a run may still be in native code, and freeing its model would crash the process
    }
    model.close();
  }
}
