package dev.embedctl.provider.remote.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.Vector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PlainReplyTest {
  private static final String ONE = "AACAPw==";
  private static final String ITEM = "{\"embedding\":\"" + ONE + "\"}";

  @Test
  void readsVectorsAndIndexesAndLeavesTheRest() {
    PlainItems items =
        in("""
            {"object": "list", "took": 12, "data": [
              {"object": "embedding", "index": 1, "embedding": "AACAPwAAAEA="},
              {"embedding":"AACAPw==","index":0} , {"embedding":"AACAvw=="}
            ] , "model": "m", "usage": {"total_tokens": 7}}
            """)
            .orElseThrow();
    assertEquals(List.of(Vector.wrap(1f, 2f), Vector.wrap(1f), Vector.wrap(-1f)), items.vectors());
    assertEquals(
        List.of(OptionalInt.of(1), OptionalInt.of(0), OptionalInt.empty()), items.indexes());
    assertEquals(
        """
        {"object": "list", "took": 12, "data": [] , "model": "m", "usage": {"total_tokens": 7}}
        """,
        new String(items.rest(), StandardCharsets.UTF_8));
  }

  @Test
  void leavesUnusualItemsToAParser() {
    for (String items :
        List.of(
            "",
            "{}",
            "{\"index\":0}",
            "null",
            ITEM + ",",
            ITEM + " " + ITEM,
            "{\"embedding\":[1]}",
            "{\"embedding\":null}",
            "{\"embedding\":\"\"}",
            "{\"embedding\":\"AACA\"}",
            "{\"embedding\":\"AACAPw=\"}",
            "{\"embedding\":\"AACA!w==\"}",
            "{\"embedding\":\"AACAPw\\u003d=\"}",
            "{\"embedding\":\"" + ONE,
            "{\"\\u0065mbedding\":\"" + ONE + "\"}",
            "{\"embedding\":\"" + ONE + "\",\"embedding\":\"" + ONE + "\"}",
            "{\"embedding\":\"" + ONE + "\",\"index\":0,\"index\":0}",
            "{\"embedding\":\"" + ONE + "\",\"index\":-1}",
            "{\"embedding\":\"" + ONE + "\",\"index\":01}",
            "{\"embedding\":\"" + ONE + "\",\"index\":1.0}",
            "{\"embedding\":\"" + ONE + "\",\"index\":1234567890}",
            "{\"embedding\":\"" + ONE + "\",\"index\":null}",
            "{\"embedding\":\"" + ONE + "\",\"object\":\"\u00e9\"}",
            "{\"embedding\":\"" + ONE + "\",\"object\":{}}",
            "{\"embedding\":\"" + ONE + "\",}")) {
      assertEquals(
          Optional.empty(), in("{\"data\":[" + items + "]}").map(PlainItems::vectors), items);
    }
  }

  @Test
  void leavesUnusualRepliesToAParser() {
    for (String body :
        List.of(
            "",
            "[" + ITEM + "]",
            "{}",
            "{\"data\":" + ITEM + "}",
            "{\"data\":[" + ITEM,
            "{\"data\" [" + ITEM + "]}",
            "{\"usage\":{},\"data\":[" + ITEM + "]}",
            "{\"model\":\"\\n\",\"data\":[" + ITEM + "]}",
            "{\"data\":1,\"data\":[" + ITEM + "]}",
            "\ufeff{\"data\":[" + ITEM + "]}")) {
      assertEquals(Optional.empty(), in(body).map(PlainItems::vectors), body);
    }
  }

  @Test
  void aVectorOfAnotherLengthIsReadBesideOthers() {
    for (String other : List.of("AACAPwAAAEA=", "AACAPwAAAEAAAEBA", ONE)) {
      String body = "{\"data\":[" + ITEM + ",{\"embedding\":\"" + other + "\"}," + ITEM + "]}";
      assertEquals(3, in(body).orElseThrow().vectors().size(), body);
    }
  }

  private static Optional<PlainItems> in(String body) {
    return PlainReply.itemsOf(body.getBytes(StandardCharsets.UTF_8));
  }
}
