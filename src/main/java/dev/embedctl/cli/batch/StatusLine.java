package dev.embedctl.cli.batch;

import dev.embedctl.io.bytes.Printable;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line of standard error that is drawn repeatedly, and erased before any other output there. The
 * terminal only needs to return to the start of the line at a carriage return; if it was made
 * narrower than the line, an escape sequence erases the wrapped rest.
 */
public final class StatusLine implements AutoCloseable {
  /** The longest wait, after a signal, for a terminal that accepts no output. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private static final String ERASE_ALL_BELOW = "\u001B[J";

  private final PrintStream err;
  private final ReentrantLock lock = new ReentrantLock();
  private int drawn;
  private boolean otherLineIsOpen;
  private boolean closed;

  public StatusLine(PrintStream err) {
    this.err = err;
  }

  /**
   * Draws the line again, unless other output ends within a line.
   *
   * @param columns of the terminal now
   */
  public void draw(String drawing, int columns) {
    String text = Printable.line(drawing);
    lock.lock();
    try {
      if (!closed && !otherLineIsOpen) {
        if (drawn >= columns) {
          put("\r" + ERASE_ALL_BELOW);
          drawn = 0;
        }
        String rest = " ".repeat(Math.max(0, drawn - text.length()));
        // The cursor stays at the start, so that an echoed ^C is erased too.
        put("\r" + text + rest + "\r");
        drawn = text.length();
      }
    } finally {
      lock.unlock();
    }
  }

  private void erase() {
    if (drawn > 0) {
      put("\r" + " ".repeat(drawn) + "\r");
      drawn = 0;
    }
  }

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  /** Erases the line for good. */
  @Override
  public void close() {
    try {
      if (lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          erase();
          closed = true;
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Standard error for all other output: the line is erased before each write. */
  public PrintStream others() {
    OutputStream stream =
        new OutputStream() {
          @Override
          public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            lock.lock();
            try {
              erase();
              err.write(bytes, offset, length);
              err.flush();
              otherLineIsOpen = length > 0 && bytes[offset + length - 1] != '\n';
            } finally {
              lock.unlock();
            }
          }
        };
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
