package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.io.readback.OutputId;
import dev.embedctl.search.Hit;
import dev.embedctl.search.Label;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class HitTableTest {
  private static final List<Hit> HITS =
      List.of(
          new Hit(0.75, 3, new Label(3, new OutputId.Json("\"long-id\""), Optional.empty())),
          new Hit(-0.5, 9, new Label(9, new OutputId.None(), Optional.of("{\"a\":1}"))));

  @Test
  void columnsAreAligned() {
    assertEquals(
        "1  0.7500   long-id  one line\n2  -0.5000  9        {\"a\":1}\n",
        HitTable.of(HITS, Map.of(3L, "one\nline"), OptionalInt.empty()));
  }

  @Test
  void aTerminalsLinesAreCutToItsWidth() {
    assertEquals(
        "1  0.7500   long-id  𝒂b…\n2  -0.5000  9        {\"…\n",
        HitTable.of(HITS, Map.of(3L, "𝒂bcdefg"), OptionalInt.of(24)));
  }
}
