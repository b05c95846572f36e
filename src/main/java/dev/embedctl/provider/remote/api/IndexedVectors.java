package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.remote.api.Reply.Form;
import dev.embedctl.provider.remote.api.Reply.Order;
import dev.embedctl.provider.remote.plain.PlainItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The vectors of a reply whose items have the index of their text. Some servers omit the indexes,
 * or only the index 0, or give all items the same index; then the vectors are taken in the order of
 * the texts.
 */
final class IndexedVectors {
  private final List<Vector> vectors = new ArrayList<>();
  private final List<OptionalInt> indexes = new ArrayList<>();
  private Form form = Form.NUMBERS;

  private IndexedVectors() {}

  /** Reads the items of the array that the parser has entered. */
  static IndexedVectors read(JsonParser json) throws IOException {
    IndexedVectors read = new IndexedVectors();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("item " + read.vectors.size() + " of the reply is not an object");
      }
      read.item(json);
    }
    return read;
  }

  /** The vectors of items that were read without a parser. */
  static IndexedVectors of(PlainItems items) {
    IndexedVectors read = new IndexedVectors();
    read.vectors.addAll(items.vectors());
    read.indexes.addAll(items.indexes());
    read.form = Form.BASE64;
    return read;
  }

  private void item(JsonParser json) throws IOException {
    int item = vectors.size();
    Once<Vector> vector = new Once<>("embedding");
    Once<OptionalInt> index = new Once<>("index");
    WireJson.members(
        json,
        member -> {
          if (member.equals("embedding")) {
            vector.set(vector(json, item));
          } else if (member.equals("index")) {
            index.set(index(json, item));
          } else {
            json.skipChildren();
          }
        });
    vectors.add(
        vector
            .found()
            .orElseThrow(() -> new IOException("item " + item + " of the reply has no embedding")));
    indexes.add(index.found().orElse(OptionalInt.empty()));
  }

  private Vector vector(JsonParser json, int item) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      return JsonVectors.read(json, item);
    }
    form = Form.BASE64;
    return JsonVectors.decoded(json.getText(), item);
  }

  /** Reads the index at the parser's position; null means none, and digits may be in quotes. */
  private static OptionalInt index(JsonParser json, int item) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return OptionalInt.empty();
    }
    if (json.currentToken().isScalarValue() && json.getTextLength() <= 9) {
      try {
        return OptionalInt.of(Integer.parseInt(json.getText()));
      } catch (NumberFormatException e) {
        throw new IOException(
            "item " + item + " of the reply has an index that is not a number", e);
      }
    }
    throw new IOException("item " + item + " of the reply has an index that is not a number");
  }

  Form form() {
    return form;
  }

  /** How the order of the vectors is known; a single vector cannot be in a wrong order. */
  Order order() {
    return vectors.size() > 1 && !countsUp() && (lacksAll() || lacksZero() || sameForAll())
        ? Order.ASSUMED
        : Order.STATED;
  }

  /**
   * The vectors in the order of the texts.
   *
   * @throws IOException if there is not one for each text
   */
  List<Vector> placed(int texts) throws IOException {
    JsonVectors.checkCount(vectors, texts);
    if (countsUp() || lacksAll() || sameForAll()) {
      return vectors;
    }
    Vector[] placed = new Vector[texts];
    boolean lacksZero = lacksZero();
    for (int item = 0; item < texts; item++) {
      OptionalInt stated =
          lacksZero ? OptionalInt.of(indexes.get(item).orElse(0)) : indexes.get(item);
      int index = stated.orElseThrow(() -> UnfitIndexes.of(indexes, texts));
      if (index < 0 || index >= texts || placed[index] != null) {
        throw UnfitIndexes.of(indexes, texts);
      }
      placed[index] = vectors.get(item);
    }
    return List.of(placed);
  }

  /** Whether each item has the index of its place, as in most replies. */
  private boolean countsUp() {
    for (int item = 0; item < indexes.size(); item++) {
      OptionalInt index = indexes.get(item);
      if (index.isEmpty() || index.getAsInt() != item) {
        return false;
      }
    }
    return true;
  }

  private boolean lacksAll() {
    return indexes.stream().allMatch(OptionalInt::isEmpty);
  }

  /** Whether exactly one item has no index, since some servers omit a 0. */
  private boolean lacksZero() {
    return indexes.size() > 1
        && indexes.stream().filter(OptionalInt::isEmpty).count() == 1
        && indexes.stream().noneMatch(index -> index.equals(OptionalInt.of(0)));
  }

  private boolean sameForAll() {
    return !indexes.isEmpty()
        && indexes.getFirst().isPresent()
        && indexes.stream().allMatch(index -> index.equals(indexes.getFirst()));
  }
}
