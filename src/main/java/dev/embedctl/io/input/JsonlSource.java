package dev.embedctl.io.input;

import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.io.bytes.TextLines;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Reads JSON texts, the lines of JSON Lines or the elements of an array: each is an object, or a
 * bare string. Blank lines are not records.
 */
public final class JsonlSource implements RecordSource {
  private final String name;
  private final TextLines lines;
  private final InputOptions options;
  private final NamedFields named;
  private final JsonLine json;
  private long index;

  private JsonlSource(String name, TextLines lines, InputOptions options, NamedFields named) {
    this.name = name;
    this.lines = lines;
    this.options = options;
    this.named = named;
    this.json = new JsonLine(options);
  }

  /** The records of these lines. */
  public static RecordSource of(String name, TextLines lines, InputOptions options) {
    NamedFields named = new NamedFields(options);
    return new FirstRecords(new JsonlSource(name, lines, options, named), named);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    while (advance()) {
      if (!isBlank()) {
        return Optional.of(lines.isTooLong() ? tooLong() : record());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private boolean advance() {
    try {
      return lines.advance();
    } catch (IOException e) {
      throw ReadFailure.at(name, lines.reached(), e);
    }
  }

  /** Whether the line has only JSON's white space. */
  private boolean isBlank() {
    char[] chars = lines.chars();
    for (int i = lines.start(); i < lines.start() + lines.length(); i++) {
      if (chars[i] != ' ' && chars[i] != '\t' && chars[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private InputRecord tooLong() {
    String head = lines.text();
    return without(
        TextRules.invalidRecord("the line is longer than " + lines.maxChars() + " characters"),
        InputRecord.Original.of(head.length(), () -> JsonText.unreadable(head + "…")));
  }

  private InputRecord record() throws IOException {
    String line = lines.text();
    int lone = TextRules.loneSurrogate(line);
    if (lone < 0) {
      return record(line, json.read(line, lines.chars(), lines.start()));
    }
    // No field of such a line can be trusted, whichever has the invalid bytes. The line is read
    // nevertheless, to report the record.
    String mended = JsonText.withLoneSurrogatesEscaped(line);
    InputRecord read = record(mended, json.read(mended, mended.toCharArray(), 0));
    return new InputRecord(
        read.index(),
        read.place(),
        TextRules.invalidUnicode(line.charAt(lone), lone),
        read.id(),
        read.metadata(),
        read.original());
  }

  private InputRecord record(String line, Optional<String> defect) {
    if (defect.isPresent()) {
      return unreadable(line, defect.get());
    }
    return switch (json.kind()) {
      case OBJECT -> whole(InputRecord.Original.of(line.length(), () -> line));
      case STRING -> {
        List<String> path = options.text().path();
        yield whole(
            InputRecord.Original.of(line.length(), () -> JsonText.nested(path, line.strip())));
      }
      case NUMBER, BOOLEAN, NULL, ARRAY, MISSING ->
          unreadable(line, json.kind().phrase() + ", not an object or a string");
    };
  }

  private InputRecord unreadable(String line, String reason) {
    return without(
        TextRules.invalidRecord(reason + hint(line, reason)),
        InputRecord.Original.of(line.length(), () -> JsonText.unreadable(line)));
  }

  /** Advice for a file that is not JSON Lines, as its first record shows. */
  private String hint(String line, String reason) {
    String start = line.stripLeading();
    if (index > 0) {
      return "";
    }
    if (start.startsWith("[")) {
      return " (if the file is one JSON array, pass " + Parameter.INPUT_FORMAT + " json)";
    }
    if (reason.contains(JsonReason.TOO_EARLY)) {
      return " (each record must be on one line, as jq -c . writes it)";
    }
    boolean words = !start.isEmpty() && Character.isLetterOrDigit(start.codePointAt(0));
    boolean isJson = json.kind() != JsonKind.MISSING && !reason.startsWith("there is more after");
    return words && !isJson
        ? " (if each line is a text, pass "
            + Parameter.INPUT_FORMAT
            + " txt; if the first names columns, csv or"
            + " tsv)"
        : "";
  }

  private InputRecord whole(InputRecord.Original original) {
    named.look(json);
    FieldSelector idField = options.id().field();
    JsonKind idKind = json.value(idField).kind();
    return switch (idKind) {
      case STRING, NUMBER -> whole(original, Optional.of(json.raw(idField)));
      case NULL, MISSING -> whole(original, Optional.empty());
      case BOOLEAN, OBJECT, ARRAY -> {
        String reason = "field '" + idField.given() + "' is " + idKind.phrase();
        yield without(
            TextRules.invalidRecord(
                reason + ", and an id is a string or a number; name another field for it"),
            original);
      }
    };
  }

  private InputRecord whole(InputRecord.Original original, Optional<String> id) {
    Text text = options.textOf(json);
    return new InputRecord(index++, place(), text, id, metadata(), original);
  }

  private Optional<String> metadata() {
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      return metadata(listed);
    }
    return options.metadata() instanceof MetadataFields.All ? json.others() : Optional.empty();
  }

  private Optional<String> metadata(MetadataFields.Listed listed) {
    StringBuilder object = new StringBuilder("{");
    for (FieldSelector field : listed.ofRecord()) {
      if (json.value(field).kind() != JsonKind.MISSING) {
        JsonText.appendMember(object, field.label(), json.raw(field));
      }
    }
    return object.length() == 1 ? Optional.empty() : Optional.of(object.append('}').toString());
  }

  private InputPlace place() {
    return new InputPlace(name, lines.number());
  }

  /** A record without id and metadata. */
  private InputRecord without(Text text, InputRecord.Original original) {
    return new InputRecord(index++, place(), text, Optional.empty(), Optional.empty(), original);
  }
}
