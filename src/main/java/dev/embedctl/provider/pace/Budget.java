package dev.embedctl.provider.pace;

import dev.embedctl.model.StopSignal;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens that a run may be charged for. A call reserves the most it can cost before it is sent
 * and returns the rest afterwards, so the run never exceeds the budget.
 */
public final class Budget {
  private final long tokens;
  private final String name;
  private final StopSignal stop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long spent;
  private long reserved;

  /**
   * A budget.
   *
   * @param tokens the tokens that it allows
   * @param name the options that set it, for messages
   */
  public Budget(long tokens, String name, StopSignal stop) {
    this.tokens = tokens;
    this.name = Objects.requireNonNull(name);
    this.stop = stop;
    stop.whenRaised(this::wakeAll);
  }

  /** A budget that is never used up. */
  public static Budget unlimited(StopSignal stop) {
    return new Budget(Long.MAX_VALUE, "", stop);
  }

  /** Whether there is a limit. */
  boolean isLimited() {
    return tokens != Long.MAX_VALUE;
  }

  /**
   * Reserves tokens for a call. Waits for calls in flight if their unused tokens may be enough.
   *
   * @return whether the tokens fit; also true if the run stops, which ends the call anyway
   */
  boolean reserve(long most) throws InterruptedException {
    if (!isLimited()) {
      return true;
    }
    lock.lock();
    try {
      while (!fits(most) && reserved > 0 && !stop.isRaised()) {
        changed.await();
      }
      if (!fits(most) && !stop.isRaised()) {
        return false;
      }
      reserved += most;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves tokens for a call that must not wait for others, in place of tokens that are reserved.
   *
   * @return whether they fit; if not, the others stay reserved
   */
  boolean reserveInstead(long held, long most) {
    if (!isLimited()) {
      return true;
    }
    lock.lock();
    try {
      boolean fits = fits(most - held);
      reserved += fits ? most - held : 0;
      changed.signalAll();
      return fits;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A call has ended.
   *
   * @param most the tokens that it had reserved
   * @param charged the tokens that the provider counted; if unknown or impossible, all reserved
   *     tokens count as spent
   */
  void settle(long most, OptionalLong charged) {
    if (!isLimited()) {
      return;
    }
    lock.lock();
    try {
      reserved -= most;
      long counted = charged.orElse(most);
      spent = saturated(spent, counted < 0 ? most : counted);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(long most) {
    return spent <= tokens && most <= tokens - spent - reserved;
  }

  private static long saturated(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  /** The message when a call with this number of tokens does not fit. */
  String exceededBy(long most) {
    lock.lock();
    try {
      return name
          + " ends the run: "
          + spent
          + " tokens are spent, and the next text could take up to "
          + most
          + " more";
    } finally {
      lock.unlock();
    }
  }

  private void wakeAll() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
