package dev.embedctl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Checks that a local model, through the whole program, returns the vectors of another
 * implementation for the same files, returns the same bits whatever the order of the texts, and
 * reaches its published correlation on the STS benchmark. The reference of a model in eight bits
 * allows larger differences, since runtimes and processors round differently.
 *
 * <p>Arguments: the model's name, or a folder of that name; {@code --sts FILE} is the benchmark's
 * test set.
 */
public final class ModelCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double LEAST_COSINE = 0.99999;
  private static final double MOST_OFF = 1e-5;
  private static final long SEED = 7;
  private static final double MOST_POINTS_OFF = 0.02;

  private final String model;
  private final JsonNode reference;
  private boolean right = true;

  private ModelCheck(String model, JsonNode reference) {
    this.model = model;
    this.reference = reference;
  }

  /** Two sentences and their similarity as rated by people. */
  private record Pair(String one, String other, double score) {}

  public static void main(String[] arguments) throws Exception {
    boolean scored = arguments.length == 3 && arguments[1].equals("--sts");
    if (arguments.length != 1 && !scored) {
      System.err.println("usage: bin/check-model NAME|FOLDER [--sts FILE]");
      System.exit(2);
    }
    Path place = Path.of(arguments[0]);
    String file = place.getFileName() + "-reference.json";
    try (InputStream in = ModelCheck.class.getResourceAsStream("/models/" + file)) {
      if (in == null) {
        System.err.println("missing reference vectors: src/test/resources/models/" + file);
        System.exit(2);
      }
      boolean folder = place.getNameCount() > 1; // the program runs in a folder of its own
      ModelCheck check =
          new ModelCheck(
              folder ? place.toAbsolutePath().toString() : arguments[0], JSON.readTree(in));
      check.vectors();
      if (scored) {
        check.correlation(Path.of(arguments[2]));
      }
      System.exit(check.right ? 0 : 1);
    }
  }

  private void vectors() throws IOException, InterruptedException {
    double cosine = 1;
    double off = 0;
    long tokens = 0;
    long expectedTokens = 0;
    Map<String, List<JsonNode>> byInputType = new LinkedHashMap<>();
    for (JsonNode text : reference.get("texts")) {
      byInputType
          .computeIfAbsent(text.path("input_type").asText(), none -> new ArrayList<>())
          .add(text);
    }
    for (Map.Entry<String, List<JsonNode>> texts : byInputType.entrySet()) {
      Embedded embedded =
          embed(
              texts.getValue().stream().map(text -> text.get("text").textValue()).toList(),
              texts.getKey());
      tokens += embedded.tokens;
      for (int i = 0; i < embedded.vectors.size(); i++) {
        JsonNode expected = texts.getValue().get(i);
        double[] vector = values(expected.get("vector"));
        expectedTokens += expected.get("tokens").longValue();
        cosine = Math.min(cosine, cosine(vector, embedded.vectors.get(i)));
        off = Math.max(off, distance(vector, embedded.vectors.get(i)));
      }
    }
    System.out.println(model + ": " + reference.get("texts").size() + " reference vectors");
    System.out.println("  by " + reference.get("made_by").textValue());
    say("tokens", tokens + ", reference " + expectedTokens, tokens == expectedTokens);
    double leastCosine = reference.path("lowest_cosine").asDouble(LEAST_COSINE);
    double mostOff = reference.path("largest_difference").asDouble(MOST_OFF);
    say(
        "lowest cosine",
        String.format(Locale.ROOT, "%.7f, at least %.5f", cosine, leastCosine),
        cosine >= leastCosine);
    say(
        "largest difference",
        String.format(Locale.ROOT, "%.1e, at most %.0e", off, mostOff),
        off <= mostOff);
  }

  private void correlation(Path file) throws IOException, InterruptedException {
    JsonNode published = reference.get("sts_benchmark");
    List<Pair> pairs = new ArrayList<>();
    try (CSVParser lines = CSVParser.parse(Files.newBufferedReader(file), CSVFormat.RFC4180)) {
      for (CSVRecord line : lines) {
        pairs.add(new Pair(line.get(0), line.get(1), Double.parseDouble(line.get(2))));
      }
    }
    List<String> texts =
        Stream.concat(pairs.stream().map(Pair::one), pairs.stream().map(Pair::other)).toList();
    String inputType = published.path("input_type").asText();
    List<double[]> vectors = embed(texts, inputType).vectors;
    double[] cosines =
        IntStream.range(0, pairs.size())
            .mapToDouble(i -> cosine(vectors.get(i), vectors.get(pairs.size() + i)))
            .toArray();
    double[] scores = pairs.stream().mapToDouble(Pair::score).toArray();
    double spearman = 100 * pearson(ranks(cosines), ranks(scores));
    double expected = published.get("spearman").doubleValue();
    System.out.println("STS benchmark: " + pairs.size() + " pairs");
    long other = inAnotherOrder(texts, inputType, vectors);
    say("other order", other + " vectors with other bits, at most 0", other == 0);
    System.out.println("  published: " + published.get("source").textValue());
    say(
        "Spearman x 100",
        String.format(Locale.ROOT, "%.2f, published %.2f", spearman, expected),
        Math.abs(spearman - expected)
            <= published.path("most_points_off").asDouble(MOST_POINTS_OFF));
  }

  /** The number of texts whose vectors have other bits when the texts come in another order. */
  private long inAnotherOrder(List<String> texts, String inputType, List<double[]> vectors)
      throws IOException, InterruptedException {
    List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    List<double[]> shuffled = embed(order.stream().map(texts::get).toList(), inputType).vectors;
    return IntStream.range(0, order.size())
        .filter(i -> !Arrays.equals(vectors.get(order.get(i)), shuffled.get(i)))
        .count();
  }

  private void say(String what, String figures, boolean holds) {
    right &= holds;
    System.out.printf(Locale.ROOT, "  %-16s %s%s%n", what, figures, holds ? "" : "   OFF");
  }

  /** The result of a run. */
  private record Embedded(List<double[]> vectors, long tokens) {}

  private Embedded embed(List<String> texts, String inputType)
      throws IOException, InterruptedException {
    try (Program program = new Program()) {
      Path input = program.file("texts.jsonl");
      Path output = program.file("vectors.jsonl");
      List<String> lines = new ArrayList<>();
      for (String text : texts) {
        lines.add(JSON.writeValueAsString(text));
      }
      Files.write(input, lines);
      List<String> options =
          new ArrayList<>(List.of("--model", model, "--no-cache", "-o", output.toString()));
      if (!inputType.isEmpty()) {
        options.addAll(List.of("--input-type", inputType));
      }
      long tokens = program.batch(input.toString(), options).metrics().get("tokens").longValue();
      List<double[]> vectors = new ArrayList<>();
      for (String line : Files.readAllLines(output)) {
        vectors.add(values(JSON.readTree(line).get("embedding")));
      }
      return new Embedded(vectors, tokens);
    }
  }

  private static double[] values(JsonNode numbers) {
    return IntStream.range(0, numbers.size())
        .mapToDouble(i -> numbers.get(i).doubleValue())
        .toArray();
  }

  private static double cosine(double[] one, double[] other) {
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
  }

  private static double dot(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }

  private static double distance(double[] one, double[] other) {
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElse(1);
  }

  private static double pearson(double[] one, double[] other) {
    return cosine(centred(one), centred(other));
  }

  private static double[] centred(double[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    return IntStream.range(0, values.length).mapToDouble(i -> values[i] - mean).toArray();
  }

  /** Equal values share the mean of their ranks. */
  private static double[] ranks(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int at = Arrays.binarySearch(sorted, values[i]);
      int first = at;
      while (first > 0 && sorted[first - 1] == values[i]) {
        first--;
      }
      int last = at;
      while (last + 1 < sorted.length && sorted[last + 1] == values[i]) {
        last++;
      }
      ranks[i] = (first + last) / 2.0;
    }
    return ranks;
  }
}
