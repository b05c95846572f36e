package dev.embedctl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import dev.embedctl.testing.Records;
import dev.embedctl.verify.Sample.Sampled;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static List<Long> sampled(int size, int records) {
    Sample sample = new Sample(size, new SplittableRandom(1));
    for (int i = 0; i < records; i++) {
      sample.offer(new Sampled(Records.of(i, "text " + i), "row " + i, Vector.wrap(i)));
    }
    return sample.taken().stream().map(each -> each.record().index()).toList();
  }

  @Test
  void takesAllRecordsIfThereAreFew() {
    assertEquals(List.of(0L, 1L, 2L), sampled(5, 3));
    assertEquals(List.of(), sampled(0, 3));
  }

  @Test
  void samplesTheWholeInputInItsOrder() {
    List<Long> taken = sampled(1000, 100_000);

    assertEquals(1000, taken.stream().distinct().count());
    assertEquals(taken.stream().sorted().toList(), taken);
    for (int tenth = 0; tenth < 10; tenth++) {
      long from = 10_000L * tenth;
      long count = taken.stream().filter(index -> index / 10_000 * 10_000 == from).count();
      assertTrue(count > 60 && count < 140, count + " of the records from " + from);
    }
  }
}
