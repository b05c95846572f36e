package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.Reading;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.Text;
import dev.embedctl.model.TextFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorsSinkTest {
  @TempDir Path folder;

  @Test
  void addsTheErrorToTheRecord() throws IOException {
    byte[] input =
        Reading.joined(
            """
            {"text":"a", "n" : 1.0,"big":12345678901234567890123,"error":{"old":[1]},"u":"\\u00e9"}
            "bare"
            not json
            {}
            {"line":1,"index":2}
            {"text":"\
            """
                .getBytes(StandardCharsets.UTF_8),
            Reading.bytes(0xFF),
            "\"}".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("errors.jsonl");
    try (ErrorsSink sink = ErrorsSink.open(file, ErrorsSink.Place.LINE)) {
      for (InputRecord record : Reading.all(input, Reading.as(InputFormat.JSONL))) {
        sink.write(new Failed(record, failure(record), Duration.ZERO));
      }
      sink.commit();
    }

    assertEquals(
        """
        {"text":"a","n" : 1.0,"big":12345678901234567890123,"u":"\\u00e9","index":0,"line":1,"error":{"code":"refused","message":"say \\"no\\"","attempts":3}}
        {"text":"bare","index":1,"line":2,"error":{"code":"refused","message":"say \\"no\\"","attempts":3}}
        {"record":"not json","index":2,"line":3,"error":{"code":"invalid_record","message":"not valid JSON: Unrecognized token 'not', at column 1","attempts":0}}
        {"index":3,"line":4,"error":{"code":"missing_text","message":"no field 'text'","attempts":0}}
        {"index":4,"line":5,"error":{"code":"missing_text","message":"no field 'text' among: line, index","attempts":0}}
        {"text":"\\udcff","index":5,"line":6,"error":{"code":"invalid_unicode","message":"not valid UTF-8: byte 0xFF at character 10; if it is in another encoding, pass `encoding` NAME","attempts":0}}
        """,
        Files.readString(file));
  }

  @Test
  void theFileOfARecordIsNamedWhereSeveralAreRead() throws IOException {
    Path file = folder.resolve("errors.jsonl");
    byte[] input = "{\"text\":\"a\",\"file\":\"its own\"}".getBytes(StandardCharsets.UTF_8);
    InputRecord record = Reading.all(input, Reading.as(InputFormat.JSONL)).getFirst();
    try (ErrorsSink sink = ErrorsSink.open(file, ErrorsSink.Place.FILE_AND_LINE)) {
      sink.write(
          new Failed(
              record, new TextFailure(FailureCode.PROVIDER_FAILED, "down", 3), Duration.ZERO));
      sink.commit();
    }

    assertEquals(
        "{\"text\":\"a\",\"index\":0,\"file\":\""
            + record.place().source()
            + "\",\"line\":1,\"error\":{\"code\":\"provider_failed\",\"message\":\"down\","
            + "\"attempts\":3}}\n",
        Files.readString(file));
  }

  @Test
  void theFileIsAnInputForTheNextRun() throws IOException {
    Path file = folder.resolve("errors.jsonl");
    try (ErrorsSink sink = ErrorsSink.open(file, ErrorsSink.Place.LINE)) {
      for (InputRecord record :
          Reading.all("id,text,note\n7,\"a\n\"\"b\"\"\",x\n", Reading.as(InputFormat.CSV))) {
        sink.write(
            new Failed(
                record, new TextFailure(FailureCode.PROVIDER_FAILED, "down", 3), Duration.ZERO));
      }
      sink.commit();
    }

    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals(List.of("a\n\"b\""), Reading.told(Reading.all(source)));
    }
  }

  @Test
  void withoutFailuresThereIsNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("errors.jsonl"), "of an earlier run");
    try (ErrorsSink sink = ErrorsSink.open(file, ErrorsSink.Place.LINE)) {
      sink.commit();
    }

    assertFalse(Files.exists(file));
    assertFalse(Files.exists(folder.resolve("errors.jsonl.part")));
  }

  @Test
  void keepsTheOldFileIfTheRunDoesNotComplete() throws IOException {
    Path file = Files.writeString(folder.resolve("errors.jsonl"), "of an earlier run");
    try (ErrorsSink sink = ErrorsSink.open(file, ErrorsSink.Place.LINE)) {
      sink.write(
          new Failed(
              Reading.one("a", Reading.as(InputFormat.TXT)),
              new TextFailure(FailureCode.REFUSED, "no", 1),
              Duration.ZERO));
    }

    assertEquals("of an earlier run", Files.readString(file));
    assertFalse(Files.exists(folder.resolve("errors.jsonl.part")));
  }

  private static TextFailure failure(InputRecord record) {
    return switch (record.text()) {
      case Text.Valid valid -> new TextFailure(FailureCode.REFUSED, "say \"no\"", 3);
      case Text.Invalid invalid -> new TextFailure(invalid.code(), invalid.message(), 0);
    };
  }
}
