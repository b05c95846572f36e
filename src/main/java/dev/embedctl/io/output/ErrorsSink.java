package dev.embedctl.io.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.Printable;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.JsonText;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.TextFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * Writes the errors file: one object per line with the original record and its error, so that the
 * file can be an input. Without a failure there is no file.
 */
public final class ErrorsSink implements FailureSink {
  private static final Set<String> ALWAYS_ADDED = Set.of("index", "line", "part", "error");
  private static final String FILE = "file";

  private final OutputFile output;
  private final Place place;
  private final JsonFactory factory = JsonLine.newFactoryOfAnyNames();
  private long written;

  /** Which members name the place of a failed record. */
  public enum Place {
    /** The line, which is enough where one file is read. */
    LINE,
    /** The file and the line. */
    FILE_AND_LINE
  }

  private ErrorsSink(OutputFile output, Place place) {
    this.output = output;
    this.place = place;
  }

  /**
   * Begins the file, so that a write error is found before anything is paid for.
   *
   * @throws dev.embedctl.model.EmbedctlException like {@link OutputFile#open}
   */
  public static ErrorsSink open(Path path, Place place) {
    return new ErrorsSink(OutputFile.open(path), place);
  }

  /** Writes one failed text. Members of the record with the names of added ones are replaced. */
  @Override
  public void write(Failed failed) {
    InputRecord record = failed.record();
    TextFailure failure = failed.failure();
    StringBuilder json = new StringBuilder("{");
    copyMembers(record.original().toJsonObject(), json);
    JsonText.appendMember(json, "index", Long.toString(record.index()));
    if (place == Place.FILE_AND_LINE) {
      JsonText.appendMember(json, FILE, JsonText.quoted(record.place().source()));
    }
    JsonText.appendMember(json, "line", Long.toString(record.line()));
    if (record.piece().isPresent()) {
      JsonText.appendMember(json, "part", Integer.toString(record.piece().get().part()));
    }
    StringBuilder error = new StringBuilder("{");
    JsonText.appendMember(error, "code", JsonText.quoted(failure.code().word()));
    JsonText.appendMember(error, "message", Printable.json(JsonText.quoted(failure.message())));
    JsonText.appendMember(error, "attempts", Integer.toString(failure.attempts()));
    JsonText.appendMember(json, "error", error.append('}').toString());
    byte[] line = json.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    output.write(line, 0, line.length);
    written++;
  }

  /** Gives the file its name or, if nothing failed, deletes the file of an earlier run. */
  @Override
  public void commit() {
    if (written > 0) {
      output.commit();
    } else {
      output.commitAbsence();
    }
  }

  @Override
  public void close() {
    output.close();
  }

  private boolean isAdded(String member) {
    return ALWAYS_ADDED.contains(member) || (place == Place.FILE_AND_LINE && member.equals(FILE));
  }

  /** Copies members unparsed, since a parsed number may be written differently. */
  private void copyMembers(String object, StringBuilder json) {
    try (JsonParser parser = factory.createParser(object)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        boolean kept = !isAdded(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
        parser.finishToken();
        int end = Math.toIntExact(parser.currentLocation().getCharOffset());
        if (kept) {
          json.append(json.length() > 1 ? "," : "").append(object, start, end);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the original record is not a JSON object", e);
    }
  }
}
