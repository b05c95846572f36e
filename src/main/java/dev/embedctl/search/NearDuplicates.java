package dev.embedctl.search;

import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputReaders;
import dev.embedctl.io.readback.OutputReaders.Reading;
import dev.embedctl.model.Cosine;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Finds the pairs of rows of an output whose cosine is at least a limit, by comparing each row with
 * each other, block by block on several threads.
 */
public final class NearDuplicates {
  /** The greatest number of pairs, which are kept in memory. */
  public static final int MAX_PAIRS = 1_000_000;

  private static final int BLOCK_BYTES = 256 << 10;

  private static final Comparator<Rows> BEST_FIRST =
      Comparator.comparingDouble(Rows::score)
          .reversed()
          .thenComparingInt(Rows::first)
          .thenComparingInt(Rows::second);

  private final Path output;
  private final Reading reading;
  private final Path temporary;
  private final int threads;
  private final int maxPairs;

  /**
   * The pairs of an output.
   *
   * @param temporary a folder for a file of all vectors, which is removed at the end
   * @param threads that compare at the same time
   */
  public NearDuplicates(Path output, Reading reading, Path temporary, int threads) {
    this(output, reading, temporary, threads, MAX_PAIRS);
  }

  NearDuplicates(Path output, Reading reading, Path temporary, int threads, int maxPairs) {
    this.output = output;
    this.reading = reading;
    this.temporary = temporary;
    this.threads = threads;
    this.maxPairs = maxPairs;
  }

  /** The numbers of two rows. */
  private record Rows(double score, int first, int second) {}

  /** The buffers and the pairs of one thread. */
  private static final class Bench {
    private final float[] first;
    private final float[] second;
    private final List<Rows> found = new ArrayList<>();

    private Bench(int floats) {
      this.first = new float[floats];
      this.second = new float[floats];
    }
  }

  /**
   * The pairs, the nearest first; equally near ones are in the order of the output.
   *
   * @throws InvalidInput if the output cannot be read, or has no rows or an invalid one
   * @throws RunFailed if there are too many pairs
   */
  public List<Pair> atLeast(double least) throws IOException, InterruptedException {
    try (VectorSpool spool = spool()) {
      if (spool.rows() == 0) {
        throw new InvalidInput(output + ": no rows to search; the run had no texts");
      }
      int blockRows = Math.max(1, BLOCK_BYTES / (spool.dimensions() * Float.BYTES));
      int blocks = (spool.rows() + blockRows - 1) / blockRows;
      AtomicInteger pairs = new AtomicInteger();
      List<Rows> all =
          new ThreadTeam(threads)
                  .run(
                      blocks,
                      () -> new Bench(blockRows * spool.dimensions()),
                      (block, own) -> compare(block, blockRows, blocks, spool, least, own, pairs))
                  .stream()
                  .flatMap(own -> own.found.stream())
                  .sorted(BEST_FIRST)
                  .toList();
      return labelled(all);
    }
  }

  private VectorSpool spool() throws IOException {
    try (OutputReader reader = OutputReaders.open(output, reading)) {
      return VectorSpool.of(reader, temporary);
    }
  }

  /** Compares the rows of a block with each other and with those of all later blocks. */
  private void compare(
      int block,
      int blockRows,
      int blocks,
      VectorSpool spool,
      double least,
      Bench own,
      AtomicInteger pairs)
      throws IOException {
    int from = block * blockRows;
    int rows = Math.min(blockRows, spool.rows() - from);
    spool.read(from, rows, own.first);
    for (int other = block; other < blocks; other++) {
      int otherFrom = other * blockRows;
      int otherRows = Math.min(blockRows, spool.rows() - otherFrom);
      spool.read(otherFrom, otherRows, own.second);
      int before = own.found.size();
      for (int i = 0; i < rows; i++) {
        int start = other == block ? i + 1 : 0;
        compare(i, from, start, otherFrom, otherRows, spool, least, own);
      }
      if (pairs.addAndGet(own.found.size() - before) > maxPairs) {
        throw new RunFailed(
            output
                + ": more than "
                + maxPairs
                + " pairs have a cosine of at least "
                + least
                + "; use a higher cosine");
      }
    }
  }

  private static void compare(
      int row,
      int from,
      int start,
      int otherFrom,
      int otherRows,
      VectorSpool spool,
      double least,
      Bench own) {
    int dimensions = spool.dimensions();
    int at = row * dimensions;
    double atLeast = least - QuickCosine.margin(dimensions);
    float scale = spool.scale(from + row);
    for (int j = start; j < otherRows; j++) {
      int otherAt = j * dimensions;
      float quick =
          QuickCosine.product(own.first, at, own.second, otherAt, dimensions)
              * scale
              * spool.scale(otherFrom + j);
      if (!(quick < atLeast)) { // NaN: the exact cosine is needed
        double exact = Cosine.of(own.first, at, own.second, otherAt, dimensions);
        if (exact >= least) {
          own.found.add(new Rows(exact, from + row, otherFrom + j));
        }
      }
    }
  }

  private List<Pair> labelled(List<Rows> found) throws IOException {
    Map<Long, Label> labels =
        new OutputSearch(output, reading, threads)
            .labels(
                found.stream()
                    .flatMap(pair -> Stream.of((long) pair.first(), (long) pair.second()))
                    .toList());
    return found.stream()
        .map(
            pair ->
                new Pair(
                    pair.score(),
                    labels.get((long) pair.first()),
                    labels.get((long) pair.second())))
        .toList();
  }
}
