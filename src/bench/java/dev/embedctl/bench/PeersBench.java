package dev.embedctl.bench;

import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.ModelOrigin;
import dev.embedctl.service.JvmProperties;
import dev.embedctl.service.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compares whole runs with those of other programs, in turns: texts from a server on loopback, with
 * nothing cached and with everything cached; and a local model with the same weights. The programs
 * are those of the Python that the variable PYTHON names; one that is not there is left out.
 *
 * <p>Arguments: {@code --json FILE}; and optionally the number of rounds (3).
 */
public final class PeersBench {
  private static final Path HOME = Path.of(System.getProperty("embedctl.home"));
  private static final String MODEL = "all-MiniLM-L6-v2";
  private static final String EIGHT_BIT_MODEL = "all-MiniLM-L6-v2-q";
  private static final int TEXTS = 1000;
  private static final int DIMENSIONS = 1536;
  private static final Duration LATENCY = Duration.ofMillis(300);
  private static final Map<LocalTexts, Integer> COUNTS =
      Map.of(LocalTexts.SENTENCES, 960, LocalTexts.MIXED, 240, LocalTexts.PARAGRAPHS, 128);

  private final String python;
  private final int rounds;
  private final Table table;

  private PeersBench(String python, int rounds, Table table) {
    this.python = python;
    this.rounds = rounds;
    this.table = table;
  }

  public static void main(String[] arguments) throws Exception {
    Table table = new Table(PeersBench.class, arguments);
    Optional<String> python = Optional.ofNullable(System.getenv("PYTHON"));
    if (python.isEmpty()) {
      System.err.println(
          "PYTHON is not set; name the Python that has the other programs: PYTHON=python3"
              + " bin/bench PeersBench");
      System.exit(2);
    }
    JvmProperties.recommended(HOME).forEach(System::setProperty);
    int rounds = table.arguments().isEmpty() ? 3 : Integer.parseInt(table.arguments().get(0));
    PeersBench bench = new PeersBench(python.get(), rounds, table);
    bench.calls();
    bench.localModel();
  }

  /** The times of a program's runs with nothing cached, and then with everything cached. */
  private record Runs(List<Double> cold, List<Double> warm) {
    Runs() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private void calls() throws IOException, InterruptedException {
    List<Peer> peers =
        new ArrayList<>(List.of(Peer.LANGCHAIN, Peer.LLM, Peer.OPENAIVEC)); // shrinks
    Runs ours = new Runs();
    Map<Peer, Runs> theirs = new LinkedHashMap<>();
    try (Program program = new Program();
        LatencyServer server = new LatencyServer(DIMENSIONS)) {
      program.input("in.jsonl", IntStream.range(0, TEXTS));
      server.answerAfter(LATENCY);
      for (int round = 0; round < rounds; round++) {
        List<String> options =
            List.of(
                "--output=out.jsonl",
                "--cache=cache-" + round,
                "--provider=openai",
                "--model=m",
                "--base-url=" + server.baseUrl());
        ours.cold.add(program.batch("in.jsonl", options).seconds());
        ours.warm.add(program.batch("in.jsonl", options).seconds());
        for (Peer peer : List.copyOf(peers)) {
          Path kept = program.file(peer + "-" + round);
          Runs runs = theirs.computeIfAbsent(peer, none -> new Runs());
          Optional<Double> cold = seconds(peer, program, server, kept);
          if (cold.isEmpty()) {
            peers.remove(peer);
            continue;
          }
          runs.cold.add(cold.get());
          if (peer != Peer.OPENAIVEC) { // keeps nothing on disk
            seconds(peer, program, server, kept).ifPresent(runs.warm::add);
          }
        }
      }
    }
    for (Peer peer : peers) {
      Runs runs = theirs.get(peer);
      row("none cached", runs.cold, ours.cold, peer);
      if (!runs.warm.isEmpty()) {
        row("all cached", runs.warm, ours.warm, peer);
      }
    }
  }

