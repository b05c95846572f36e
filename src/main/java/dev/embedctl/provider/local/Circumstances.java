package dev.embedctl.provider.local;

import dev.embedctl.provider.local.ModelFile.Arithmetic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What decides which runs of a model are the fastest.
 *
 * <p>Strings are joined without {@code +}, for which the JVM generates classes: 6 ms before the
 * first vector.
 *
 * @param sha256 of the model's file
 * @param runtime the version of ONNX Runtime
 * @param processors how many there are for this process
 */
record Circumstances(
    String sha256, Arithmetic arithmetic, String runtime, Processor processor, int processors) {

  /** Those of a model on this machine. */
  static Circumstances here(ModelFile model, int processors) {
    return new Circumstances(
        model.sha256(),
        model.arithmetic(),
        OnnxModel.runtimeVersion(),
        Processor.here(),
        processors);
  }

  /** In words, apart from the model. */
  String machine() {
    return String.join(
        ", ",
        processor.model().orElse("unnamed processor"),
        processor.decisive(),
        Integer.toString(processors).concat(" processors"),
        "onnxruntime ".concat(runtime));
  }

  /** The file of a measurement in a folder; each machine has one of its own. */
  Path fileIn(Path folder) {
    return folder.resolve(String.join("", start(sha256), "-", start(hash()), ".json"));
  }

  private String hash() {
    return ModelFile.sha256(machine().getBytes(StandardCharsets.UTF_8));
  }

  private static String start(String hash) {
    return hash.substring(0, 16);
  }

  /** Whether these runs leave each vector as it is. */
  boolean allow(Runs runs) {
    return runs.equals(usual()) || Runs.others(arithmetic, processors).contains(runs);
  }

  Runs usual() {
    return Runs.usual(arithmetic, processors);
  }
}
