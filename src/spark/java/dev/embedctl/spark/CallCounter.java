package dev.embedctl.spark;

import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.ProviderException.Transient;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.Histogram;

/** Counts the calls of a task. */
final class CallCounter implements CallListener {
  private final ReentrantLock lock = new ReentrantLock();
  private final Histogram latencies = latencies();
  private CallTotals totals = CallTotals.NONE;
  private Charge taken = Charge.NONE;

  /** Calls, and the tokens that were charged for them. */
  record Charge(long calls, long tokens) implements Serializable {
    static final Charge NONE = new Charge(0, 0);

    Charge plus(Charge other) {
      return new Charge(calls + other.calls, tokens + other.tokens);
    }
  }

  /** A histogram of nanoseconds. */
  static Histogram latencies() {
    Histogram histogram = new Histogram(2);
    histogram.setAutoResize(true);
    return histogram;
  }

  /** Takes the calls and tokens that no row contains yet. */
  Charge take() {
    lock.lock();
    try {
      Charge rest = new Charge(totals.calls() - taken.calls(), totals.tokens() - taken.tokens());
      taken = taken.plus(rest);
      return rest;
    } finally {
      lock.unlock();
    }
  }

  CallTotals totals() {
    lock.lock();
    try {
      return totals;
    } finally {
      lock.unlock();
    }
  }

  /** The time of the call of each text that has its vector. */
  Histogram textLatencies() {
    lock.lock();
    try {
      return latencies.copy();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(Call call) {
    boolean answered = call.ending() == Ending.ANSWERED;
    lock.lock();
    try {
      totals =
          totals.plus(
              new CallTotals(
                  1,
                  call.tokens().orElse(call.uncounted()),
                  0,
                  call.ending() == Ending.RATE_LIMITED ? 1 : 0,
                  answered ? call.texts() : 0,
                  call.took().toNanos()));
      if (answered) {
        latencies.recordValueWithCount(call.took().toNanos(), call.texts());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void retrying(Transient.Kind reason) {
    lock.lock();
    try {
      totals = totals.plus(new CallTotals(0, 0, 1, 0, 0, 0));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void began() {}

  @Override
  public void waited(Wait why, Duration took) {}

  @Override
  public void heldBack(Duration wait) {}
}
