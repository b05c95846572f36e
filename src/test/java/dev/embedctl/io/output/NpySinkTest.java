package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.NpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpySinkTest {
  @TempDir Path folder;
  private Path array;
  private Path ids;

  @BeforeEach
  void nameFiles() {
    array = folder.resolve("out.npy");
    ids = folder.resolve("out.npy.ids.jsonl");
  }

  @Test
  void writesTheVectorsBitForBit() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    float[][] rows = new float[250][385];
    try (NpySink sink = NpySink.open(array, ids)) {
      for (int i = 0; i < rows.length; i += 2) {
        fill(rows[i], random);
        fill(rows[i + 1], random);
        Rendered two =
            sink.render(List.of(embedding(i, Vector.wrap(rows[i])), embedding(i + 1, rows[i + 1])));
        two.write();
      }
      sink.commit();
    }

    NpyArray read = NpyArray.read(array);
    assertEquals(rows.length, read.rows().size());
    for (int i = 0; i < rows.length; i++) {
      assertArrayEquals(rows[i], read.rows().get(i), "seed " + seed);
    }
    assertEquals(0, read.dataOffset() % 64, "rows are aligned");
    assertEquals(rows.length, Files.readAllLines(ids).size());
  }

  @Test
  void namesTheRecordOfEachRow() throws IOException {
    try (NpySink sink = NpySink.open(array, ids)) {
      sink.render(
              List.of(
                  embedding(0, 1f),
                  new Hit(
                      new InputRecord(
                          7,
                          new InputPlace("input", 9),
                          new Text.Valid("x"),
                          Optional.of("\"é\""),
                          Optional.of("{\"a\":1.50}"),
                          () -> "{}"),
                      Vector.wrap(2f),
                      Duration.ZERO)))
          .write();
      sink.commit();
    }

    assertEquals(
        List.of("{\"index\":0}", "{\"index\":7,\"id\":\"é\",\"metadata\":{\"a\":1.50}}"),
        Files.readAllLines(ids));
  }

  @Test
  void anEmptyArrayHasNoRows() throws IOException {
    try (NpySink sink = NpySink.open(array, ids)) {
      sink.commit();
    }

    assertEquals(List.of(), NpyArray.read(array).rows());
  }

  @Test
  void withoutCommitThereAreNoFiles() throws IOException {
    try (NpySink sink = NpySink.open(array, ids)) {
      sink.render(List.of(embedding(0, 1f))).write();
    }

    assertFalse(Files.exists(array));
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesVectorsOfDifferentDimensions() throws IOException {
    try (NpySink sink = NpySink.open(array, ids)) {
      sink.render(List.of(embedding(0, 1f, 2f))).write();
      Rendered other = sink.render(List.of(embedding(1, 1f)));

      EmbedctlException e = assertThrows(EmbedctlException.RunFailed.class, other::write);
      assertTrue(e.getMessage().endsWith("after vectors of 2 dimensions came one of 1"));
    }
  }

  @Test
  void leavesNoFileIfTheIdsCannotBeWritten() throws IOException {
    Files.createDirectory(ids);

    assertThrows(EmbedctlException.Usage.class, () -> NpySink.open(array, ids));

    try (var files = Files.list(folder)) {
      assertEquals(List.of(ids), files.toList());
    }
  }

  private static void fill(float[] row, Random random) {
    for (int i = 0; i < row.length; i++) {
      row[i] = Float.intBitsToFloat(random.nextInt(0x7F80_0000));
    }
  }

  private static Embedding embedding(long index, Vector vector) {
    InputRecord record =
        new InputRecord(
            index,
            new InputPlace("input", index + 1),
            new Text.Valid("x"),
            Optional.empty(),
            Optional.empty(),
            () -> "{}");
    return new Hit(record, vector, Duration.ZERO);
  }

  private static Embedding embedding(long index, float... values) {
    return embedding(index, Vector.wrap(values));
  }
}
