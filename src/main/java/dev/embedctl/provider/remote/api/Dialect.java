package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.ProviderLimits;
import java.util.EnumSet;
import java.util.Set;

/**
 * The form of requests that a server accepts, as a run has learned it.
 *
 * @param fields the optional fields that a request has
 * @param limits the limits of a request
 * @param form the form of its texts
 */
public record Dialect(Set<OptionalField> fields, ProviderLimits limits, TextForm form) {

  /** The form of texts in a request. */
  public enum TextForm {
    /** All texts in a list. */
    LIST,
    /** One text as a string. */
    STRING
  }

  public Dialect {
    fields = Set.copyOf(fields);
  }

  public boolean includes(OptionalField field) {
    return fields.contains(field);
  }

  public Dialect without(OptionalField field) {
    Set<OptionalField> fewer = EnumSet.noneOf(OptionalField.class);
    fewer.addAll(fields);
    fewer.remove(field);
    return new Dialect(fewer, limits, form);
  }

  public Dialect within(ProviderLimits other) {
    return new Dialect(fields, other, form);
  }

  /** A copy with one text in a request, as a string. */
  public Dialect withOneString() {
    return new Dialect(fields, limits.withTextsAtMost(1), TextForm.STRING);
  }
}
