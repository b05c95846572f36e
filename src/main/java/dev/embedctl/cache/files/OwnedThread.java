package dev.embedctl.cache.files;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread of our own that nobody interrupts. A file channel closes itself when the thread that
 * uses it is interrupted, so all use of channels goes through here; callers may be interrupted
 * while they wait and learn of it afterwards.
 */
public final class OwnedThread implements AutoCloseable {

  /** Something to do with files. */
  @FunctionalInterface
  public interface Task<T> {
    T run() throws IOException;
  }

  /** A task without a result. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  private static final long SECONDS_BETWEEN_LOOKS = 1;

  private final ExecutorService executor;
  private volatile Thread thread;

  public OwnedThread(String name) {
    this(Thread.ofPlatform().name(name).daemon(true).factory());
  }

  public OwnedThread(ThreadFactory factory) {
    this.executor =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = factory.newThread(work);
              thread = made;
              return made;
            });
  }

  /** Does one thing on a thread of its own. */
  public static <T> T once(String name, Task<T> task) throws IOException {
    try (OwnedThread thread = new OwnedThread(name)) {
      return thread.call(task);
    }
  }

  /** The same as {@link #call}, for a task without a result. */
  public void run(Step step) throws IOException {
    call(
        () -> {
          step.run();
          return true;
        });
  }

  /**
   * Runs a task and waits for its end, even where the caller is interrupted meanwhile; not for a
   * thread that is gone, as one may be where memory is at its end. A task may call another.
   */
  public <T> T call(Task<T> task) throws IOException {
    if (Thread.currentThread() == thread) {
      return task.run();
    }
    Future<T> future = submit(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get(SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          if (thread.getState() == Thread.State.TERMINATED && !future.isDone()) {
            throw new IOException("the cache's thread has ended", e);
          }
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw rethrown(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <T> Future<T> submit(Task<T> task) throws IOException {
    try {
      return executor.submit(task::run);
    } catch (RejectedExecutionException e) {
      throw new IOException("the cache is closed already", e);
    }
  }

  /** Ends the thread once it has done what it was given. */
  @Override
  public void close() {
    executor.shutdown();
  }

  private static IOException rethrown(Throwable cause) throws IOException {
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return (IOException) cause;
  }
}
