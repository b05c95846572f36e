package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The texts that jobs returned without a vector, on disk: each has a mark with the kind of its last
 * failure, the number of jobs that had it, and the place of the reason in a file. One thread adds
 * to them; any number of threads may read.
 */
final class Troubles implements Closeable {
  /** The largest numbers that a float has exactly have this many bits. */
  private static final int EXACT_BITS = 24;

  private static final int NUMBERS = 5;

  private final VectorCache marks;
  private final Reasons reasons;

  /** Why a text has no vector. */
  enum Kind {
    /** A job merely left it out. */
    LEFT_OUT(0),
    /** The line failed, and may succeed the next time. */
    FAILED(1),
    /** The provider refused a line with several texts, and any of them may be at fault. */
    SUSPECTED(2),
    /** The provider refused the text, which was alone in its line. */
    REFUSED(3),
    /** It has its vector after all. */
    SETTLED(4);

    private final int mark;

    Kind(int mark) {
      this.mark = mark;
    }

    private static Kind of(float mark) {
      return Arrays.stream(values()).filter(kind -> kind.mark == mark).findFirst().orElseThrow();
    }
  }

  /** What a job reported of a text. */
  record Failure(Kind kind, String reason) {
    Failure {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(reason);
    }
  }

  /**
   * What is known about a text.
   *
   * @param attempts the number of jobs that had it
   * @param lastJob the number of the last one
   * @param reason the place of the reason
   */
  record Trouble(Kind kind, int attempts, int lastJob, long reason) {
    private static Trouble of(Vector mark) {
      float[] numbers = mark.toArray();
      return new Trouble(
          Kind.of(numbers[0]),
          (int) numbers[1],
          (int) numbers[2],
          ((long) numbers[3] << EXACT_BITS) + (long) numbers[4]);
    }

    private Vector mark() {
      return Vector.wrap(
          new float[] {
            kind.mark, attempts, lastJob, reason >>> EXACT_BITS, reason & ((1L << EXACT_BITS) - 1)
          });
    }

    /** Whether the text is sent alone in its line. */
    boolean isSuspected() {
      return kind == Kind.SUSPECTED;
    }

    boolean isRefused() {
      return kind == Kind.REFUSED;
    }

    private Trouble settled() {
      return new Trouble(Kind.SETTLED, attempts, lastJob, reason);
    }

    /** Results that are taken again after a crash come from the same job. */
    private int attemptsWith(int job) {
      return job == lastJob ? attempts : attempts + 1;
    }
  }

  private Troubles(VectorCache marks, Reasons reasons) {
    this.marks = marks;
    this.reasons = reasons;
  }

  /** The troubles in a folder, which is created if it does not exist. */
  static Troubles open(Path folder, LaneDisk disk) throws IOException {
    VectorCache marks = disk.marks(folder, NUMBERS);
    try {
      return new Troubles(marks, Reasons.open(folder.resolve("reasons"), disk));
    } catch (IOException | RuntimeException e) {
      marks.close();
      throw e;
    }
  }

  /** The troubles of these texts. */
  Map<CacheKey, Trouble> of(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Trouble> troubles = new HashMap<>();
    marks.lookup(keys).forEach((key, mark) -> troubles.put(key, Trouble.of(mark)));
    troubles.values().removeIf(trouble -> trouble.kind() == Kind.SETTLED);
    return troubles;
  }

  /** The reason of a trouble. */
  String reasonOf(Trouble trouble) throws IOException {
    return reasons.at(trouble.reason());
  }

  /** Adds what a job reported; it survives a power cut when this returns. */
  void add(int job, Map<CacheKey, Failure> reported) throws IOException {
    if (reported.isEmpty()) {
      return;
    }
    Map<CacheKey, Trouble> before = of(List.copyOf(reported.keySet()));
    Map<String, Long> places = new HashMap<>();
    Map<CacheKey, Vector> marked = HashMap.newHashMap(reported.size());
    for (Map.Entry<CacheKey, Failure> each : reported.entrySet()) {
      String reason = each.getValue().reason();
      if (!places.containsKey(reason)) {
        places.put(reason, reasons.add(reason));
      }
      Trouble now = new Trouble(each.getValue().kind(), 1, job, places.get(reason));
      Trouble old = before.get(each.getKey());
      marked.put(each.getKey(), (old == null ? now : following(old, now)).mark());
    }
    reasons.force(); // first: a mark must not point to a reason that is lost
    marks.store(marked);
    marks.force();
  }

  /** A suspected text that was left out is as suspected as before. */
  private static Trouble following(Trouble old, Trouble now) {
    boolean same = now.kind() == Kind.LEFT_OUT && old.kind() == Kind.SUSPECTED;
    return new Trouble(
        same ? old.kind() : now.kind(),
        old.attemptsWith(now.lastJob()),
        now.lastJob(),
        same ? old.reason() : now.reason());
  }

  /** These texts have their vectors after all. */
  void settle(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> settled = new HashMap<>();
    of(keys).forEach((key, trouble) -> settled.put(key, trouble.settled().mark()));
    if (!settled.isEmpty()) {
      marks.store(settled);
    }
  }

  @Override
  public void close() throws IOException {
    try (reasons) {
      marks.close();
    }
  }
}
