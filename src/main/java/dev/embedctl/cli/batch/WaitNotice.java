package dev.embedctl.cli.batch;

import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.ProviderException.Transient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Prints from time to time that a run waits because its provider asked for it; forwards all calls.
 */
final class WaitNotice implements CallListener {
  private static final Duration SHORTEST_PRINTED = Duration.ofSeconds(10);
  private static final long PAUSE = Duration.ofMinutes(1).toNanos();

  private final CallListener next;
  private final Consumer<String> say;
  private final LongSupplier nanoTime;
  private final AtomicLong quietUntil;

  WaitNotice(CallListener next, Consumer<String> say, LongSupplier nanoTime) {
    this.next = next;
    this.say = say;
    this.nanoTime = nanoTime;
    this.quietUntil = new AtomicLong(nanoTime.getAsLong());
  }

  @Override
  public void began() {
    next.began();
  }

  @Override
  public void ended(Call call) {
    next.ended(call);
  }

  @Override
  public void retrying(Transient.Kind reason) {
    next.retrying(reason);
  }

  @Override
  public void waited(Wait why, Duration took) {
    next.waited(why, took);
  }

  @Override
  public void heldBack(Duration wait) {
    next.heldBack(wait);
    long until = quietUntil.get();
    long now = nanoTime.getAsLong();
    if (wait.compareTo(SHORTEST_PRINTED) >= 0
        && now - until >= 0
        && quietUntil.compareAndSet(until, now + PAUSE)) {
      say.accept(
          "the provider asks to wait " + wait.toSeconds() + " s; the run continues after that");
    }
  }
}
