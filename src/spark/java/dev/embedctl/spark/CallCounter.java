package dev.embedctl.spark;

import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.ProviderException.Transient;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the calls of a task. */
final class CallCounter implements CallListener {
  private final ReentrantLock lock = new ReentrantLock();
  private CallTotals totals = CallTotals.NONE;
  private long callsTaken;
  private long tokensTaken;

  /** Calls and tokens since the last time. */
  record Charge(long calls, long tokens) {
    static final Charge NONE = new Charge(0, 0);

    Charge plus(Charge other) {
      return new Charge(calls + other.calls, tokens + other.tokens);
    }
  }

  /** Takes the calls and tokens that no row contains yet. */
  Charge take() {
    lock.lock();
    try {
      Charge charge = new Charge(totals.calls() - callsTaken, totals.tokens() - tokensTaken);
      callsTaken = totals.calls();
      tokensTaken = totals.tokens();
      return charge;
    } finally {
      lock.unlock();
    }
  }

  /** The totals, with those calls and tokens only that were not taken. */
  CallTotals rest() {
    lock.lock();
    try {
      return new CallTotals(
          totals.calls() - callsTaken,
          totals.tokens() - tokensTaken,
          totals.retries(),
          totals.rateLimited(),
          totals.nanos());
    } finally {
      lock.unlock();
    }
  }

  private void add(CallTotals more) {
    lock.lock();
    try {
      totals = totals.plus(more);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(Call call) {
    add(
        new CallTotals(
            1,
            call.tokens().orElse(call.uncounted()),
            0,
            call.ending() == Ending.RATE_LIMITED ? 1 : 0,
            call.took().toNanos()));
  }

  @Override
  public void retrying(Transient.Kind reason) {
    add(new CallTotals(0, 0, 1, 0, 0));
  }

  @Override
  public void began() {}

  @Override
  public void waited(Wait why, Duration took) {}

  @Override
  public void heldBack(Duration wait) {}
}
