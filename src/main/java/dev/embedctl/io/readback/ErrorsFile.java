package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.io.bytes.Utf8Reader;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the indexes of failed records from an errors file, in ascending order. */
public interface ErrorsFile extends AutoCloseable {

  /**
   * The index of the next record; empty at the end.
   *
   * @throws InvalidInput if this is not an errors file
   */
  OptionalLong next() throws IOException;

  @Override
  void close() throws IOException;

  /** An empty errors file. */
  static ErrorsFile none() {
    return new ErrorsFile() {
      @Override
      public OptionalLong next() {
        return OptionalLong.empty();
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Opens an errors file.
   *
   * @throws EmbedctlException.InvalidInput if the file is missing or not readable
   */
  static ErrorsFile open(Path file) throws IOException {
    String name = file.toString();
    LineReader lines =
        new LineReader(
            new Utf8Reader(RecordSources.plain(RecordSources.openStream(file, name), name)),
            LineReader.DEFAULT_MAX_CHARS);
    RowJson json = new RowJson(new VectorParser(Optional.empty(), OptionalInt.empty()));
    return new ErrorsFile() {
      @Override
      public OptionalLong next() throws IOException {
        try {
          if (!lines.advance()) {
            return OptionalLong.empty();
          }
        } catch (IOException e) {
          throw ReadFailure.at(name, lines.number() + 1, e);
        }
        json.read(lines);
        if (json.index().isEmpty()) {
          throw new InvalidInput(
              name
                  + ":"
                  + lines.number()
                  + ": not a line of an errors file: "
                  + json.defect().orElseThrow());
        }
        return json.index();
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }
}
