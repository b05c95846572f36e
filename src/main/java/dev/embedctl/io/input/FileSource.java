package dev.embedctl.io.input;

import dev.embedctl.io.bytes.WholeFile;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** A source over a file that knows which share of the file was read. */
final class FileSource extends ForwardingSource {
  private final WholeFile file;

  FileSource(RecordSource source, WholeFile file) {
    super(source);
    this.file = file;
  }

  @Override
  public OptionalDouble shareRead() {
    return file.shareRead();
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    return source().next();
  }
}
