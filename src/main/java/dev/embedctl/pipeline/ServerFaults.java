package dev.embedctl.pipeline;

import dev.embedctl.provider.FailureSignature;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Distinguishes failures of the server from failures of a text: if the server is at fault,
 * different requests fail alike and none is admitted.
 */
final class ServerFaults {
  /** If nothing was ever admitted, two different failed requests are enough. */
  private static final int WHILE_NOTHING_WAS_ADMITTED = 2;

  /** Neighbouring texts of an input are often similar, so several may fail in a row. */
  private static final int FEWEST_IN_A_ROW = 20;

  /** The limit of probes if the server's messages differ each time. */
  private static final int MOST_PROBED = 8;

  /** The limit of failures if the server's messages differ each time. */
  private static final int MOST_UNANSWERED = 5;

  /** A working server refuses at most one text of this many. */
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
   * The state before the first request.
   *
   * @param concurrency the requests at once; they may all fail together, so twice as many failures
   *     are needed to conclude that the server does not recover
   */
  ServerFaults(int concurrency) {
    this.mostInARow = Math.max(FEWEST_IN_A_ROW, 2 * concurrency);
  }

  /** A request with this number of texts got its vectors. */
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

  /** Whether a request with several texts was ever admitted. */
  boolean severalWereAdmitted() {
    lock.lock();
    try {
      return severalWereAdmitted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request with several texts and this failure may be probed. */
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

  /** A probe showed that the server is not the cause of this failure. */
  void acquit(FailureSignature signature) {
    lock.lock();
    try {
      acquitted.add(signature);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A request got no vectors in all attempts. Returns true if different requests failed so and
   * nothing was ever admitted.
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
   * A text that was sent alone failed. Returns true if enough different texts failed alike, with
   * none admitted between them, to conclude that the server is at fault.
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
