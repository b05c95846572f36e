package dev.embedctl.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says why the process ends when an {@link Error} ends it. The memory may be full then: the lines
 * are made before, and writing one takes none. Where several threads fail, only the first error is
 * written.
 */
public final class LastLine {
  private final OutputStream err;
  private final AtomicBoolean written = new AtomicBoolean();
  private final byte[] heap =
      line(
          "out of memory: set EMBEDCTL_HEAP to more than it is (256m where it is not set), or lower"
              + " --concurrency");
  private final byte[] threads =
      line("the system gives no more threads: lower --concurrency, or raise the limit (ulimit -u)");
  private final byte[] stack =
      line("internal error: the stack overflowed; run with -v for the stack trace");
  private final byte[] classes =
      line(
          "internal error: a class of lib/embedctl.jar cannot be used; install embedctl again, or"
              + " run with -v for the stack trace");
  private final byte[] other = line("internal error; run with -v for the stack trace");

  /** Writes to a stream that holds nothing back. */
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
      return; // nobody is there to read it
    } catch (Error e) {
      written.set(false); // the next error gets a line
      throw e;
    }
  }

  /** Whether an error has been written. */
  public boolean isWritten() {
    return written.get();
  }

  /** Without a switch over types, since the first use of one takes memory. */
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
