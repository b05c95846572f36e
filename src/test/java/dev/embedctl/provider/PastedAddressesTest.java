package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.catalog.Wire;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One address, pasted in every spelling that people use, is one address. */
final class PastedAddressesTest {
  private static final List<Wire> WIRES = List.of(Wire.values());
  private static final int TRIES = 3000;
  private static final String SECRET = "hunter2";

  private final Random random = new Random(20_261_129);

  @Test
  void everySpellingOfAnAddressIsThatAddress() {
    for (int i = 0; i < TRIES; i++) {
      Wire wire = anyWire();
      String host = any("localhost", "127.0.0.1", "[::1]", "api.example.com", "my-host.internal");
      String scheme = any("http", "https");
      String port = any("", ":8080", ":65535");
      String path = any("", "/v1", "/proxy/v1", "/api/openai");
      String kept = wire == Wire.TEI && path.endsWith("/v1") ? path.replace("/v1", "") : path;
      String expected = scheme + "://" + host + port + kept;
      String pasted =
          any("", " ", "\t")
              + (random.nextBoolean() ? scheme : scheme.toUpperCase(Locale.ROOT))
              + "://"
              + (random.nextBoolean() ? host : host.toUpperCase(Locale.ROOT))
              + (port.isEmpty() && random.nextBoolean()
                  ? (scheme.equals("https") ? ":443" : ":80")
                  : port)
              + path
              + any("", callOf(wire))
              + any("", "/", "//")
              + any("", " ", "\n");

      ServerAddress address = ServerAddress.of(pasted, wire);

      assertEquals(URI.create(expected), address.baseUrl(), () -> wire + " " + pasted);
      assertEquals(Optional.empty(), address.model(), pasted);
      assertEquals(
          address.baseUrl(),
          ServerAddress.of(address.baseUrl().toString(), wire).baseUrl(),
          "what was cut once is not cut again");
    }
  }

  private static String callOf(Wire wire) {
    return switch (wire) {
      case OPENAI, AZURE_OPENAI, VOYAGE, MISTRAL, JINA -> "/embeddings";
      case COHERE, TEI -> "/embed";
      case OLLAMA -> "/api/embed";
      case BEDROCK -> "/model/amazon.titan-embed-text-v2%3A0/invoke";
      case GEMINI -> "/models/text-embedding-004:batchEmbedContents";
    };
  }

  @Test
  void anyCharactersAreAnAddressOrRefusedInOneLineWithoutASecret() {
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      StringBuilder typed = new StringBuilder(any("", "http://", "https://", "//", "ftp://"));
      typed.append(any("", "", "user:" + SECRET + "@"));
      for (int parts = random.nextInt(6); parts >= 0; parts--) {
        typed.append(
            any(
                "HTTP:",
                "://",
                "//",
                "/",
                "/v1",
                "@",
                "?key=" + SECRET,
                "#" + SECRET,
                "host",
                ".example.com",
                ":8080",
                ":99999",
                "[::1]",
                "[",
                "%",
                "%2",
                " ",
                "\\",
                "ü",
                "\u0000",
                "/openai/deployments/m",
                "embeddings"));
      }
      Wire wire = anyWire();
      try {
        URI address = ServerAddress.of(typed.toString(), wire).baseUrl();
        assertFalse(
            (address.getRawUserInfo() + address.getRawQuery() + address.getRawFragment())
                .contains(SECRET),
            typed::toString);
      } catch (Usage e) {
        refused++;
        assertFalse(e.getMessage().contains(SECRET), e.getMessage());
        assertTrue(e.getMessage().length() < 1000, e.getMessage());
      }
    }
    assertTrue(refused > TRIES / 10, refused + " were refused");
  }

  private Wire anyWire() {
    return WIRES.get(random.nextInt(WIRES.size()));
  }

  private String any(String... all) {
    return all[random.nextInt(all.length)];
  }
}
