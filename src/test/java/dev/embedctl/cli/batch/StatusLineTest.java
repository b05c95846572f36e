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
  private static final int COLUMNS = 40;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final StatusLine line =
      new StatusLine(new PrintStream(written, true, StandardCharsets.UTF_8));
  private final PrintStream others = line.others();

  private List<String> screen() {
    return new Screen(COLUMNS).after(written.toString(StandardCharsets.UTF_8));
  }

  @Test
  void isDrawnOverItself() {
    line.draw("a long line", COLUMNS);
    line.draw("short", COLUMNS);

    assertEquals(List.of("short"), screen());
  }

  @Test
  void givesWayToAMessageAndIsDrawnBelowIt() {
    line.draw("half of it is done", COLUMNS);
    others.println("embedctl: ä message");
    line.draw("more", COLUMNS);
    others.println("another");
    line.draw("all", COLUMNS);

    assertEquals(List.of("embedctl: ä message", "another", "all"), screen());
  }

  @Test
  void isNotDrawnIntoAMessageThatIsNotWholeYet() {
    line.draw("half of it is done", COLUMNS);
    others.print("begun ");
    others.flush();
    line.draw("more", COLUMNS);
    others.println("and ended");

    assertEquals(List.of("begun and ended"), screen());
  }

  @Test
  void leavesNoTraceWhenItEnds() {
    line.draw("half of it is done", COLUMNS);
    line.close();
    line.draw("late", COLUMNS);
    line.close();
    others.println("the end");

    assertEquals(List.of("the end"), screen());
  }

  @Test
  void whatTheTerminalEchoesOfASignalIsErasedWithIt() {
    line.draw("123456789 123456789 123456789 123456789", COLUMNS); // one short of the edge
    written.writeBytes("^C".getBytes(StandardCharsets.UTF_8));
    line.close();
    others.println("stopped");

    assertEquals(List.of("stopped"), screen());
  }

  @Test
  void aNarrowerTerminalKeepsNothingOfTheLineThatItBroke() {
    Screen screen = new Screen(COLUMNS);
    line.draw("123456789 123456789 123456789 123456789", COLUMNS);
    screen.after(written.toString(StandardCharsets.UTF_8));
    written.reset();
    screen.narrow(16);

    line.draw("half is done", 16);
    line.draw("all", 16);
    line.close();
    others.println("the end");

    assertEquals(List.of("the end"), screen.after(written.toString(StandardCharsets.UTF_8)));
  }

  @Test
  void aWiderTerminalShowsMoreOfTheLine() {
    Screen screen = new Screen(16);
    line.draw("half is done", 16);
    screen.after(written.toString(StandardCharsets.UTF_8));
    written.reset();
    screen.widen(COLUMNS);

    line.draw("more than half of it is done", COLUMNS);

    assertEquals(
        List.of("more than half of it is done"),
        screen.after(written.toString(StandardCharsets.UTF_8)));
  }

  @Test
  void needsNoEscapeSequences() {
    line.draw("half of it is done", COLUMNS);
    line.close();

    assertFalse(written.toString(StandardCharsets.UTF_8).contains("\u001B"));
  }
}
