package dev.embedctl.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.Embeddings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputSearchTest {
  private static final int FLAT_PART_BYTES = 1000;
  private static final int LINES_PART_BYTES = 5000;

  @TempDir private Path folder;

  /** With parts so small that there are many. */
  private static OutputSearch search(Path output) {
    return new OutputSearch(output, Outputs.READING, 3, FLAT_PART_BYTES, LINES_PART_BYTES);
  }

  static Stream<String> names() {
    return Outputs.NAMES.stream();
  }

  private static List<Integer> nearestInPlainLoops(List<Embedding> rows, Vector query, int count) {
    return IntStream.range(0, rows.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                    (Integer row) ->
                        -Outputs.cosine(rows.get(row).vector().toArray(), query.toArray()))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theNearestRowsAreThoseOfPlainLoopsInFloat64(String name) throws Exception {
    Random random = new Random(name.hashCode());
    for (int dimensions : new int[] {1, 3, 8, 29}) {
      List<Embedding> rows = Outputs.random(350, dimensions, random);
      Path output = Outputs.write(folder.resolve(name), rows);
      for (int count : new int[] {1, 10, 1000}) {
        Vector query = rows.get(random.nextInt(rows.size())).vector();

        List<Hit> hits = search(output).nearest(query, count);

        assertEquals(
            nearestInPlainLoops(rows, query, count),
            hits.stream().map(hit -> (int) hit.row()).toList(),
            dimensions + " dimensions, " + count + " hits");
        for (Hit hit : hits) {
          Embedding row = rows.get((int) hit.row());
          assertEquals(Outputs.cosine(row.vector().toArray(), query.toArray()), hit.score(), 1e-12);
          assertEquals(row.record().index(), hit.label().index());
          assertEquals(row.record().id(), hit.label().id().json());
          assertEquals(row.record().metadata(), hit.label().metadata());
        }
      }
    }
  }

  /** Their cosines differ by less than float32 can tell. */
  @ParameterizedTest
  @ValueSource(strings = {"out.npy", "out.jsonl"})
  void rowsThatAreAlmostEquallyNearAreInTheirExactOrder(String name) throws Exception {
    List<Integer> angles = new ArrayList<>(IntStream.range(0, 300).boxed().toList());
    Collections.shuffle(angles, new Random(5));
    List<Embedding> rows = new ArrayList<>();
    for (int angle : angles) {
      rows.add(
          Embeddings.of(
              rows.size(), (float) Math.cos(angle * 1e-5), (float) Math.sin(angle * 1e-5)));
    }

    List<Hit> hits =
        search(Outputs.write(folder.resolve(name), rows)).nearest(Vector.wrap(1, 0), 20);

    assertEquals(
        IntStream.range(0, 20).boxed().toList(),
        hits.stream().map(hit -> angles.get((int) hit.row())).toList());
  }

  @ParameterizedTest
  @MethodSource("names")
  void equallyNearRowsComeInTheOrderOfTheOutput(String name) throws Exception {
    List<Embedding> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(Embeddings.of(i, i % 2 == 0 ? 3 : 1, 1, 2));
    }

    List<Hit> hits =
        search(Outputs.write(folder.resolve(name), rows)).nearest(Vector.wrap(6, 2, 4), 5);

    assertEquals(List.of(0L, 2L, 4L, 6L, 8L), hits.stream().map(Hit::row).toList());
    assertEquals(1, hits.getFirst().score(), 1e-15);
  }

  @ParameterizedTest
  @MethodSource("names")
  void theNeighboursOfARowAreWithoutTheRowItselfAndWithItsEquals(String name) throws Exception {
    List<Embedding> rows = new ArrayList<>(Outputs.random(200, 4, new Random(1)));
    rows.add(
        Embeddings.of(
            200, Optional.of("\"twin\""), Optional.empty(), rows.get(60).vector().toArray()));
    OutputSearch search = search(Outputs.write(folder.resolve(name), rows));

    OutputSearch.Found found = search.find("twin").orElseThrow();
    List<Hit> hits = search.neighbours(found, 3);

    assertEquals(200, found.row());
    assertEquals(Optional.empty(), found.label().metadata());
    assertTrue(hits.stream().noneMatch(hit -> hit.row() == 200), hits.toString());
    assertEquals(1, hits.getFirst().score(), 1e-15);
    assertEquals(rows.get(60).vector(), rows.get((int) hits.getFirst().row()).vector());
    assertEquals(3, hits.size());
    assertEquals(Optional.empty(), search.find("nobody"));
  }

  @Test
  void aRowWithoutAnIdIsFoundByItsIndex() throws Exception {
    List<Embedding> rows =
        List.of(Embeddings.of(10, 1, 0), Embeddings.of(20, 0, 1), Embeddings.of(30, 1, 1));
    OutputSearch search = search(Outputs.write(folder.resolve("out.jsonl"), rows));

    assertEquals(1, search.find("20").orElseThrow().row());
    assertEquals("30", search.nearest(Vector.wrap(1, 1), 1).getFirst().label().name());
  }

  @ParameterizedTest
  @MethodSource("names")
  void anOutputWithoutRowsIsRefused(String name) throws Exception {
    Path output = Outputs.write(folder.resolve(name), List.of());

    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> search(output).nearest(Vector.wrap(1), 1));

    assertEquals(output + ": no rows to search; the run had no texts", refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("names")
  void rowsOfOtherDimensionsThanTheQueryAreRefused(String name) throws Exception {
    Path output = Outputs.write(folder.resolve(name), List.of(Embeddings.of(0, 1, 2)));

    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> search(output).nearest(Vector.wrap(1, 2, 3), 1));

    assertTrue(
        refused
            .getMessage()
            .endsWith(": 2 dimensions, but the query has 3: it was made with another model"),
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "0,0"})
  void aLineThatIsNoVectorIsNamedByItsNumberInTheWholeFile(String vector) throws Exception {
    Path output = Outputs.write(folder.resolve("out.jsonl"), Outputs.random(400, 2, new Random(2)));
    List<String> lines = new ArrayList<>(Files.readAllLines(output));
    lines.set(299, "{\"index\":299,\"embedding\":[" + vector + "]}");
    Files.write(output, lines);

    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> search(output).nearest(Vector.wrap(1, 1), 1));

    assertTrue(refused.getMessage().startsWith(output + ":300: "), refused.getMessage());
  }

  @Test
  void aRowOfAnArrayThatIsNotANumberIsRefusedAndNeverAHit() throws Exception {
    Path output = Outputs.write(folder.resolve("out.npy"), Outputs.random(400, 2, new Random(3)));
    overwrite(output, 128 + 200 * 8, Float.NaN);

    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> search(output).nearest(Vector.wrap(1, 1), 1));

    assertEquals(output + ": row 200: value 0 is NaN", refused.getMessage());
  }

  @Test
  void aTruncatedArrayIsRefused() throws Exception {
    Path output = Outputs.write(folder.resolve("out.npy"), Outputs.random(400, 2, new Random(4)));
    try (FileChannel channel = FileChannel.open(output, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }

    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> search(output).nearest(Vector.wrap(1, 1), 1));

    assertEquals(output + ": truncated; its header says 400 rows", refused.getMessage());
  }

  private static void overwrite(Path file, long position, float value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).flip(),
          position);
    }
  }
}
