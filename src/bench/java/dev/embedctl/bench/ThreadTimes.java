package dev.embedctl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The CPU time of another process's threads, as Linux reports it; nothing elsewhere. */
final class ThreadTimes {
  private final Path tasks;
  private final Map<Path, Time> last = new HashMap<>();

  /** The last known time of a thread in seconds. */
  private record Time(String name, double seconds) {}

  ThreadTimes(long pid) {
    this.tasks = Path.of("/proc/" + pid + "/task");
  }

  /** Reads the times now. */
  void look() {
    try (Stream<Path> threads = Files.list(tasks)) {
      threads.forEach(this::look);
    } catch (IOException | UncheckedIOException e) {
      return; // the process has ended
    }
  }

  private void look(Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm")).strip();
      String nanos = Files.readString(thread.resolve("schedstat")).split(" ", -1)[0];
      last.put(thread, new Time(name, Long.parseLong(nanos) / 1e9));
    } catch (IOException e) {
      return; // the thread has ended
    }
  }

  /** The times by name of thread; threads of one name are added up. */
  Map<String, Double> byName() {
    return last.values().stream()
        .collect(
            Collectors.groupingBy(
                Time::name, TreeMap::new, Collectors.summingDouble(Time::seconds)));
  }

  /** The greatest times in words. */
  static String said(Map<String, Double> threads) {
    List<String> greatest =
        threads.entrySet().stream()
            .filter(thread -> thread.getValue() >= 0.05)
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .map(thread -> String.format("%s %.2f s", thread.getKey(), thread.getValue()))
            .toList();
    return String.join(", ", greatest);
  }
}
