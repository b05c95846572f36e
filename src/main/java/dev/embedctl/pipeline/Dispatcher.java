package dev.embedctl.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests: each free permit takes what waits in the queue and carries it out on a virtual
 * thread of its own.
 */
final class Dispatcher {
  private final int concurrency;
  private final Semaphore permits;
  private final MissQueue queue;
  private final RequestPacker packer;
  private final RequestRunner runner;
  private final Fault fault;
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private Thread dispatching;

  Dispatcher(
      int concurrency, MissQueue queue, RequestPacker packer, RequestRunner runner, Fault fault) {
    this.concurrency = concurrency;
    this.permits = new Semaphore(concurrency);
    this.queue = queue;
    this.packer = packer;
    this.runner = runner;
    this.fault = fault;
  }

  void start() {
    dispatching = Thread.ofVirtual().name("dispatcher").start(this::dispatch);
  }

  private void dispatch() {
    try {
      while (send()) {
        // send says when there is nothing left
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over
    } catch (RuntimeException | Error e) {
      fault.raiseUnexpected(e);
    }
  }

  /** Sends the next request; false when there will be none. */
  private boolean send() throws InterruptedException {
    permits.acquire();
    boolean handedOver = false;
    try {
      List<TextPromise> request = queue.take(packer);
      if (!request.isEmpty()) {
        Thread worker = Thread.ofVirtual().name("request").unstarted(() -> carryOut(request));
        workers.add(worker);
        worker.start();
        handedOver = true;
      }
      return handedOver;
    } finally {
      if (!handedOver) {
        permits.release();
      }
    }
  }

  private void carryOut(List<TextPromise> request) {
    try {
      runner.run(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over, nobody waits for these texts
    } catch (RuntimeException | Error e) {
      fault.raiseUnexpected(e);
    } finally {
      workers.remove(Thread.currentThread());
      permits.release();
    }
  }

  /**
   * Waits for the requests in flight, after the queue was closed or stopped; those that take longer
   * are given up. No request is in flight when it returns.
   */
  void drain(Duration longest) throws InterruptedException {
    dispatching.interrupt(); // it may wait for a permit that a call in flight keeps
    dispatching.join();
    if (!permits.tryAcquire(concurrency, longest.toNanos(), TimeUnit.NANOSECONDS)) {
      workers.forEach(Thread::interrupt);
      permits.acquire(concurrency);
    }
    permits.release(concurrency);
  }
}
