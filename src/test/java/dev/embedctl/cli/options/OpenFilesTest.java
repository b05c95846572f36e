package dev.embedctl.cli.options;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** That connections do not take the files that the cache needs. */
final class OpenFilesTest {
  @Test
  void callsThatLeaveNoRoomForFilesAreRefusedBeforeTheRun() {
    String message =
        assertThrows(Usage.class, () -> OpenFiles.checkRoomFor(1000, OptionalLong.of(1024)))
            .getMessage();
    assertTrue(message.contains("1060 open files"), message);
    assertTrue(message.contains("may have 1024"), message);
    assertTrue(message.contains("ulimit -n"), message);
  }

  @Test
  void whereThereIsRoomOrNoLimitIsKnownNothingIsSaid() {
    assertDoesNotThrow(() -> OpenFiles.checkRoomFor(1000, OptionalLong.of(4096)));
    assertDoesNotThrow(() -> OpenFiles.checkRoomFor(1000, OptionalLong.empty()));
    assertDoesNotThrow(() -> OpenFiles.checkRoomFor(10));
  }
}
