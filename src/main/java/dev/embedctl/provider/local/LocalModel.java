package dev.embedctl.provider.local;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A model in a list.
 *
 * @param place its folder; empty if it is not here
 * @param bytes of its folder, or of what is to be downloaded
 * @param licence if known
 * @param hub where it is from, if that is a hub
 */
public record LocalModel(
    String name,
    State state,
    Optional<Path> place,
    long bytes,
    Optional<String> licence,
    Optional<HubOrigin> hub) {

  /** Whether a model is here. */
  public enum State {
    /** It is part of the installation. */
    INCLUDED,
    /** It is in the user's models folder. */
    HERE,
    /** It can be downloaded. */
    AVAILABLE
  }

  public LocalModel {
    Objects.requireNonNull(name);
    Objects.requireNonNull(state);
    Objects.requireNonNull(place);
    Objects.requireNonNull(licence);
    Objects.requireNonNull(hub);
  }

  /** Whether a name means this model. */
  boolean isNamed(String other) {
    return hub.isPresent()
        ? HubModel.isMeant(other) && hub.get().answers(HubModel.of(other))
        : name.equals(other);
  }
}
