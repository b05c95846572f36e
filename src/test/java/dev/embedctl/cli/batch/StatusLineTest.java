package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.embedctl.testing.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusLineTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final StatusLine line =
      new StatusLine(new PrintStream(written, true, StandardCharsets.UTF_8));
  private final PrintStream others = line.others();

  private List<String> screen() {
    return new Screen(40).after(written.toString(StandardCharsets.UTF_8));
  }

  @Test
  void isDrawnOverItself() {
    line.draw("a long line");
    line.draw("short");

    assertEquals(List.of("short"), screen());
  }

  @Test
  void givesWayToAMessageAndIsDrawnBelowIt() {
    line.draw("half of it is done");
    others.println("embedctl: ä message");
    line.draw("more");
    others.println("another");
    line.draw("all");

    assertEquals(List.of("embedctl: ä message", "another", "all"), screen());
  }

  @Test
  void isNotDrawnIntoAMessageThatIsNotWholeYet() {
    line.draw("half of it is done");
    others.print("begun ");
    others.flush();
    line.draw("more");
    others.println("and ended");

    assertEquals(List.of("begun and ended"), screen());
  }

  @Test
  void leavesNoTraceWhenItEnds() {
    line.draw("half of it is done");
    line.close();
    line.draw("late");
    line.close();
    others.println("the end");

    assertEquals(List.of("the end"), screen());
  }

  @Test
  void whatTheTerminalEchoesOfASignalIsErasedWithIt() {
    line.draw("123456789 123456789 123456789 123456789"); // one short of the edge
    written.writeBytes("^C".getBytes(StandardCharsets.UTF_8));
    line.close();
    others.println("stopped");

    assertEquals(List.of("stopped"), screen());
  }

  @Test
  void needsNoEscapeSequences() {
    line.draw("half of it is done");
    line.close();

    assertFalse(written.toString(StandardCharsets.UTF_8).contains("\u001B"));
  }
}
