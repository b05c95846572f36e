package dev.embedctl.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlSinkTest {
  private static final InputRecord PLAIN = record(0, Optional.empty(), Optional.empty());

  @Test
  void writesALineARecord() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes))) {
      sink.write(
          record(0, Optional.of("\"a-17\""), Optional.of("{\"sprache\":\"日本語 ü\"}")),
          Vector.wrap(0.0123f, -1f, 1e-10f),
          RecordSink.Provenance.FRESH);
      sink.write(
          record(1, Optional.of("1.50"), Optional.empty()),
          Vector.wrap(-0f, 3e9f),
          RecordSink.Provenance.CACHED);
      sink.write(
          record(12_345_678_901L, Optional.empty(), Optional.of("{}")),
          Vector.wrap(Float.MAX_VALUE, Float.MIN_VALUE),
          RecordSink.Provenance.CACHED);
      sink.commit();
    }

    assertEquals(
        """
        {"index":0,"id":"a-17","embedding":[0.0123,-1.0,1.0E-10],"cached":false,"metadata":{"sprache":"日本語 ü"}}
        {"index":1,"id":1.50,"embedding":[-0.0,3.0E9],"cached":true}
        {"index":12345678901,"embedding":[3.4028235E38,1.4E-45],"cached":true,"metadata":{}}
        """,
        bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void writesFloatsThatReadBackBitForBit() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    float[] values = new float[50_000];
    for (int i = 0; i < values.length; i++) {
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes))) {
      sink.write(PLAIN, Vector.wrap(values), RecordSink.Provenance.FRESH);
      sink.commit();
    }

    try (JsonParser parser = new JsonFactory().createParser(bytes.toByteArray())) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // To the embedding.
      }
      for (float value : values) {
        assertTrue(parser.nextToken().isNumeric());
        assertEquals(
            Float.floatToRawIntBits(value),
            Float.floatToRawIntBits(Float.parseFloat(parser.getText())),
            "seed " + seed);
      }
    }
  }

  @Test
  void refusesWhatJsonHasNoNumberFor() {
    try (JsonlSink sink = new JsonlSink(new StreamOutput(OutputStream.nullOutputStream()))) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> sink.write(PLAIN, Vector.wrap(value), RecordSink.Provenance.FRESH));
      }
    }
  }

  @Test
  void writesManyLinesAndLongOnesInOrder(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.jsonl");
    StringBuilder expected = new StringBuilder();
    try (JsonlSink sink = new JsonlSink(OutputFile.open(file))) {
      for (int i = 0; i < 3000; i++) {
        String id = "\"" + "é".repeat(i % 1000 == 999 ? 200_000 : i % 100) + "\"";
        sink.write(
            record(i, Optional.of(id), Optional.empty()),
            Vector.wrap(i),
            RecordSink.Provenance.FRESH);
        expected.append(
            "{\"index\":%d,\"id\":%s,\"embedding\":[%d.0],\"cached\":false}\n".formatted(i, id, i));
      }
      sink.commit();
    }

    assertTrue(expected.toString().contentEquals(Files.readString(file)));
  }

  @Test
  void handsOverWhatIsBufferedWhenItIsFlushed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes))) {
      sink.write(PLAIN, Vector.wrap(1f), RecordSink.Provenance.FRESH);
      assertEquals(0, bytes.size());
      sink.flush();
      assertTrue(bytes.toString(StandardCharsets.UTF_8).endsWith("\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Broken pipe", "Pipe closed", "The pipe is being closed"})
  void endsQuietlyWhereTheReaderWentAway(String message) {
    try (JsonlSink sink = new JsonlSink(new StreamOutput(failing(message)))) {
      sink.write(PLAIN, Vector.wrap(1f), RecordSink.Provenance.FRESH);
      assertThrows(EmbedctlException.ReaderGone.class, sink::flush);
    }
  }

  @Test
  void failsTheRunWhereStandardOutputFails() {
    try (JsonlSink sink = new JsonlSink(new StreamOutput(failing("No space left on device")))) {
      sink.write(PLAIN, Vector.wrap(1f), RecordSink.Provenance.FRESH);
      EmbedctlException.RunFailed e = assertThrows(EmbedctlException.RunFailed.class, sink::commit);
      assertEquals("standard output cannot be written: No space left on device", e.getMessage());
    }
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException(message);
      }
    };
  }

  private static InputRecord record(long index, Optional<String> id, Optional<String> metadata) {
    return new InputRecord(index, index + 1, new Text.Valid("x"), id, metadata, () -> "{}");
  }
}
