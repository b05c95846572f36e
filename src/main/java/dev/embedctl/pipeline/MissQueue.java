package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.DemandBegan;
import dev.embedctl.pipeline.PipelineEvent.DemandEnded;
import dev.embedctl.pipeline.PipelineEvent.Settled;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The distinct texts of all chunks that need a call. Each is promised once, even if several places
 * need it while it waits or is in flight (single flight). Texts that another run pays for are
 * deferred. The listener is called outside the lock.
 */
final class MissQueue {
  private final PipelineListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<CacheKey, TextPromise> promised = new HashMap<>();
  private final Deque<TextPromise> waiting = new ArrayDeque<>();
  private final List<TextPromise> putOff = new ArrayList<>();

  /** The number of outcomes by kind that were put under the lock, until it is free again. */
  private final Map<Outcome.Kind, Integer> unreported = new EnumMap<>(Outcome.Kind.class);

  private boolean closed;
  private boolean stopped;

  MissQueue(PipelineListener listener) {
    this.listener = listener;
  }

  /** Adds places to the promises of texts that wait or are in flight; returns the joined keys. */
  Set<CacheKey> join(List<WantedText> wanted) {
    lock.lock();
    try {
      if (promised.isEmpty()) {
        return Set.of();
      }
      Set<CacheKey> joined = new HashSet<>();
      for (WantedText text : wanted) {
        TextPromise promise = promised.get(text.key());
        if (promise != null) {
          promise.awaitedAt(text.place());
          joined.add(text.key());
        }
      }
      return joined;
    } finally {
      lock.unlock();
    }
  }

  /** Queues new texts of a chunk for a call, unless the run has stopped. */
  void add(Collection<TextPromise> misses, Chunk chunk) {
    boolean first;
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      first = promised.isEmpty() && !misses.isEmpty();
      for (TextPromise miss : misses) {
        promised.put(miss.key(), miss);
        waiting.add(miss);
      }
      chunk.queued();
      if (!misses.isEmpty()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      listener.on(new DemandBegan());
    }
  }

  /**
   * The next request, once there is a text; empty if the queue is closed and all promises are
   * settled. A request in flight may still be deferred and come back.
   */
  List<TextPromise> take(RequestPacker packer) throws InterruptedException {
    List<TextPromise> request;
    Duration waited;
    lock.lock();
    try {
      while (waiting.isEmpty() && !hasEnded()) {
        changed.await();
      }
      request = packer.take(waiting);
      if (request.isEmpty()) {
        return request;
      }
      waited = request.get(0).chunk().sinceQueued();
    } finally {
      lock.unlock();
    }
    listener.on(new Took(Step.QUEUE, waited));
    return request;
  }

  /** Puts texts off until another run has paid for them or gives them up. */
  void putOff(List<TextPromise> texts) {
    lock.lock();
    try {
      if (!stopped) {
        putOff.addAll(texts);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** All texts that are put off, once there are some; empty if there will be no more. */
  List<TextPromise> takePutOff() throws InterruptedException {
    lock.lock();
    try {
      while (putOff.isEmpty() && !hasEnded()) {
        changed.await();
      }
      List<TextPromise> taken = List.copyOf(putOff);
      putOff.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Queues texts that were put off, before all others. */
  void sendNext(List<TextPromise> texts) {
    lock.lock();
    try {
      if (!stopped) {
        texts.reversed().forEach(waiting::addFirst);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the promises of texts whose vectors were found in the cache after all. */
  void find(List<TextPromise> texts, Map<CacheKey, Vector> vectors, Duration took) {
    settle(texts, () -> texts.forEach(text -> text.find(vectors.get(text.key()), took)));
  }

  /**
   * Keeps the promises of a request's texts, which no longer wait. Their vectors are in the cache
   * already, so later lookups find them there.
   */
  void keep(List<TextPromise> request, List<Vector> vectors, Duration took) {
    settle(
        request,
        () -> {
          for (int i = 0; i < request.size(); i++) {
            request.get(i).keep(vectors.get(i), took);
          }
        });
  }

  /** Breaks the promises of a request's texts. */
  void fail(List<TextPromise> request, TextFailure failure, Duration took) {
    settle(request, () -> request.forEach(promise -> promise.fail(failure, took)));
  }

  /** Reports outcomes of records, which a settled text may put under the lock. */
  void report(Outcome.Kind kind, int records) {
    if (lock.isHeldByCurrentThread()) {
      unreported.merge(kind, records, Integer::sum);
    } else {
      listener.on(new Settled(kind, records));
    }
  }

  private void settle(List<TextPromise> request, Runnable settling) {
    Map<Outcome.Kind, Integer> outcomes;
    boolean last;
    lock.lock();
    try {
      settling.run();
      outcomes = Map.copyOf(unreported);
      unreported.clear();
      request.forEach(promise -> promised.remove(promise.key()));
      last = promised.isEmpty();
      if (last) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    outcomes.forEach(this::report);
    if (last) {
      listener.on(new DemandEnded());
    }
  }

  private boolean hasEnded() {
    return stopped || (closed && promised.isEmpty());
  }

  /** The number of texts that wait or are in flight. */
  int size() {
    lock.lock();
    try {
      return promised.size();
    } finally {
      lock.unlock();
    }
  }

  /** No more texts will be added. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more texts will be added, and waiting texts will not be sent. */
  void stop() {
    lock.lock();
    try {
      waiting.clear();
      putOff.clear();
      closed = true;
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
