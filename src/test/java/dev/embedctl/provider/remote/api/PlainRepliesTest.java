package dev.embedctl.provider.remote.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.provider.remote.plain.PlainItems;
import dev.embedctl.provider.remote.plain.PlainReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Items that are read without a parser are those that the parser reads. */
final class PlainRepliesTest {
  private static final List<String> PARTS =
      List.of(
          "\"embedding\":\"AACAPwAAAEA=\"",
          "\"embedding\":\"AACAPwAAAEA=\"",
          "\"embedding\":\"AAAAQA==\"",
          "\"embedding\":\"AACA\"",
          "\"embedding\":[1,2]",
          "\"index\":0",
          "\"index\":1",
          "\"index\":1",
          "\"index\":01",
          "\"index\":\"1\"",
          "\"object\":\"embedding\"",
          "\"object\" : \"a{b}\" ",
          "\"\\u0065\":1",
          "\"é\":\"é\"",
          "\"n\":1.5",
          "\"n\":null",
          "\"n\":[{}]",
          ",",
          ",",
          ",",
          " ",
          "\n",
          "\"",
          "\u0001",
          "=");

  private final Random random = new Random(1);

  @Test
  void readAsTheParserReads() throws IOException {
    int plainOnes = 0;
    for (int i = 0; i < 200_000; i++) {
      String body = body();
      Optional<PlainItems> plain = PlainReply.itemsOf(body.getBytes(StandardCharsets.UTF_8));
      if (plain.isPresent()) {
        plainOnes++;
        assertEquals(described(parsed(body)), described(IndexedVectors.of(plain.get())), body);
        String rest = new String(plain.get().rest(), StandardCharsets.UTF_8);
        assertEquals(List.of(), parsed(rest).placed(0), body);
      }
    }
    assertTrue(plainOnes > 2_000, plainOnes + " replies");
  }

  private String body() {
    StringBuilder body = new StringBuilder("{\"model\":\"m\",\"data\":[");
    for (int items = 1 + random.nextInt(3); items > 0; items--) {
      body.append('{');
      for (int members = 1 + random.nextInt(3); members > 0; members--) {
        body.append(PARTS.get(random.nextInt(PARTS.size())))
            .append(members == 1 || random.nextInt(9) == 0 ? "" : ",");
      }
      body.append(items == 1 || random.nextInt(9) == 0 ? "}" : "},");
    }
    return body.append("],\"usage\":{\"total_tokens\":7}}").toString();
  }

  private static String described(IndexedVectors vectors) {
    try {
      return vectors.form()
          + " "
          + vectors.order()
          + " "
          + vectors.placed(2).stream()
              .map(each -> each.at(0) + " of " + each.dimensions())
              .toList();
    } catch (IOException e) {
      return vectors.form() + " " + vectors.order() + " " + e.getMessage();
    }
  }

  private static IndexedVectors parsed(String body) throws IOException {
    return WireJson.whole(
        body.getBytes(StandardCharsets.UTF_8),
        json -> {
          Once<IndexedVectors> data = new Once<>("data");
          WireJson.members(
              json,
              member -> {
                if (member.equals("data")) {
                  data.set(IndexedVectors.read(json));
                } else {
                  json.skipChildren();
                }
              });
          assertEquals(JsonToken.END_OBJECT, json.currentToken());
          return data.get();
        });
  }
}
