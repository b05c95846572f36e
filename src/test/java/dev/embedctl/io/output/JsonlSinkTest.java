package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlSinkTest {
  private static final long SEED = new Random().nextLong();
  private static final InputRecord PLAIN = record(0, Optional.empty(), Optional.empty());

  @Test
  void writesOneLinePerRecord() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes), VectorFormat.FLOAT)) {
      write(
          sink,
          new Fresh(
              record(0, Optional.of("\"a-17\""), Optional.of("{\"sprache\":\"日本語 ü\"}")),
              Vector.wrap(0.0123f, -1f, 1e-10f),
              Duration.ZERO),
          new Hit(
              record(1, Optional.of("1.50"), Optional.empty()),
              Vector.wrap(-0f, 3e9f),
              Duration.ZERO));
      write(
          sink,
          new Hit(
              record(12_345_678_901L, Optional.empty(), Optional.of("{}")),
              Vector.wrap(Float.MAX_VALUE, Float.MIN_VALUE),
              Duration.ZERO));
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
  void writesFloatsThatAreReadBitForBit() throws IOException {
    float[] values = finite(50_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes), VectorFormat.FLOAT)) {
      write(sink, embedding(PLAIN, Vector.wrap(values)));
      sink.commit();
    }

    try (JsonParser parser = new JsonFactory().createParser(bytes.toByteArray())) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // The line up to the embedding.
      }
      for (float value : values) {
        assertTrue(parser.nextToken().isNumeric());
        assertEquals(
            Float.floatToRawIntBits(value),
            Float.floatToRawIntBits(Float.parseFloat(parser.getText())),
            "seed " + SEED);
      }
    }
  }

  @Test
  void refusesValuesThatJsonCannotRepresent() {
    try (JsonlSink sink =
        new JsonlSink(new StreamOutput(OutputStream.nullOutputStream()), VectorFormat.FLOAT)) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> sink.render(List.of(embedding(PLAIN, Vector.wrap(value)))));
      }
    }
  }

  @Test
  void writesManyAndLongLinesInOrder(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out.jsonl");
    StringBuilder expected = new StringBuilder();
    try (JsonlSink sink = new JsonlSink(OutputFile.open(file), VectorFormat.FLOAT)) {
      for (int i = 0; i < 3000; i++) {
        String id = "\"" + "é".repeat(i % 1000 == 999 ? 200_000 : i % 100) + "\"";
        write(sink, embedding(record(i, Optional.of(id), Optional.empty()), Vector.wrap(i)));
        expected.append(
            "{\"index\":%d,\"id\":%s,\"embedding\":[%d.0],\"cached\":false}\n".formatted(i, id, i));
      }
      sink.commit();
    }

    assertTrue(expected.toString().contentEquals(Files.readString(file)));
  }

  @Test
  void writesRenderedLinesInTheOrderOfWriting() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes), VectorFormat.FLOAT)) {
      Rendered second = sink.render(List.of(embedding(PLAIN, Vector.wrap(2f))));
      Rendered first = sink.render(List.of(embedding(PLAIN, Vector.wrap(1f))));
      assertEquals(0, bytes.size());
      first.write();
      // It may reuse the memory of the first one.
      Rendered third = sink.render(List.of(embedding(PLAIN, Vector.wrap(3f, 3f))));
      second.write();
      third.write();
    }

    assertEquals(
        """
        {"index":0,"embedding":[1.0],"cached":false}
        {"index":0,"embedding":[2.0],"cached":false}
        {"index":0,"embedding":[3.0,3.0],"cached":false}
        """,
        bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void writesBase64OfLittleEndianFloatsBitForBit() throws IOException {
    float[] values = finite(1537);
    ByteBuffer read = ByteBuffer.wrap(written(VectorFormat.BASE64, values));

    for (float value : values) {
      assertEquals(
          Float.floatToRawIntBits(value), Integer.reverseBytes(read.getInt()), "seed " + SEED);
    }
    assertEquals(0, read.remaining());
  }

  @Test
  void writesBase64OfLittleEndianHalves() throws IOException {
    byte[] read =
        written(VectorFormat.FLOAT16, 1f, -2f, 65504f, 0.1f, 5.9604645e-8f, -0f, 0.33325195f);

    assertArrayEquals(
        HexFormat.ofDelimiter(" ").parseHex("00 3c 00 c0 ff 7b 66 2e 01 00 00 80 55 35"), read);
  }

  @Test
  void refusesValuesThatHalfPrecisionCannotRepresent() {
    EmbedctlException.RunFailed e =
        assertThrows(
            EmbedctlException.RunFailed.class, () -> written(VectorFormat.FLOAT16, 1f, -65520f));
    assertEquals(
        "half precision cannot represent -65520.0; use `vector-format` float or base64",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Broken pipe", "Pipe closed", "The pipe is being closed"})
  void endsQuietlyIfTheReaderWentAway(String message) {
    try (JsonlSink sink = new JsonlSink(new StreamOutput(failing(message)), VectorFormat.FLOAT)) {
      Rendered line = sink.render(List.of(embedding(PLAIN, Vector.wrap(1f))));
      assertThrows(EmbedctlException.ReaderGone.class, line::write);
    }
  }

  @Test
  void failsTheRunIfStandardOutputFails() {
    try (JsonlSink sink =
        new JsonlSink(new StreamOutput(failing("No space left on device")), VectorFormat.FLOAT)) {
      Rendered line = sink.render(List.of(embedding(PLAIN, Vector.wrap(1f))));
      EmbedctlException.RunFailed e = assertThrows(EmbedctlException.RunFailed.class, line::write);
      assertEquals("standard output cannot be written: No space left on device", e.getMessage());
    }
  }

  private static float[] finite(int count) {
    Random random = new Random(SEED);
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    return values;
  }

  /** The bytes of a vector's string. */
  private static byte[] written(VectorFormat format, float... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonlSink sink = new JsonlSink(new StreamOutput(bytes), format)) {
      write(sink, embedding(PLAIN, Vector.wrap(values)));
    }
    JsonNode line = new ObjectMapper().readTree(bytes.toByteArray());
    assertEquals(false, line.get("cached").booleanValue());
    return Base64.getDecoder().decode(line.get("embedding").textValue());
  }

  private static void write(JsonlSink sink, Embedding... embeddings) throws IOException {
    sink.render(List.of(embeddings)).write();
  }

  private static Embedding embedding(InputRecord record, Vector vector) {
    return new Fresh(record, vector, Duration.ZERO);
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
    return new InputRecord(
        index, new InputPlace("input", index + 1), new Text.Valid("x"), id, metadata, () -> "{}");
  }
}
