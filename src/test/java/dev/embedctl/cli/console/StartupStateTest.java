package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class StartupStateTest {
  private static final String CACHE = "/caches/25.0.3-abc.aot";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void eachStateIsSaidWithVerbose(StartupState state) {
    assertTrue(state.notice(true, false).isPresent());
  }

  @ParameterizedTest
  @EnumSource(names = {"STALE", "REJECTED"})
  void aCacheThatIsNotUsedIsSaidToAPersonWhoDidNotAsk(StartupState state) {
    assertTrue(state.notice(false, true).orElseThrow().contains("embedctl warmup"));
  }

  @ParameterizedTest
  @EnumSource(names = {"USED", "PACKAGED", "MISSING"})
  void nothingElseIsSaidToAPersonWhoDidNotAsk(StartupState state) {
    assertEquals(Optional.empty(), state.notice(false, true));
  }

  @Test
  void aScriptIsNotTroubled() {
    for (StartupState state : StartupState.values()) {
      assertEquals(Optional.empty(), state.notice(false, false));
    }
  }

  @ParameterizedTest
  @CsvSource({"used, USED", "packaged, PACKAGED", "stale, STALE", "missing, MISSING"})
  void aCacheThatIsMappedIsTheOneOfTheLauncher(String state, StartupState expected)
      throws IOException {
    Path maps = Files.writeString(folder.resolve("maps"), "8000-9000 r--p 0 fe:00 1 " + CACHE);

    assertEquals(Optional.of(expected), StartupState.of(state, CACHE, maps));
  }

  @ParameterizedTest
  @CsvSource({
    "used, REJECTED",
    "packaged, REJECTED",
    "stale, STALE",
    "missing, MISSING",
  })
  void aCacheThatIsNotMappedWasRejected(String state, StartupState expected) throws IOException {
    Path maps = Files.writeString(folder.resolve("maps"), "8000-9000 r--p 0 fe:00 1 /lib/jvm.so");

    assertEquals(Optional.of(expected), StartupState.of(state, CACHE, maps));
  }

  @Test
  void whereNothingSaysWhatIsMappedTheLauncherIsBelieved() {
    assertEquals(
        Optional.of(StartupState.USED),
        StartupState.of("used", CACHE, folder.resolve("no-such-file")));
  }

  @Test
  void aProcessThatTheLauncherDidNotStartHasNoState() {
    assertEquals(Optional.empty(), StartupState.of("", "", folder));
  }
}
