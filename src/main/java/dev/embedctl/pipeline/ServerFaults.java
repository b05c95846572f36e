package dev.embedctl.pipeline;

import dev.embedctl.provider.FailureSignature;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells a server's fault from a text's: the server's is alike for different requests, of which none
 * is admitted.
 */
final class ServerFaults {
  /** Two different requests are no accident where nothing was ever admitted. */
  private static final int WHILE_NOTHING_WAS_ADMITTED = 2;

  /** Texts that stand together in an input are often alike, so that some may fail in a row. */
  private static final int FEWEST_IN_A_ROW = 20;

  /** A server that fails in other words each time is not probed for ever. */
  private static final int MOST_PROBED = 8;

  /** A server that fails in other words each time is not tried for ever either. */
  private static final int MOST_UNANSWERED = 5;

  /** Of the texts that a server takes, it refuses no more than one in so many. */
  private static final int TAKEN_FOR_ONE_REFUSED = 100;

  private final int mostInARow;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<FailureSignature> acquitted = new HashSet<>();
  private boolean oneWasAdmitted;
  private boolean severalWereAdmitted;
  private Optional<FailureSignature> last = Optional.empty();
  private int inARow;
  private long kept;
  private int probed;
  private int unanswered;

  /**
   * Nothing was sent yet.
   *
   * @param concurrency requests at once: when replies turn wrong, all of these fail together, so
   *     that it takes twice as many to say that the server does not recover
   */
  ServerFaults(int concurrency) {
    this.mostInARow = Math.max(FEWEST_IN_A_ROW, 2 * concurrency);
  }

  /** A request of this many texts brought its vectors. */
  void admitted(int texts) {
    lock.lock();
    try {
      oneWasAdmitted |= texts == 1;
      severalWereAdmitted |= texts > 1;
      last = Optional.empty();
      inARow = 0;
    } finally {
      lock.unlock();
    }
  }

  /** The cache has the vectors of this many texts: the server gave them in a run before. */
  void found(int texts) {
    lock.lock();
    try {
      kept += texts;
    } finally {
      lock.unlock();
    }
  }

  /** Whether texts may be refused that are all that is left of a run before. */
  boolean mayBeLeftOver(FailureSignature signature) {
    lock.lock();
    try {
      return kept > 0 && signature.isRefusal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request of several texts was ever admitted. */
  boolean severalWereAdmitted() {
    lock.lock();
    try {
      return severalWereAdmitted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request of several texts that fails so may be probed, since nobody knows why. */
  boolean mayProbe(FailureSignature signature) {
    lock.lock();
    try {
      boolean may = !severalWereAdmitted && !acquitted.contains(signature) && probed < MOST_PROBED;
      probed += may ? 1 : 0;
      return may;
    } finally {
      lock.unlock();
    }
  }

  /** It was found out that the server is not at fault where this fails. */
  void acquit(FailureSignature signature) {
    lock.lock();
    try {
      acquitted.add(signature);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A request got no reply with vectors, however often it was sent; true where this is so for
   * different requests and nothing was ever admitted.
   */
  boolean isUnanswered(FailureSignature signature) {
    lock.lock();
    try {
      unanswered++;
      return !oneWasAdmitted
          && !severalWereAdmitted
          && (failed(signature) || unanswered >= MOST_UNANSWERED);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A text failed that was sent alone; true where so many different ones failed alike, with nothing
   * admitted between them, that it is the server's fault.
   */
  boolean failed(FailureSignature signature) {
    lock.lock();
    try {
      inARow = last.equals(Optional.of(signature)) ? inARow + 1 : 1;
      last = Optional.of(signature);
      if (mayBeLeftOver(signature)) {
        return inARow >= Math.max(mostInARow, kept / TAKEN_FOR_ONE_REFUSED);
      }
      boolean any = oneWasAdmitted || severalWereAdmitted;
      return inARow >= (any ? mostInARow : WHILE_NOTHING_WAS_ADMITTED);
    } finally {
      lock.unlock();
    }
  }
}
