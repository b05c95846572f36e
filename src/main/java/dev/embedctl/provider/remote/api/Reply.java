package dev.embedctl.provider.remote.api;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The content of a reply's body.
 *
 * @param vectors the vectors in the order of the texts
 * @param order how the order is known
 * @param form the encoding of the vectors
 * @param tokens the tokens that the provider counted, if reported
 * @param model the name of the model, if reported
 */
public record Reply(
    List<Vector> vectors, Order order, Form form, OptionalLong tokens, Optional<String> model) {

  /** How the order of the vectors is known. */
  public enum Order {
    /** The reply contains indexes, or the API guarantees the order. */
    STATED,
    /** The order of the texts is assumed. */
    ASSUMED
  }

  /** The encoding of vectors. */
  public enum Form {
    NUMBERS,
    BASE64
  }

  public Reply {
    vectors = List.copyOf(vectors);
    Objects.requireNonNull(order);
    Objects.requireNonNull(form);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(model);
  }

  /** A reply with numbers from an API that guarantees the order of the texts. */
  static Reply inOrder(List<Vector> vectors, OptionalLong tokens, Optional<String> model) {
    return new Reply(vectors, Order.STATED, Form.NUMBERS, tokens, model);
  }
}
