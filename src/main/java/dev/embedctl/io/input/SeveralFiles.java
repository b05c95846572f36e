package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads files one after the other, one open at a time. */
final class SeveralFiles implements RecordSource {
  private final List<Path> files;
  private final Opening opening;
  private final Numbering numbering;
  private final long bytes;
  private volatile Current current;
  private int opened;
  private long index;

  /** Opens one of the files. */
  @FunctionalInterface
  interface Opening {
    RecordSource open(Path file) throws IOException;
  }

  /**
   * The file that is read.
   *
   * @param before the bytes of the files before it
   * @param size its bytes
   */
  private record Current(RecordSource source, long before, long size) {}

  private SeveralFiles(
      List<Path> files, Opening opening, Numbering numbering, long bytes, Current current) {
    this.files = files;
    this.opening = opening;
    this.numbering = numbering;
    this.bytes = bytes;
    this.current = current;
    this.opened = 1;
  }

  /**
   * Opens each file once, so that one that cannot be read is found before any text is sent.
   *
   * @param files at least one; a file may occur twice
   */
  static SeveralFiles open(List<Path> files, Opening opening, Numbering numbering)
      throws IOException {
    long bytes = 0;
    for (Path file : files) {
      opening.open(file).close();
      bytes += size(file);
    }
    Path first = files.getFirst();
    Current current = new Current(opening.open(first), 0, size(first));
    return new SeveralFiles(List.copyOf(files), opening, numbering, bytes, current);
  }

  private static long size(Path file) throws IOException {
    return Files.isRegularFile(file) ? Files.size(file) : 0;
  }

  @Override
  public String name() {
    return files.getFirst() + " and " + (files.size() - 1) + " more";
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    while (true) {
      Optional<InputRecord> next = current.source().next();
      if (next.isPresent()) {
        return Optional.of(numbered(next.get()));
      }
      if (opened == files.size()) {
        return next;
      }
      current.source().close();
      Path file = files.get(opened++);
      long before = current.before() + current.size();
      current = new Current(opening.open(file), before, size(file));
    }
  }

  private InputRecord numbered(InputRecord record) {
    return switch (numbering) {
      case PER_FILE -> record;
      case THROUGH_ALL -> {
        long position = index++;
        yield record.index() == position ? record : record.at(position);
      }
    };
  }

  @Override
  public OptionalDouble shareRead() {
    Current now = current;
    OptionalDouble share = now.source().shareRead();
    return bytes == 0 || share.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (now.before() + share.getAsDouble() * now.size()) / bytes));
  }

  @Override
  public void close() throws IOException {
    current.source().close();
  }
}
