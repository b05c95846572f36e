package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A bar is as wide as the terminal is now. */
final class WidthTest {
  private final AtomicInteger asked = new AtomicInteger();

  private OptionalInt forty() {
    asked.incrementAndGet();
    return OptionalInt.of(40);
  }

  @Test
  void theTerminalIsAskedOnceAfterEachChangeOfItsSize() {
    Width width = Width.of(Map.of(), this::forty);
    assertEquals(80, width.columns());
    width.changed();
    assertEquals(40, width.columns());
    assertEquals(40, width.columns());
    assertEquals(1, asked.get());
  }

  @Test
  void whatTheUserSaysStaysSoWhileTheTerminalHasThem() {
    Width narrow = Width.of(Map.of("COLUMNS", "30"), this::forty);
    Width wide = Width.of(Map.of("COLUMNS", "100"), this::forty);
    assertEquals(100, wide.columns());
    narrow.changed();
    wide.changed();
    assertEquals(30, narrow.columns());
    assertEquals(40, wide.columns());
  }

  @Test
  void aTerminalThatTellsNothingIsAsWideAsBefore() {
    Width width = Width.of(Map.of(), OptionalInt::empty);
    width.changed();
    assertEquals(80, width.columns());
  }
}
