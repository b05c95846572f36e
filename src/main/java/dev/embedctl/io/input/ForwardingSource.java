package dev.embedctl.io.input;

import java.io.IOException;
import java.util.OptionalDouble;

/** A source that takes its records from another source, which it closes. */
public abstract class ForwardingSource implements RecordSource {
  private final RecordSource source;

  protected ForwardingSource(RecordSource source) {
    this.source = source;
  }

  /** The other source. */
  protected final RecordSource source() {
    return source;
  }

  @Override
  public String name() {
    return source.name();
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