  private Optional<Double> seconds(Peer peer, Program program, LatencyServer server, Path kept)
      throws IOException, InterruptedException {
    ProcessBuilder process =
        peer.process(
            python,
            program.file("messages"),
            program.file("in.jsonl").toString(),
            kept.toString(),
            program.file("peer.jsonl").toString());
    process.environment().put("OPENAI_BASE_URL", server.baseUrl());
    process.environment().put("OPENAI_API_KEY", "none");
    return peer.seconds(process);
  }

  private void row(String state, List<Double> theirs, List<Double> ours, Peer peer)
      throws IOException {
    String what =
        String.format(Locale.ROOT, "%,d texts, %d ms a call, %s", TEXTS, LATENCY.toMillis(), state);
    table.add(what, least(theirs), least(ours), "s", peer.said());
  }

  private static double least(List<Double> times) {
    return times.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  private void localModel() throws Exception {
    Path model = HOME.resolve("models").resolve(MODEL);
    Path messages = Files.createTempFile("encoder", ".log");
    try (Encoder encoder = new Encoder(python, model, messages)) {
      if (!encoder.isReady()) {
        Peer.SENTENCE_TRANSFORMERS.leftOut(messages);
        return;
      }
      List<String> models = new ArrayList<>(List.of(MODEL));
      UserFolders.models(System.getenv())
          .map(folder -> folder.resolve(EIGHT_BIT_MODEL))
          .filter(Files::isDirectory)
          .ifPresentOrElse(
              found -> models.add(EIGHT_BIT_MODEL),
              () ->
                  System.out.println(
                      EIGHT_BIT_MODEL
                          + " is left out: embedctl models pull has not downloaded it"));
      requireTheSameWork(encoder, model);
      for (LocalTexts shape : LocalTexts.values()) {
        localModel(encoder, models, shape, shape.texts(COUNTS.get(shape)));
      }
    } finally {
      Files.delete(messages);
    }
  }

  private void localModel(
      Encoder encoder, List<String> models, LocalTexts shape, List<String> texts)
      throws IOException, InterruptedException {
    List<Took> peer = new ArrayList<>();
    Map<String, List<Took>> starts = new LinkedHashMap<>();
    Map<String, List<Took>> runs = new LinkedHashMap<>();
    try (LocalRuns program = new LocalRuns(texts)) {
      for (int round = 0; round < rounds; round++) {
        peer.add(encoder.encode(texts).took());
        for (String model : models) {
          starts.computeIfAbsent(model, none -> new ArrayList<>()).add(program.start(model));
          runs.computeIfAbsent(model, none -> new ArrayList<>()).add(program.whole(model));
        }
      }
    }
    Took theirs = Took.least(peer);
    for (String model : models) {
      Took ours = Took.least(runs.get(model)).less(Took.least(starts.get(model)));
      table.add(
          shape.said() + ": " + model + ", without its start",
          texts.size() / theirs.seconds(),
          texts.size() / ours.seconds(),
          "texts/s",
          String.format(
              Locale.ROOT,
              "%s; CPU time a text %.2f ms, here %.2f ms",
              Peer.SENTENCE_TRANSFORMERS.said(),
              1000 * theirs.cpuSeconds() / texts.size(),
              1000 * ours.cpuSeconds() / texts.size()));
    }
  }

  /** Fails unless the vector of a text is equal except for the last bits. */
  private static void requireTheSameWork(Encoder encoder, Path model) throws Exception {
    String text = "Both compute the vector of this sentence.";
    List<Double> theirs = encoder.encode(List.of(text)).first();
    try (EmbeddingProvider provider =
        LocalModelProvider.open(
            model, ModelOrigin.INSTALLED, MODEL, Optional.empty(), Oversize.ERROR, 1)) {
      Vector ours = provider.embed(List.of(text)).vectors().get(0);
      for (int d = 0; d < ours.dimensions(); d++) {
        if (Math.abs(ours.at(d) - theirs.get(d)) > 1e-4) {
          throw new IllegalStateException(
              Peer.SENTENCE_TRANSFORMERS.said() + " computes another vector");
        }
      }
    }
  }
}
