package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Adds to each record's metadata the file or the line where it begins. */
final class PlaceFields implements RecordSource {
  private final RecordSource source;
  private final List<FieldSelector> fields;

  private PlaceFields(RecordSource source, List<FieldSelector> fields) {
    this.source = source;
    this.fields = fields;
  }

  /** The source, with these fields where the options list them. */
  static RecordSource in(RecordSource source, InputOptions options) {
    List<FieldSelector> fields =
        options.metadata() instanceof MetadataFields.Listed listed
            ? listed.fields().stream().filter(FieldSelector::isPlace).toList()
            : List.of();
    return fields.isEmpty() ? source : new PlaceFields(source, fields);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    return source.next().map(this::placed);
  }

  private InputRecord placed(InputRecord record) {
    StringBuilder object = new StringBuilder(record.metadata().orElse("{}"));
    object.setLength(object.length() - 1);
    for (FieldSelector field : fields) {
      JsonText.appendMember(
          object,
          field.given(),
          field.given().equals(FieldSelector.FILE)
              ? JsonText.quoted(record.place().source())
              : Long.toString(record.line()));
    }
    return record.withMetadata(Optional.of(object.append('}').toString()));
  }

  @Override
  public OptionalDouble shareRead() {
    return source.shareRead();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
