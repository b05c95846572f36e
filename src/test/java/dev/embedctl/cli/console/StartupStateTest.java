package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StartupStateTest {

  @ParameterizedTest
  @EnumSource
  void eachStateIsSaidWithVerbose(StartupState state) {
    assertTrue(state.notice(true, false).isPresent());
  }

  @Test
  void onlyAStaleCacheIsSaidToAPersonWhoDidNotAsk() {
    assertTrue(StartupState.STALE.notice(false, true).orElseThrow().contains("embedctl warmup"));
    assertEquals(Optional.empty(), StartupState.USED.notice(false, true));
    assertEquals(Optional.empty(), StartupState.MISSING.notice(false, true));
  }

  @Test
  void aScriptIsNotTroubled() {
    for (StartupState state : StartupState.values()) {
      assertEquals(Optional.empty(), state.notice(false, false));
    }
  }
}
