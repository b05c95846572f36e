package dev.embedctl.spark;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.table.TableRow;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.CachedEncoding;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Providers;
import dev.embedctl.service.EmbeddingError;
import dev.embedctl.service.EmbeddingReceiver;
import dev.embedctl.service.EmbeddingResponse;
import dev.embedctl.service.EmbeddingService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.immutable.ArraySeq;

/**
 * The rows of a task for the cache table: {@link EmbeddingService} embeds the task's texts on
 * threads of its own, and the rows come out here in the order in which they were paid for.
 *
 * <p>A failure of the run ends the rows without an exception. Spark would repeat the task, and what
 * the task has paid for would be lost; so its vectors are stored first, and the driver ends the run
 * because of the {@link TaskReport}.
 */
final class TaskEngine implements Iterator<Row>, AutoCloseable {
  private final Iterator<String> texts;
  private final Map<Long, CacheKey> keys = new ConcurrentHashMap<>();
  private final TaskSettings settings;
  private final BooleanSupplier killed;
  private final Consumer<TaskReport> reports;
  private final Handover handover = new Handover();
  private final CallCounter calls = new CallCounter();
  private final StopSignal stop = new StopSignal();
  private final List<FailedText> failures = new ArrayList<>();
  private final List<TaskReport.Ending> endings = new ArrayList<>();
  private final PaidVectors vectors;
  private final Thread engine;
  private Optional<Handover.Paid> held = Optional.empty();
  private boolean complete;

  private TaskEngine(
      Iterator<Row> misses,
      TaskSettings settings,
      BooleanSupplier killed,
      Consumer<TaskReport> reports) {
    this.texts = textsOf(misses);
    this.settings = settings;
    this.killed = killed;
    this.reports = reports;
    this.vectors = new PaidVectors(handover, calls, settings.encodingConfirmed());
    this.engine = Thread.ofPlatform().daemon().name("embedctl-engine").unstarted(this::embed);
  }

  /**
   * Starts to embed.
   *
   * @param misses rows of {@link Columns#MISS}
   * @param killed whether Spark wants the task to end
   * @param reports receives the report of the task when its rows have ended
   */
  static TaskEngine start(
      Iterator<Row> misses,
      TaskSettings settings,
      BooleanSupplier killed,
      Consumer<TaskReport> reports) {
    TaskEngine started = new TaskEngine(misses, settings, killed, reports);
    started.engine.start();
    return started;
  }

  private Iterator<String> textsOf(Iterator<Row> misses) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return misses.hasNext();
      }

      @Override
      public String next() {
        Row miss = misses.next();
        keys.put((long) keys.size(), CacheKey.ofBytes(miss.getAs(Columns.KEY)));
        return miss.getAs(Columns.TEXT);
      }
    };
  }

  private void embed() {
    try (EmbeddingProvider provider = opened();
        EmbeddingService service = EmbeddingService.over(provider, vectors, settings.pipeline())) {
      service.generate(handover.texts(), new Failures(), stop);
    } catch (EmbedctlException e) {
      if (!firstFailureEnds()) {
        endings.add(ending(e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      endings.add(new TaskReport.Ending(TaskReport.Kind.RUN_FAILED, "internal error: " + e));
    } finally {
      handOverTheRest();
      handover.end();
    }
  }

  /** Whether a text has failed, and ends the task. */
  private boolean firstFailureEnds() {
    return settings.onError() == OnError.FAIL && !failures.isEmpty();
  }

  /** A run that sends nothing needs no key. */
  private EmbeddingProvider opened() {
    Providers providers = Engine.providers(settings.provider());
    return switch (settings.job().onMiss()) {
      case CALL -> providers.open(stop, calls, new CachedEncoding(() -> vectors, sentence -> {}));
      case FAIL -> providers.unsent().provider();
    };
  }

  private void handOverTheRest() {
    try {
      vectors.end();
    } catch (IOException e) {
      endings.add(new TaskReport.Ending(TaskReport.Kind.RUN_FAILED, e.getMessage()));
    }
  }

  private static TaskReport.Ending ending(EmbedctlException e) {
    TaskReport.Kind kind =
        switch (e) {
          case EmbedctlException.Usage usage -> TaskReport.Kind.USAGE;
          case EmbedctlException.InvalidInput invalid -> TaskReport.Kind.INVALID_INPUT;
          case EmbedctlException.RunFailed failed -> TaskReport.Kind.RUN_FAILED;
          case EmbedctlException.ReaderGone gone -> TaskReport.Kind.RUN_FAILED;
        };
    return new TaskReport.Ending(kind, e.getMessage());
  }

  /** Takes the texts without a vector; in fail mode the first one ends the task. */
  private final class Failures implements EmbeddingReceiver {
    @Override
    public void embedded(EmbeddingResponse response) {
      // Its vector was stored before.
    }

    @Override
    public void failed(EmbeddingError error) {
      failures.add(FailedText.of(keys.get(error.index()), error.failure()));
      if (firstFailureEnds()) {
        stop.raise();
      }
    }
  }

  @Override
  public boolean hasNext() {
    if (held.isEmpty() && !complete) {
      held = handedOver();
      if (held.isEmpty()) {
        report();
      }
    }
    return held.isPresent();
  }

  /** One row is held back, since the last one gets the calls that were made after it. */
  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Handover.Paid paid = held.orElseThrow();
    held = handedOver();
    if (held.isPresent()) {
      return row(paid, paid.charge());
    }
    CallCounter.Charge charge = paid.charge().plus(calls.take());
    report();
    return row(paid, charge);
  }

  private Optional<Handover.Paid> handedOver() {
    try {
      Optional<Handover.Paid> next = handover.next(texts, killed);
      if (next.isEmpty()) {
        engine.join();
        complete = true;
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("the task was killed");
    }
  }

  private void report() {
    reports.accept(
        new TaskReport(
            failures,
            endings,
            calls.totals(),
            calls.textLatencies(),
            calls.take(),
            vectors.knowsEncoding()));
  }

  private Row row(Handover.Paid paid, CallCounter.Charge charge) {
    TableRow row = new TableRow(paid.key(), paid.vector());
    return RowFactory.create(
        row.key().bytes(),
        new ArraySeq.ofFloat(row.vector().toArray()),
        row.checksum(),
        settings.run(),
        charge.calls(),
        charge.tokens());
  }

  /** Ends the engine, also where the task ends early. */
  @Override
  public void close() {
    stop.raise();
    handover.end();
  }
}
