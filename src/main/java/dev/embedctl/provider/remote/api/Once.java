package dev.embedctl.provider.remote.api;

import java.io.IOException;
import java.util.Optional;

/** A field of a reply that must occur only once. */
final class Once<T> {
  private final String name;
  private Optional<T> value = Optional.empty();

  Once(String name) {
    this.name = name;
  }

  void set(T found) throws IOException {
    if (value.isPresent()) {
      throw new IOException("the reply has \"" + name + "\" twice in one object");
    }
    value = Optional.of(found);
  }

  Optional<T> found() {
    return value;
  }

  T get() throws IOException {
    return value.orElseThrow(() -> new IOException("the reply has no \"" + name + "\""));
  }
}
