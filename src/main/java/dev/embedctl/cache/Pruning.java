package dev.embedctl.cache;

import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Selects the oldest rows of namespaces to be dropped. */
final class Pruning {
  /** The bytes of an index for each key; it has at least one page. */
  private static final int INDEX_BYTES = 40;

  /** The bytes of the meta and of the last page of the index. */
  private static final int FIXED_BYTES = 1024;

  private static final int PAGE_BYTES = (1 << 20) + 64;

  private final LogSettings settings;
  private final Map<Namespace, Candidate> candidates = new HashMap<>();

  /** The rows of a namespace that are left so far. */
  private record Candidate(RowLayout layout, Survey survey, BitSet kept) {
    long rowBytes() {
      return layout.rowBytes() + (long) INDEX_BYTES;
    }
  }

  Pruning(LogSettings settings) {
    this.settings = settings;
  }

  /** Adds a namespace. */
  void add(Namespace namespace, RowLayout layout, Survey survey) {
    candidates.put(namespace, new Candidate(layout, survey, (BitSet) survey.live().clone()));
  }

  Survey survey(Namespace namespace) {
    return candidates.get(namespace).survey();
  }

  /** The rows to keep of an added namespace. */
  BitSet kept(Namespace namespace) {
    return candidates.get(namespace).kept();
  }

  /** Drops vectors that were paid for before a time. */
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

  /** Drops rows older than a second, and those of that second for which there is no room. */
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

  /** Frees the memory of the surveys. */
  void end() throws IOException {
    for (Candidate candidate : candidates.values()) {
      candidate.survey().close();
    }
  }
}
