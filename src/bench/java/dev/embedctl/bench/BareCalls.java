package dev.embedctl.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The minimal Java program that makes the calls of a run: one loop per permit with the JDK's
 * client, which discards the replies, in a JVM of its own. A baseline for {@link FlowBench}.
 *
 * <p>Arguments: the base URL, the number of calls, and the number of calls at the same time.
 */
public final class BareCalls {
  private BareCalls() {}

  public static void main(String[] arguments) throws InterruptedException {
    URI address = URI.create(arguments[0] + "/embeddings");
    int calls = Integer.parseInt(arguments[1]);
    AtomicInteger next = new AtomicInteger();
    List<Thread> permits = new ArrayList<>();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build()) {
      for (int permit = 0; permit < Integer.parseInt(arguments[2]); permit++) {
        permits.add(Thread.startVirtualThread(() -> call(client, address, next, calls)));
      }
      for (Thread permit : permits) {
        permit.join();
      }
    }
  }

  private static void call(HttpClient client, URI address, AtomicInteger next, int calls) {
    try {
      for (int call = next.getAndIncrement(); call < calls; call = next.getAndIncrement()) {
        String text = LatencyServer.TEXT + call;
        HttpRequest request =
            HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"model\":\"m\",\"input\":[\"" + text + "\"]}"))
                .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
          throw new IllegalStateException("HTTP " + response.statusCode());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The time of the calls in a new JVM in seconds, including its start. */
  static double seconds(LatencyServer server, int calls, int atOnce)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                BareCalls.class.getName(),
                server.baseUrl(),
                String.valueOf(calls),
                String.valueOf(atOnce))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("the bare calls ended with " + code);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
