package dev.embedctl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class UtcTimeTest {
  private static final long YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();

  @Test
  void isWhatTheJdkWrites() {
    SplittableRandom random = new SplittableRandom(1);
    for (long nanos : List.of(0L, 5_000_000L, 7_000L, 999_999_999L, 120_000_000L)) {
      random
          .longs(2000, 0, YEAR_10000)
          .flatMap(second -> LongStream.of(second, second / 60 * 60, second / 3600 * 3600))
          .mapToObj(second -> Instant.ofEpochSecond(second, nanos))
          .forEach(moment -> assertEquals(moment.toString(), UtcTime.text(moment)));
    }
  }
}
