package dev.embedctl.jobs;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.AsyncLane.Ending;
import dev.embedctl.jobs.LaneOptions.Finish;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.testing.FakeBatches;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Runs lanes over texts with a fake provider, whose state and cache outlive each run. */
final class LaneBench {
  final FakeBatches provider;
  final VectorCache cache;
  final Records.Sink output = new Records.Sink();
  final Records.Failures failures = new Records.Failures();
  final List<JournalEvent> events = new ArrayList<>();
  final List<LaneFigures> figures = new ArrayList<>();
  final StopSignal stop = new StopSignal();
  final ScriptedProvider calls = new ScriptedProvider(100, asked -> this.callScript.play(asked));

  ScriptedProvider.Script callScript = asked -> {};
  String file = "input.jsonl";
  List<String> texts = List.of();
  Optional<Duration> wait = Optional.empty();
  Finish finish = Finish.ASYNC;
  OnError onError = OnError.FAIL;
  int attempts = 3;
  Runnable onPause = () -> {};
  boolean callsTakeTooLong;
  final List<Duration> longestCalls = new ArrayList<>();
  OptionalInt dimensions = OptionalInt.empty();
  LaneDisk disk = LaneDisk.SYSTEM;
  OptionalDouble leastCosine = OptionalDouble.empty();
  Optional<TokenLimit> limit = Optional.empty();
  Consumer<JournalEvent> onAppended = event -> {};
  private final Path folder;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  LaneBench(Path folder) {
    this(folder, new MapCache());
  }

  LaneBench(Path folder, VectorCache cache) {
    this(folder, cache, new FakeBatches());
  }

  LaneBench(Path folder, VectorCache cache, FakeBatches provider) {
    this.folder = folder;
    this.cache = cache;
    this.provider = provider;
  }

  Instant now() {
    return now;
  }

  /** Lets time pass between runs. */
  void later(Duration time) {
    now = now.plus(time);
  }

  /** Runs the lane, and if it is done, the pipeline that writes the output. */
  Ending run() throws InterruptedException {
    try (AsyncLane lane = open()) {
      Ending ending = lane.run();
      if (ending == Ending.DONE) {
        new BatchPipeline(
                Records.source(texts),
                output,
                failures,
                lane.bought(),
                lane.boughtFrom(calls),
                pipeline(),
                new StopSignal(),
                event -> {})
            .run();
        lane.finish();
      }
      return ending;
    }
  }

  AsyncLane open() {
    return AsyncLane.open(
        folder,
        "embedctl batch",
        disk,
        new LaneParts(
            List.of(file),
            () -> Records.source(texts),
            provider.api(),
            cache,
            calls,
            TokenMeter.of(calls),
            dimensions,
            pipeline()),
        new LaneOptions(
            new RetryPolicy(attempts, Duration.ofSeconds(1)),
            wait,
            finish,
            OptionalInt.empty(),
            limit),
        clock(),
        stop,
        new LaneListener() {
          @Override
          public void changed(LaneFigures changed) {
            figures.add(changed);
          }

          @Override
          public void appended(JournalEvent event) {
            events.add(event);
            onAppended.accept(event);
          }
        });
  }

  private PipelineOptions pipeline() {
    return new PipelineOptions(
        onError,
        OnMiss.CALL,
        4,
        100,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        1 << 26,
        1,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        leastCosine);
  }

  /** A clock whose pauses are over at once. */
  private LaneClock clock() {
    return new LaneClock() {
      @Override
      public Instant now() {
        return now;
      }

      @Override
      public void pause(Duration time) {
        now = now.plus(time);
        onPause.run();
      }

      @Override
      public <T> Optional<T> within(Duration longest, Waiting<T> call)
          throws ProviderException, InterruptedException {
        longestCalls.add(longest);
        return callsTakeTooLong ? Optional.empty() : Optional.of(call.call());
      }
    };
  }

  /** The texts of the output, each with its vector and whether it was in the cache before. */
  List<String> written() {
    return output.written().stream().map(LaneBench::line).toList();
  }

  private static String line(Outcome.Embedding embedding) {
    String origin = embedding instanceof Outcome.Hit ? "cached" : "bought";
    return embedding.record().index() + " " + embedding.vector() + " " + origin;
  }
}
