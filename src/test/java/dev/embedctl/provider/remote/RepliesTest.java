package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reply with status 200 may not do, on every wire, over real sockets. */
@Timeout(60)
final class RepliesTest {
  private static final List<String> TEXTS = List.of("alpha", "beta");
  private static final List<Vector> VECTORS =
      TEXTS.stream().map(text -> Vectors.of(text, 16)).toList();

  private ReplyServer server;

  @BeforeEach
  void open() throws IOException {
    server = new ReplyServer((request, call) -> new byte[0]);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Embeddings embedded(SpokenWire wire, String reply) throws Exception {
    server.answerWith((request, call) -> reply.getBytes(StandardCharsets.UTF_8));
    try (EmbeddingProvider provider = wire.open(server)) {
      return provider.embed(TEXTS);
    }
  }

  private Transient refused(SpokenWire wire, String reply) {
    Transient failure = assertThrows(Transient.class, () -> embedded(wire, reply), reply);
    assertEquals(Kind.BAD_REPLY, failure.kind(), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
    return failure;
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void goodRepliesAreReadToTheBit(SpokenWire wire) throws Exception {
    Embeddings embeddings = embedded(wire, wire.reply(VECTORS, "7") + " \n");

    assertEquals(VECTORS, embeddings.vectors());
    assertEquals(wire.counts() ? OptionalLong.of(7) : OptionalLong.empty(), embeddings.tokens());
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void usageThatCannotBeIsNoneAndTheVectorsStayGood(SpokenWire wire) throws Exception {
    assumeTrue(wire.counts());
    for (String usage :
        List.of(
            "-1",
            "9223372036854775808",
            "1e400",
            "-1e400",
            "7.5",
            "\"7\"",
            "[7]",
            "{\"a\":7}",
            "null",
            "true",
            "99999999999",
            "9".repeat(5000),
            "0." + "1".repeat(5000))) {
      Embeddings embeddings = embedded(wire, wire.reply(VECTORS, usage));
      assertEquals(VECTORS, embeddings.vectors(), usage);
      assertEquals(OptionalLong.empty(), embeddings.tokens(), usage);
    }
    assertEquals(OptionalLong.of(7), embedded(wire, wire.reply(VECTORS, "7.0")).tokens());
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void theUsageOfAReplyThatIsNotBelievedIsTold(SpokenWire wire) {
    Transient failure = refused(wire, wire.reply(VECTORS.subList(0, 1), "7"));

    assertEquals(wire.counts() ? OptionalLong.of(7) : OptionalLong.empty(), failure.billed());
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void nothingMayStandBehindTheReply(SpokenWire wire) {
    String whole = wire.reply(VECTORS, "7");
    for (String more : List.of("{}", whole, "x", "]", "\u0000", "1")) {
      refused(wire, whole + more);
    }
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void noMemberThatMattersMayStandTwice(SpokenWire wire) {
    String whole = wire.reply(VECTORS, "7");
    for (String member : List.of("data", "embeddings", "embedding", "index", "values", "float")) {
      int at = whole.indexOf("\"" + member + "\":");
      if (at >= 0) {
        String value = valueAt(whole, at + member.length() + 3);
        String twice = "\"" + member + "\":" + value + ",";
        refused(wire, whole.substring(0, at) + twice + whole.substring(at));
      }
    }
  }

  /** The JSON value that begins at a place. */
  private static String valueAt(String json, int from) {
    int depth = 0;
    boolean string = false;
    for (int i = from; ; i++) {
      char c = json.charAt(i);
      string ^= c == '"';
      depth += string ? 0 : c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      boolean next = !string && (json.charAt(i + 1) == ',' || json.charAt(i + 1) == '}');
      if (depth == 0 && next) {
        return json.substring(from, i + 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SpokenWire.class)
  void deepNestingAndEndlessNumbersAreBadReplies(SpokenWire wire) {
    String whole = wire.reply(VECTORS, "7");
    String inside = whole.startsWith("{") ? "{\"x\":%s," + whole.substring(1) : "[%s,";
    refused(wire, inside.replace("%s", "[".repeat(100_000) + "]".repeat(100_000)));
    refused(wire, inside.replace("%s", "{\"a\":".repeat(50_000)));
    String numbers =
        wire.reply(VECTORS, "7").replaceFirst("\\[-?[0-9.]+,", "[0." + "1".repeat(90_000) + ",");
    if (!numbers.equals(whole)) {
      refused(wire, numbers);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 429, 500})
  void aBodyWithoutEndIsNotReadToItsEnd(int status) throws Exception {
    for (SpokenWire wire : SpokenWire.values()) {
      AtomicInteger calls = new AtomicInteger();
      HttpServer endless =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      endless.setExecutor(threads);
      endless.createContext(
          "/",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().readAllBytes();
              if (exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(404, -1);
                return;
              }
              if (calls.incrementAndGet() > 1) {
                byte[] good = wire.reply(VECTORS, "7").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, good.length);
                exchange.getResponseBody().write(good);
                return;
              }
              exchange.sendResponseHeaders(status, 0);
              fill(exchange.getResponseBody());
            }
          });
      endless.start();
      try (EmbeddingProvider provider =
          wire.open("http://127.0.0.1:" + endless.getAddress().getPort())) {
        ProviderException failure =
            assertThrows(ProviderException.class, () -> provider.embed(TEXTS), wire.name());
        if (status == 200) {
          assertTrue(failure.getMessage().contains("longer than"), failure.getMessage());
        }
        assertTrue(failure.getMessage().length() < 600, failure.getMessage());
        assertEquals(VECTORS, provider.embed(TEXTS).vectors(), "the next call goes well");
      } finally {
        endless.stop(0);
        threads.shutdownNow();
      }
    }
  }

  /** Writes blanks until nobody reads them any more, and too many for any test if somebody does. */
  private static void fill(OutputStream body) {
    byte[] blanks = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
    long written = 0;
    try {
      while (written < 10L << 30) {
        body.write(blanks);
        written += blanks.length;
      }
    } catch (IOException e) {
      return; // as it must be
    }
  }
}
