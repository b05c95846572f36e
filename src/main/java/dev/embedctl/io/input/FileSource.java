package dev.embedctl.io.input;

import dev.embedctl.io.bytes.WholeFile;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** A source over a file, which knows how much of it was read. */
final class FileSource implements RecordSource {
  private final RecordSource source;
  private final WholeFile file;

  FileSource(RecordSource source, WholeFile file) {
    this.source = source;
    this.file = file;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public OptionalDouble shareRead() {
    return file.shareRead();
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    return source.next();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
