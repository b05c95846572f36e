package dev.embedctl.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sends requests: each permit is a virtual thread that takes what waits in the queue and carries it
 * out, until there will be no more. Nobody hands it its work, so nothing lies between a reply and
 * the next call but the reply's own check and its way into the cache.
 */
final class Dispatcher {
  private final MissQueue queue;
  private final RequestPacker packer;
  private final RequestRunner runner;
  private final RunFailure fault;
  private final List<Thread> permits;

  Dispatcher(
      int concurrency,
      MissQueue queue,
      RequestPacker packer,
      RequestRunner runner,
      RunFailure fault) {
    this.queue = queue;
    this.packer = packer;
    this.runner = runner;
    this.fault = fault;
    this.permits =
        Stream.generate(() -> Thread.ofVirtual().name("permit").unstarted(this::work))
            .limit(concurrency)
            .toList();
  }

  void start() {
    permits.forEach(Thread::start);
  }

  private void work() {
    try {
      for (List<TextPromise> request = queue.take(packer);
          !request.isEmpty();
          request = queue.take(packer)) {
        runner.run(request);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over, nobody waits for these texts
    } catch (RuntimeException | Error e) {
      fault.raiseThrown(e);
    }
  }

  /**
   * Waits for the requests in flight, after the queue was closed or stopped; those that take longer
   * are given up. No request is in flight when it returns.
   */
  void drain(Duration longest) throws InterruptedException {
    long start = System.nanoTime();
    for (Thread permit : permits) {
      if (!permit.join(longest.minusNanos(System.nanoTime() - start))) {
        permits.forEach(Thread::interrupt);
        break;
      }
    }
    for (Thread permit : permits) {
      permit.join();
    }
  }
}
