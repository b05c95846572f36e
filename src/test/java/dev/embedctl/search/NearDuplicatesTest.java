package dev.embedctl.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.testing.Embeddings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NearDuplicatesTest {
  @TempDir private Path folder;
  @TempDir private Path temporary;

  static Stream<String> names() {
    return Outputs.NAMES.stream();
  }

  private NearDuplicates duplicates(Path output) {
    return new NearDuplicates(output, Outputs.READING, temporary, 3);
  }

  private static Set<List<Long>> rows(List<Pair> pairs) {
    Set<List<Long>> rows = new HashSet<>();
    pairs.forEach(pair -> rows.add(List.of(pair.first().index(), pair.second().index())));
    assertEquals(pairs.size(), rows.size(), "each pair once");
    return rows;
  }

  private static Set<List<Long>> pairsInPlainLoops(List<Embedding> rows, double least) {
    Set<List<Long>> pairs = new HashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = i + 1; j < rows.size(); j++) {
        double cosine =
            Outputs.cosine(rows.get(i).vector().toArray(), rows.get(j).vector().toArray());
        if (cosine >= least) {
          pairs.add(List.of((long) i, (long) j));
        }
      }
    }
    return pairs;
  }

  @ParameterizedTest
  @MethodSource("names")
  void thePairsAreThoseOfPlainLoopsInFloat64(String name) throws Exception {
    // Several blocks, since a block has 256 KB.
    List<Embedding> rows = Outputs.random(450, 400, new Random(name.hashCode()));
    Path output = Outputs.write(folder.resolve(name), rows);

    assertEquals(pairsInPlainLoops(rows, 0.98), rows(duplicates(output).atLeast(0.98)));
    assertEquals(pairsInPlainLoops(rows, 0.05), rows(duplicates(output).atLeast(0.05)));
  }

  @Test
  void thePairsComeTheNearestFirstAndEquallyNearOnesInTheOrderOfTheOutput() throws Exception {
    List<Embedding> rows =
        List.of(
            Embeddings.of(0, 1, 0),
            Embeddings.of(1, 10, 1),
            Embeddings.of(2, 0, 1),
            Embeddings.of(3, 2, 0),
            Embeddings.of(4, 0, 3));

    List<Pair> pairs = duplicates(Outputs.write(folder.resolve("out.npy"), rows)).atLeast(0.9);

    assertEquals(
        List.of(List.of(0L, 3L), List.of(2L, 4L), List.of(0L, 1L), List.of(1L, 3L)),
        pairs.stream().map(pair -> List.of(pair.first().index(), pair.second().index())).toList());
    assertEquals(1, pairs.getFirst().score());
  }

  @Test
  void noTemporaryFileIsLeft() throws Exception {
    Path output = Outputs.write(folder.resolve("out.jsonl"), Outputs.random(9, 2, new Random(1)));
    duplicates(output).atLeast(0.5);
    Path none = Outputs.write(folder.resolve("none.jsonl"), List.of());
    assertThrows(InvalidInput.class, () -> duplicates(none).atLeast(0.5));

    assertEquals(List.of(), filesIn(temporary));
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void morePairsThanMemoryIsMeantForAreRefused() throws Exception {
    List<Embedding> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(Embeddings.of(i, 1, 2));
    }
    Path output = Outputs.write(folder.resolve("out.jsonl"), rows);

    assertEquals(
        190, new NearDuplicates(output, Outputs.READING, temporary, 2, 190).atLeast(0.9).size());
    RunFailed refused =
        assertThrows(
            RunFailed.class,
            () -> new NearDuplicates(output, Outputs.READING, temporary, 2, 189).atLeast(0.9));
    assertEquals(
        output + ": more than 189 pairs have a cosine of at least 0.9; use a higher cosine",
        refused.getMessage());
  }

  @Test
  void aRowOfOtherDimensionsIsNamed() throws Exception {
    Path output =
        Outputs.write(
            folder.resolve("out.jsonl"), List.of(Embeddings.of(0, 1, 2), Embeddings.of(1, 3)));

    InvalidInput refused = assertThrows(InvalidInput.class, () -> duplicates(output).atLeast(0.9));

    assertTrue(
        refused.getMessage().endsWith(":2: 1 dimensions, but the first row has 2"),
        refused.getMessage());
  }
}
