package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is said when an error ends the process. */
final class LastLineTest {
  private static String of(Error error) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    new LastLine(err).write(error);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachKindOfErrorHasALineOfItsOwn() {
    assertTrue(of(new OutOfMemoryError("Java heap space")).contains("EMBEDCTL_HEAP"));
    assertTrue(
        of(new OutOfMemoryError("unable to create native thread: possibly out of memory"))
            .contains("ulimit -u"));
    assertTrue(of(new StackOverflowError()).contains("the stack overflowed"));
    assertTrue(of(new NoClassDefFoundError("a/B")).contains("install embedctl again"));
    assertEquals(
        "embedctl: internal error; run with -v for the stack trace\n", of(new AssertionError()));
  }

  @Test
  void onlyTheFirstOfSeveralErrorsIsWritten() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    LastLine lastLine = new LastLine(err);
    assertFalse(lastLine.isWritten());

    lastLine.write(new StackOverflowError());
    lastLine.write(new OutOfMemoryError("Java heap space"));

    assertTrue(lastLine.isWritten());
    assertEquals(
        "embedctl: internal error: the stack overflowed; run with -v for the stack trace\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void anErrorWhileOneIsWrittenLeavesTheLineToTheNext() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          private boolean failed;

          @Override
          public void write(int b) {
            if (!failed) {
              failed = true;
              throw new OutOfMemoryError("Java heap space");
            }
            err.write(b);
          }
        };
    LastLine lastLine = new LastLine(full);

    StackOverflowError first = new StackOverflowError();
    assertThrows(OutOfMemoryError.class, () -> lastLine.write(first));
    assertFalse(lastLine.isWritten());
    lastLine.write(new StackOverflowError());

    assertTrue(err.toString(StandardCharsets.UTF_8).contains("the stack overflowed"));
  }

  @Test
  void aLineTakesNothingFromTheHeap() {
    LastLine lines = new LastLine(OutputStream.nullOutputStream());
    LastLine another = new LastLine(OutputStream.nullOutputStream());
    Error full = new OutOfMemoryError("Java heap space");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    another.write(full); // classes are loaded
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    lines.write(full);
    long after = threads.getCurrentThreadAllocatedBytes();
    assertEquals(0, after - before);
  }
}
