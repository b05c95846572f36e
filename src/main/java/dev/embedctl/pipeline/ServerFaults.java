package dev.embedctl.pipeline;

import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
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

  /** The sources of the failures since the last admitted request, if they are alike. */
  private final Set<Object> alike = new HashSet<>();

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
      alike.clear();
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
   * A request with this first text got no vectors in all attempts. Returns true if different
   * requests failed so and nothing was ever admitted.
   */
  boolean isUnanswered(FailureSignature signature, TextPromise first) {
    lock.lock();
    try {
      unanswered++;
      return !oneWasAdmitted
          && !severalWereAdmitted
          && (isEnough(signature, first) || unanswered >= MOST_UNANSWERED);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A text that was sent alone failed. Returns true if enough different texts failed alike, with
   * none admitted between them, to conclude that the server is at fault. The windows of one text
   * count as one.
   */
  boolean failed(FailureSignature signature, TextPromise text) {
    InputRecord record = text.record();
    return isEnough(signature, new Origin(record.place(), record.index()));
  }

  /** The record of a text: its place alone may be that of other records. */
  private record Origin(InputPlace place, long index) {}

  private boolean isEnough(FailureSignature signature, Object source) {
    lock.lock();
    try {
      if (!last.equals(Optional.of(signature))) {
        alike.clear();
      }
      last = Optional.of(signature);
      alike.add(source);
      if (mayBeLeftOver(signature)) {
        return alike.size() >= Math.max(mostInARow, kept / TAKEN_FOR_ONE_REFUSED);
      }
      boolean any = oneWasAdmitted || severalWereAdmitted;
      return alike.size() >= (any ? mostInARow : WHILE_NOTHING_WAS_ADMITTED);
    } finally {
      lock.unlock();
    }
  }
}
