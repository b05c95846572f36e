package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.testing.Records;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The last line of a run. */
final class SummaryTextTest {
  private final RunMetrics metrics = new RunMetrics(() -> 0);

  private void write(int truncated, Averaged averaged) {
    Outcome fresh = new Outcome.Fresh(Records.of(0, "a"), Vector.wrap(1, 2), Duration.ZERO);
    metrics.on(new ChunkWritten(0, List.of(fresh), 0, truncated, averaged, 1, Duration.ZERO));
    metrics.ended(new Call(Ending.ANSWERED, 1, OptionalLong.of(500), 0, Duration.ZERO));
  }

  private String line(Optional<Price> price) {
    return SummaryText.of(
        metrics.summary(
            new EmbeddingSpec(
                "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, ""),
            SampleRun.ASKED,
            Normalization.NONE,
            1,
            price,
            RunStatus.COMPLETED,
            Optional.empty(),
            Instant.EPOCH,
            "1.2.3"));
  }

  private static Optional<Price> price(String usd) {
    return Optional.of(new Price(new BigDecimal(usd), Optional.empty(), "a page"));
  }

  @Test
  void hasTheTextsThatWereCutAndTheCost() {
    write(3, new Averaged(1, 4, 4));

    assertEquals(
        "1 text in 0.0 s: 0 from the cache, 1 embedded (0 duplicates) in 1 call, 3 cut to the model's"
            + " limit, 1 long text averaged from 4 windows, $0.005",
        line(price("10")));
  }

  @Test
  void hasNoCostWhereThereIsNoneAndTokensWhereTheirPriceIsUnknown() {
    write(0, Averaged.NONE);
    String figures = "1 text in 0.0 s: 0 from the cache, 1 embedded (0 duplicates) in 1 call";

    assertEquals(figures, line(price("0")));
    assertEquals(figures + ", 500 tokens of unknown price", line(Optional.empty()));
  }
}
