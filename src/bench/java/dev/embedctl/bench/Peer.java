package dev.embedctl.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another program that embeds texts, run by a script of {@code src/bench/python}. */
enum Peer {
  LANGCHAIN("LangChain's cached embeddings", "langchain_cached.py"),
  LLM("llm embed-multi", "llm_embeddings.py"),
  OPENAIVEC("openaivec", "openaivec_series.py"),
  SENTENCE_TRANSFORMERS(
      "sentence-transformers on PyTorch, batches of 32", "sentence_transformers_encode.py");

  private static final Path SCRIPTS =
      Path.of(System.getProperty("embedctl.basedir"), "src", "bench", "python");

  private final String said;
  private final String script;

  Peer(String said, String script) {
    this.said = said;
    this.script = script;
  }

  String said() {
    return said;
  }

  /** A process of its script, which writes messages to a file. */
  ProcessBuilder process(String python, Path messages, String... arguments) {
    List<String> command = new ArrayList<>(List.of(python, SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectError(messages.toFile());
    process.environment().put("PYTHONWARNINGS", "ignore");
    return process;
  }

  /**
   * Runs its script to the end.
   *
   * @return the wall clock time with the start; or empty if it failed, which is printed
   */
  Optional<Double> seconds(ProcessBuilder process) throws IOException, InterruptedException {
    long start = System.nanoTime();
    int code = process.redirectOutput(Redirect.DISCARD).start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (code == 0) {
      return Optional.of(seconds);
    }
    leftOut(process.redirectError().file().toPath());
    return Optional.empty();
  }

  /** Prints that it is not measured, with the last line of its messages. */
  void leftOut(Path messages) throws IOException {
    List<String> lines =
        Files.readAllLines(messages).stream().filter(line -> !line.isBlank()).toList();
    System.out.println(
        said
            + " is left out: "
            + (lines.isEmpty() ? "it failed without a message" : lines.getLast()));
  }
}
