package dev.embedctl.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests, each on its own virtual thread, as many at once as there are permits. A request
 * is packed only when there is a permit for it, so that it is as full as possible. One more thread
 * regularly checks the texts that another run pays for.
 */
final class Dispatcher {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Semaphore permits;
  private final MissQueue queue;
  private final RequestPacker packer;
  private final SharedTexts texts;
  private final RunFailure failure;
  private final Thread dispatcher = Thread.ofVirtual().name("dispatcher").unstarted(this::dispatch);
  private final Thread looker = Thread.ofVirtual().name("looker").unstarted(this::lookAgain);
  private final ExecutorService requests =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());

  Dispatcher(
      int concurrency,
      MissQueue queue,
      RequestPacker packer,
      SharedTexts texts,
      RunFailure failure) {
    this.permits = new Semaphore(concurrency);
    this.queue = queue;
    this.packer = packer;
    this.texts = texts;
    this.failure = failure;
  }

  void start() {
    dispatcher.start();
    looker.start();
  }

  private void dispatch() {
    try {
      for (List<TextPromise> request = next(); !request.isEmpty(); request = next()) {
        List<TextPromise> packed = request;
        requests.execute(() -> carryOut(packed));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over, so these texts are not needed
    } catch (RuntimeException | Error e) {
      failure.raiseThrown(e);
    }
  }

  private void lookAgain() {
    try {
      for (List<TextPromise> putOff = queue.takePutOff();
          !putOff.isEmpty();
          putOff = queue.takePutOff()) {
        Thread.sleep(BETWEEN_LOOKS);
        texts.lookAgain(putOff);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over, nobody waits for these texts
    } catch (RuntimeException | Error e) {
      failure.raiseThrown(e);
    }
  }

  /** The next request, with its permit; empty if there are no more. */
  private List<TextPromise> next() throws InterruptedException {
    permits.acquire();
    return queue.take(packer);
  }

  private void carryOut(List<TextPromise> request) {
    try {
      texts.run(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it took too long, and the run is over
    } catch (RuntimeException | Error e) {
      failure.raiseThrown(e);
    } finally {
      permits.release();
    }
  }

  /**
   * Stops sending and waits for the requests in flight; those that take longer are interrupted. No
   * request is in flight when it returns.
   */
  void drain(Duration longest) throws InterruptedException {
    dispatcher.interrupt();
    looker.interrupt();
    dispatcher.join();
    looker.join();
    requests.shutdown();
    if (!requests.awaitTermination(longest.toNanos(), TimeUnit.NANOSECONDS)) {
      requests.shutdownNow();
      boolean unused = requests.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }
  }
}
