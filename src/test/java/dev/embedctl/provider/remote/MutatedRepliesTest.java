package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.ConfirmedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EncodingMemory;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Good replies with one thing changed, at random: whatever it is, the vectors are right or refused.
 * What nobody can notice is not changed: digits into others, vectors that say a wrong index.
 */
final class MutatedRepliesTest {
  private static final int DIMENSIONS = 12;
  private static final long SEED = 20_260_102;
  private static final List<String> TEXTS = List.of("alpha", "beta", "gamma", "delta");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bytes that are no digit, and no character of base64. */
  private static final byte[] FOREIGN = {
    '{', '}', '[', ']', ',', ':', '"', '\\', 0, 1, (byte) 0xff, (byte) 0xc3, ' ', '<', '\n'
  };

  private final Random random = new Random(SEED);
  private int refused;
  private int right;

  @Test
  void areRightOrRefused() throws Exception {
    int mutations = Integer.getInteger("embedctl.mutations");
    List<SpokenWire> wires = List.of(SpokenWire.values());
    try (ReplyServer server = new ReplyServer((request, call) -> new byte[0])) {
      for (int i = 0; i < mutations; i++) {
        SpokenWire wire = wires.get(i % wires.size());
        String good = wire.reply(vectors(TEXTS), "7");
        byte[] changed =
            switch (random.nextInt(7)) {
              case 0, 1 -> changedBytes(good);
              case 2 -> misplaced(wire);
              default -> changedJson(good, wire);
            };
        tryOut(server, wire, changed, "mutation " + i + " of " + wire);
      }
    }
    assertTrue(right > mutations / 20, right + " of " + mutations + " were right");
    assertTrue(refused > mutations / 4, refused + " of " + mutations + " were refused");
  }

  private void tryOut(ReplyServer server, SpokenWire wire, byte[] changed, String what)
      throws InterruptedException {
    server.answerWith(
        (request, call) ->
            call == 1
                ? changed
                : wire.reply(vectors(wire.textsOf(request)), "7").getBytes(StandardCharsets.UTF_8));
    try (EmbeddingProvider provider =
        new ConfirmedProvider(
            new CheckedProvider(wire.open(server), OptionalInt.of(DIMENSIONS)),
            EncodingMemory.none(),
            sentence -> {})) {
      List<Vector> got = provider.embed(TEXTS).vectors();
      assertEquals(
          vectors(TEXTS), got, () -> what + ": " + new String(changed, StandardCharsets.UTF_8));
      right++;
    } catch (ProviderException e) {
      refused++;
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }

  private static List<Vector> vectors(List<String> texts) {
    return texts.stream().map(text -> Vectors.of(text, DIMENSIONS)).toList();
  }

  /** Vectors that stand where they do not belong, with nothing that says so. */
  private byte[] misplaced(SpokenWire wire) throws IOException {
    List<Vector> vectors = new ArrayList<>(vectors(TEXTS));
    switch (random.nextInt(5)) {
      case 0 -> vectors.replaceAll(each -> vectors.getFirst());
      case 1 -> vectors.replaceAll(each -> vectors.getLast());
      case 2 ->
          vectors.set(
              random.nextInt(vectors.size()), Vectors.of("another", DIMENSIONS + DIMENSIONS / 2));
      case 3 -> vectors.set(random.nextInt(vectors.size()), Vector.wrap(new float[DIMENSIONS]));
      default -> {
        if (wire.hasIndexes()) {
          Collections.rotate(vectors, 2); // so that the last text's is elsewhere, in any order
          return withoutIndexes(wire.reply(vectors, "7"));
        }
        vectors.removeLast();
      }
    }
    return wire.reply(vectors, "7").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] withoutIndexes(String reply) throws IOException {
    JsonNode whole = JSON.readTree(reply);
    boolean zero = random.nextBoolean();
    for (JsonNode parent : whole.findParents("index")) {
      if (zero) {
        ((ObjectNode) parent).put("index", 0);
      } else {
        ((ObjectNode) parent).remove("index");
      }
    }
    return JSON.writeValueAsBytes(whole);
  }

  private byte[] changedBytes(String good) {
    byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(3)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.write(bytes, 0, at);
        more.write(foreign());
        more.write(bytes, at, bytes.length - at);
        yield more.toByteArray();
      }
      default -> {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(bytes);
        more.writeBytes(random.nextBoolean() ? bytes : new byte[] {foreign()});
        yield more.toByteArray();
      }
    };
  }

  private byte foreign() {
    return FOREIGN[random.nextInt(FOREIGN.length)];
  }

  private byte[] changedJson(String good, SpokenWire wire) throws IOException {
    JsonNode whole = JSON.readTree(good);
    List<JsonNode> containers = new ArrayList<>();
    collect(whole, containers);
    JsonNode chosen = containers.get(random.nextInt(containers.size()));
    switch (chosen) {
      case ObjectNode object when !object.isEmpty() -> change(object);
      case ArrayNode array when !array.isEmpty() -> change(array, wire);
      default -> throw new AssertionError("good replies have nothing empty");
    }
    return JSON.writeValueAsBytes(whole);
  }

  private static void collect(JsonNode node, List<JsonNode> into) {
    if (node.isContainerNode()) {
      into.add(node);
      node.forEach(child -> collect(child, into));
    }
  }

  private void change(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> object.remove(name);
      case 1 -> object.set("another" + name, object.remove(name));
      case 2 -> object.set("added", junk());
      default -> object.set(name, like(object.get(name)));
    }
  }

  private void change(ArrayNode array, SpokenWire wire) {
    int at = random.nextInt(array.size());
    switch (random.nextInt(5)) {
      case 0 -> array.remove(at);
      case 1 -> array.insert(at, array.get(at).deepCopy());
      case 2 -> array.insert(at, junk());
      case 3 -> array.set(at, like(array.get(at)));
      default -> {
        if (wire.hasIndexes() && array.get(0).isObject()) {
          JsonNode first = array.remove(0);
          array.add(first);
        } else {
          array.removeAll();
        }
      }
    }
  }

  /** Something else where this stands, never another number for a vector's value. */
  private JsonNode like(JsonNode old) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (old.isIntegralNumber() && random.nextBoolean()) {
      return switch (random.nextInt(5)) {
        case 0 -> make.numberNode(-1);
        case 1 -> make.numberNode(0);
        case 2 -> make.numberNode(1L << 40);
        case 3 -> make.textNode(old.asText());
        default -> make.numberNode(1);
      };
    }
    if (old.isTextual() && random.nextBoolean()) {
      String text = old.textValue();
      return switch (random.nextInt(4)) {
        case 0 -> make.textNode(text + text);
        case 1 -> make.textNode(text.substring(0, text.length() / 2));
        case 2 -> make.textNode(text + "!");
        default -> make.textNode("");
      };
    }
    return junk();
  }

  private JsonNode junk() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return switch (random.nextInt(6)) {
      case 0 -> make.nullNode();
      case 1 -> make.textNode("other");
      case 2 -> make.booleanNode(true);
      case 3 -> make.arrayNode();
      case 4 -> make.objectNode();
      default -> make.rawValueNode(new RawValue("1e400"));
    };
  }
}
