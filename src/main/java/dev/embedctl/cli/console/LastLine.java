package dev.embedctl.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prints why an {@link Error} ends the process. The memory may be full then, so the lines are made
 * in advance and writing one allocates nothing. If several threads fail, only the first error is
 * written.
 */
public final class LastLine {
  private final OutputStream err;
  private final AtomicBoolean written = new AtomicBoolean();
  private final byte[] heap =
      line(
          "out of memory: set EMBEDCTL_HEAP to more than now (256m by default), or lower"
              + " --concurrency");
  private final byte[] threads =
      line(
          "the system cannot create more threads: lower --concurrency, or raise the limit (ulimit -u)");
  private final byte[] stack =
      line("internal error: the stack overflowed; run with -v for the stack trace");
  private final byte[] classes =
      line(
          "internal error: a class of lib/embedctl.jar cannot be loaded; install embedctl again, or"
              + " run with -v for the stack trace");
  private final byte[] other = line("internal error; run with -v for the stack trace");

  /** Writes to a stream without a buffer. */
  public LastLine(OutputStream err) {
    this.err = err;
  }

  private static byte[] line(String words) {
    return ("embedctl: " + words + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the line for an error, if it is the first. */
  public void write(Error error) {
    byte[] line = lineFor(error);
    if (!written.compareAndSet(false, true)) {
      return;
    }
    try {
      err.write(line, 0, line.length);
    } catch (IOException e) {
      return; // the reader has gone
    } catch (Error e) {
      written.set(false); // the next error gets a line
      throw e;
    }
  }

  /** Whether an error has been written. */
  public boolean isWritten() {
    return written.get();
  }

  /** It has no switch over types, since the first use of one allocates memory. */
  private byte[] lineFor(Error error) {
    if (error instanceof OutOfMemoryError full) {
      return isOfThreads(full) ? threads : heap;
    }
    if (error instanceof StackOverflowError) {
      return stack;
    }
    return error instanceof LinkageError ? classes : other;
  }

  private static boolean isOfThreads(OutOfMemoryError e) {
    return e.getMessage() != null && e.getMessage().startsWith("unable to create native thread");
  }
}
