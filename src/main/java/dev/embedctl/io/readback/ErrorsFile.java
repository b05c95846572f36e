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

/** Which records a run could not embed, read back from its errors file: they ascend. */
public interface ErrorsFile extends AutoCloseable {

  /**
   * The index of the next one, or empty at the end.
   *
   * @throws InvalidInput where the file is no errors file
   */
  OptionalLong next() throws IOException;

  @Override
  void close() throws IOException;

  /** No record failed. */
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
   * @throws EmbedctlException.InvalidInput where it is not there or may not be read
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
                  + ": no line of an errors file: "
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
