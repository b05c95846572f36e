package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Which records of an input are read. Each keeps its index in the whole input.
 *
 * @param skip the number of records that are left out at the beginning
 * @param limit the greatest number of records
 */
public record RecordRange(long skip, OptionalLong limit) {
  /** All records. */
  public static final RecordRange ALL = new RecordRange(0, OptionalLong.empty());

  RecordSource of(RecordSource source) {
    return skip == 0 && limit.isEmpty() ? source : new Part(source, this);
  }

  /** Reads the records of a range, and none after it. */
  private static final class Part implements RecordSource {
    private final RecordSource source;
    private final RecordRange range;
    private long read;

    Part(RecordSource source, RecordRange range) {
      this.source = source;
      this.range = range;
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Optional<InputRecord> next() throws IOException {
      while (read < range.skip()) {
        if (source.next().isEmpty()) {
          return Optional.empty();
        }
        read++;
      }
      if (range.limit().isPresent() && read - range.skip() >= range.limit().getAsLong()) {
        return Optional.empty();
      }
      read++;
      return source.next();
    }

    @Override
    public OptionalDouble shareRead() {
      return range.limit().isPresent() ? OptionalDouble.empty() : source.shareRead();
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
