package dev.embedctl.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Threads that share numbered pieces of work, each taking the next one. */
final class ThreadTeam {
  private final int threads;

  ThreadTeam(int threads) {
    this.threads = threads;
  }

  /** Processes one piece with the state of its thread. */
  @FunctionalInterface
  interface Work<T> {
    void on(int piece, T own) throws IOException;
  }

  /**
   * Does all pieces; after the first failure, no further piece begins.
   *
   * @param own makes the state of one thread
   * @return the states of all threads
   */
  <T> List<T> run(int pieces, Supplier<T> own, Work<T> work)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Future<T>> running = new ArrayList<>();
    try (ExecutorService team =
        Executors.newFixedThreadPool(Math.min(threads, Math.max(1, pieces)))) {
      for (int i = 0; i < Math.min(threads, pieces); i++) {
        running.add(
            team.submit(
                () -> {
                  T mine = own.get();
                  boolean done = false;
                  try {
                    for (int piece = next.getAndIncrement();
                        piece < pieces;
                        piece = next.getAndIncrement()) {
                      work.on(piece, mine);
                    }
                    done = true;
                  } finally {
                    if (!done) {
                      next.set(pieces);
                    }
                  }
                  return mine;
                }));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(result(each));
    }
    return results;
  }

  private static <T> T result(Future<T> done) throws IOException, InterruptedException {
    try {
      return done.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
