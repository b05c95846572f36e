package dev.embedctl.cache;

import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Decides which rows of some namespaces are dropped: the oldest. */
final class Pruning {
  /** An index takes 36.7 bytes a key, and one page at the least. */
  private static final int INDEX_BYTES = 40;

  /** A namespace's own files: the meta, and the index's last page. */
  private static final int FIXED_BYTES = 1024;

  private static final int PAGE_BYTES = (1 << 20) + 64;

  private final LogSettings settings;
  private final Map<Namespace, Candidate> candidates = new HashMap<>();

  /** What is left of a namespace so far. */
  private record Candidate(RowLayout layout, Survey survey, BitSet kept) {
    long rowBytes() {
      return layout.rowBytes() + (long) INDEX_BYTES;
    }
  }

  Pruning(LogSettings settings) {
    this.settings = settings;
  }

  /** Takes a namespace into account. */
  void add(Namespace namespace, RowLayout layout, Survey survey) {
    candidates.put(namespace, new Candidate(layout, survey, (BitSet) survey.live().clone()));
  }

  Survey survey(Namespace namespace) {
    return candidates.get(namespace).survey();
  }

  /** The rows to keep, of a namespace that was added. */
  BitSet kept(Namespace namespace) {
    return candidates.get(namespace).kept();
  }

  /** Drops what was paid for before a moment. */
  void dropBefore(Instant moment) throws IOException {
    for (Candidate candidate : candidates.values()) {
      BitSet kept = candidate.kept();
      for (int slot = kept.nextSetBit(0); slot >= 0; slot = kept.nextSetBit(slot + 1)) {
        if (candidate.survey().created(slot) < moment.getEpochSecond()) {
          kept.clear(slot);
        }
      }
    }
  }

  /** Drops the oldest until the files take no more than this. */
  void dropOldestDownTo(long bytes, List<Namespace> order) throws IOException {
    long left = bytes;
    TreeMap<Long, Long> bytesBySecond = new TreeMap<>();
    for (Candidate candidate : candidates.values()) {
      left -= fixedBytes(candidate);
      BitSet kept = candidate.kept();
      for (int slot = kept.nextSetBit(0); slot >= 0; slot = kept.nextSetBit(slot + 1)) {
        bytesBySecond.merge(candidate.survey().created(slot), candidate.rowBytes(), Long::sum);
      }
    }
    OptionalLong border = OptionalLong.empty();
    for (var second : bytesBySecond.descendingMap().entrySet()) {
      if (second.getValue() > left) {
        border = OptionalLong.of(second.getKey());
        break;
      }
      left -= second.getValue();
    }
    if (border.isPresent()) {
      for (Namespace namespace : order) {
        left = dropTo(border.getAsLong(), left, candidates.get(namespace));
      }
    }
  }

  /** Drops what is older than a second, and of that second's rows those that have no room. */
  private static long dropTo(long second, long room, Candidate candidate) throws IOException {
    long left = room;
    BitSet kept = candidate.kept();
    for (int slot = kept.previousSetBit(kept.length());
        slot >= 0;
        slot = slot == 0 ? KeyTable.NONE : kept.previousSetBit(slot - 1)) {
      long created = candidate.survey().created(slot);
      if (created == second && candidate.rowBytes() <= left) {
        left -= candidate.rowBytes();
      } else if (created <= second) {
        kept.clear(slot);
      }
    }
    return left;
  }

  private long fixedBytes(Candidate candidate) {
    boolean indexed = settings.sealIsDue(0, candidate.kept().cardinality());
    return (long) FIXED_BYTES + (indexed ? PAGE_BYTES : 0);
  }

  /** Gives back what the surveys hold. */
  void end() throws IOException {
    for (Candidate candidate : candidates.values()) {
      candidate.survey().close();
    }
  }
}
