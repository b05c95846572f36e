package dev.embedctl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** sentence-transformers with the weights of a local model, in a process of its own. */
final class Encoder implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader replies;
  private final BufferedWriter files;
  private final Path texts = Files.createTempFile("encoder", ".txt");

  /** Starts it; {@link #isReady} says whether it could load the model. */
  Encoder(String python, Path model, Path messages) throws IOException {
    this.process = Peer.SENTENCE_TRANSFORMERS.process(python, messages, model.toString()).start();
    this.replies = process.inputReader();
    this.files = process.outputWriter();
  }

  /** The time of encoding, and the first vector. */
  record Encoded(Took took, List<Double> first) {}

  /** Waits until the model is loaded; false if it cannot be. */
  boolean isReady() throws IOException {
    return replies.readLine() != null;
  }

  Encoded encode(List<String> batch) throws IOException {
    Files.write(texts, batch);
    files.write(texts + "\n");
    files.flush();
    JsonNode reply = JSON.readTree(replies.readLine());
    JsonNode first = reply.get("first");
    return new Encoded(
        new Took(reply.get("seconds").doubleValue(), reply.get("cpu_seconds").doubleValue()),
        IntStream.range(0, first.size()).mapToObj(i -> first.get(i).doubleValue()).toList());
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    Files.delete(texts);
  }
}
