package dev.embedctl.provider.remote.api;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a reply's body holds.
 *
 * @param vectors each in its text's place
 * @param order how it is known whose each is
 * @param form how they were written
 * @param tokens what it says that the provider counted
 * @param model that it says it is from
 */
public record Reply(
    List<Vector> vectors, Order order, Form form, OptionalLong tokens, Optional<String> model) {

  /** How it is known which vector is whose. */
  public enum Order {
    /** The reply says it, or the API promises it. */
    STATED,
    /** Nobody says so: the order of the texts is taken for theirs. */
    ASSUMED
  }

  /** How vectors are written. */
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

  /** Numbers of an API whose vectors always stand in the texts' order. */
  static Reply inOrder(List<Vector> vectors, OptionalLong tokens, Optional<String> model) {
    return new Reply(vectors, Order.STATED, Form.NUMBERS, tokens, model);
  }
}
