package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The content of an events file: the time of each chunk. Memory is bounded for any number of
 * chunks.
 */
public final class ChunkTimes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SLOWEST = 10;
  private static final int MAX_CHUNKS = Integer.MAX_VALUE;

  /** A chunk, as its event describes it. */
  record Chunk(
      double number, double texts, double hits, double calls, double took, double latency) {}

  /** The amounts that are summed over chunks. */
  enum Amount {
    CHUNKS,
    MICROSECONDS,
    CALLS
  }

  private final String name;
  private final BoundedSeries<Amount> series = new BoundedSeries<>(Amount.class, 1);
  private final PriorityQueue<Chunk> slowest =
      new PriorityQueue<>(Comparator.comparingDouble(Chunk::took));
  private Optional<String> startedAt = Optional.empty();
  private long chunks;

  private ChunkTimes(String name) {
    this.name = name;
  }

  /**
   * Reads an events file. An incomplete last line is ignored: the run was killed.
   *
   * @param name the file's name in messages
   * @throws RunFailed if this is not an events file
   */
  public static ChunkTimes read(InputStream in, String name) throws IOException {
    ChunkTimes times = new ChunkTimes(name);
    try (JsonParser events = JSON.getFactory().createParser(in)) {
      while (events.nextToken() != null) {
        int line = events.currentTokenLocation().getLineNr();
        times.add(events.<JsonNode>readValueAsTree(), name + ":" + line);
      }
    } catch (JsonEOFException e) {
      return times;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new RunFailed(
          name + ":" + line + ": not JSON: " + e.getOriginalMessage() + "; expected an events file",
          e);
    }
    return times;
  }

  private void add(JsonNode event, String where) {
    String type = event.path("type").asText();
    if (!type.startsWith("embedding.") || !event.path("data").isObject()) {
      throw new RunFailed(
          where + ": not an event of embedctl; use the events file that the run wrote");
    }
    RunRecord data = RunRecord.of(where, event.get("data"));
    if (type.equals("embedding.batch_generated")) {
      add(
          new Chunk(
              data.amount("chunk"),
              data.amount("total_count"),
              data.amount("cache_hits"),
              data.amount("api_calls"),
              data.amount("processing_time_ms"),
              data.amount("avg_latency_ms")));
    } else {
      startedAt = data.text("started_at");
    }
  }

  private void add(Chunk chunk) {
    chunks++;
    long place = (long) Math.min(chunk.number(), MAX_CHUNKS);
    series.spread(Amount.CHUNKS, 1, place, place);
    series.spread(Amount.MICROSECONDS, Math.round(chunk.took() * 1e3), place, place);
    series.spread(Amount.CALLS, Math.round(chunk.calls()), place, place);
    slowest.add(chunk);
    if (slowest.size() > SLOWEST) {
      slowest.remove();
    }
  }

  /**
   * These times, after checking that they belong to the run.
   *
   * @throws RunFailed if they belong to another run
   */
  public ChunkTimes of(RunRecord run) {
    if (startedAt.isPresent() && !startedAt.equals(run.text("started_at"))) {
      throw new RunFailed(
          name
              + ": belongs to another run, which started at "
              + startedAt.get()
              + "; use the events file of the run that wrote the metrics");
    }
    return this;
  }

  long chunks() {
    return chunks;
  }

  /** The slowest chunks, the slowest first. */
  List<Chunk> slowest() {
    return slowest.stream().sorted(Comparator.comparingDouble(Chunk::took).reversed()).toList();
  }

  long chunksPerPoint() {
    return series.width();
  }

  Map<Amount, List<Long>> amounts() {
    return series.amounts();
  }
}
