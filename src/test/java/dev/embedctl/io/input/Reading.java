package dev.embedctl.io.input;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import dev.embedctl.testing.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Short words for reading in tests. */
public final class Reading {
  private Reading() {}

  public static InputOptions as(InputFormat format) {
    return with(InputOptions.defaults(), format);
  }

  static InputOptions with(InputOptions options, InputFormat format) {
    return new InputOptions(
        Optional.of(format),
        options.text(),
        options.id(),
        options.metadata(),
        options.template(),
        options.form(),
        options.range());
  }

  static InputOptions withText(InputOptions options, String field) {
    return new InputOptions(
        options.format(),
        new FieldSelector(field),
        options.id(),
        options.metadata(),
        options.template(),
        options.form(),
        options.range());
  }

  static InputOptions withId(InputOptions options, IdField id) {
    return new InputOptions(
        options.format(),
        options.text(),
        id,
        options.metadata(),
        options.template(),
        options.form(),
        options.range());
  }

  static InputOptions withMetadata(InputOptions options, String metadata) {
    return new InputOptions(
        options.format(),
        options.text(),
        options.id(),
        MetadataFields.parse(metadata),
        options.template(),
        options.form(),
        options.range());
  }

  static InputOptions withTemplate(InputOptions options, String template) {
    return new InputOptions(
        options.format(),
        options.text(),
        options.id(),
        options.metadata(),
        Optional.of(Template.parse(template)),
        options.form(),
        options.range());
  }

  static InputOptions withForm(InputOptions options, TextForm form) {
    return new InputOptions(
        options.format(),
        options.text(),
        options.id(),
        options.metadata(),
        options.template(),
        form,
        options.range());
  }

  static InputOptions withRange(InputOptions options, RecordRange range) {
    return new InputOptions(
        options.format(),
        options.text(),
        options.id(),
        options.metadata(),
        options.template(),
        options.form(),
        range);
  }

  public static List<InputRecord> all(String input, InputOptions options) {
    return all(input.getBytes(StandardCharsets.UTF_8), options);
  }

  public static List<InputRecord> all(byte[] input, InputOptions options) {
    return all(new ByteArrayInputStream(input), options);
  }

  public static List<InputRecord> all(InputStream input, InputOptions options) {
    try (RecordSource source = RecordSources.open(input, options)) {
      return all(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<InputRecord> all(RecordSource source) throws IOException {
    List<InputRecord> records = new ArrayList<>();
    for (Optional<InputRecord> r = source.next(); r.isPresent(); r = source.next()) {
      records.add(r.get());
    }
    return records;
  }

  public static InputRecord one(String input, InputOptions options) {
    List<InputRecord> records = all(input, options);
    if (records.size() != 1) {
      throw new AssertionError(records.size() + " records: " + records);
    }
    return records.getFirst();
  }

  /** The text, or the failure's word and message. */
  public static String told(InputRecord record) {
    return switch (record.text()) {
      case Text.Valid valid -> valid.value();
      case Text.Invalid invalid -> invalid.code() + ": " + invalid.message();
    };
  }

  public static List<String> told(List<InputRecord> records) {
    return records.stream().map(Reading::told).toList();
  }

  static Optional<FailureCode> code(InputRecord record) {
    return record.text() instanceof Text.Invalid invalid
        ? Optional.of(invalid.code())
        : Optional.empty();
  }

  static byte[] gzip(byte[] plain) {
    return Bytes.copy(plain).gzip().toArray();
  }

  static byte[] zstd(byte[] plain) {
    return Bytes.copy(plain).zstd().toArray();
  }

  public static byte[] joined(byte[]... parts) {
    return Bytes.of(Arrays.stream(parts).map(Bytes::copy).toArray()).toArray();
  }

  public static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** Hands out a few bytes at a time, and never says that more are there: as a slow pipe. */
  public static InputStream trickling(byte[] bytes, int atOnce) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, atOnce));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }
}
