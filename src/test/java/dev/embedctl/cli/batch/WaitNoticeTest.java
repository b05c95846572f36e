package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.report.RunMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitNoticeTest {
  private final List<String> said = new ArrayList<>();
  private Duration now = Duration.ofDays(1);
  private final WaitNotice notice =
      new WaitNotice(new RunMetrics(System::nanoTime), said::add, () -> now.toNanos());

  @Test
  void aLongWaitIsSaidOnceAMinuteAndAShortOneNever() {
    notice.heldBack(Duration.ofSeconds(9));
    notice.heldBack(Duration.ofSeconds(57));
    notice.heldBack(Duration.ofSeconds(58));
    now = now.plusSeconds(61);
    notice.heldBack(Duration.ofSeconds(30));

    assertEquals(
        List.of(
            "the provider asks to wait 57 s; the run continues after that",
            "the provider asks to wait 30 s; the run continues after that"),
        said);
  }
}
