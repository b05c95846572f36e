package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LazyClientTest {
  private final AtomicInteger made = new AtomicInteger();
  private final LazyClient client =
      new LazyClient(
          () -> {
            made.incrementAndGet();
            return HttpClient.newHttpClient();
          });

  @Test
  void whoeverCallsNothingMakesNone() {
    client.close();
    assertEquals(0, made.get());
  }

  @Test
  void allCallsShareOne() throws InterruptedException {
    assertSame(client.get(), client.get());
    assertEquals(1, made.get());
    client.close();
    assertTrue(client.get().awaitTermination(Duration.ofMinutes(1)));
  }

  @Test
  void oneThatComesTooLateIsClosed() throws InterruptedException {
    client.close();
    assertTrue(client.get().awaitTermination(Duration.ofMinutes(1)));
  }
}
