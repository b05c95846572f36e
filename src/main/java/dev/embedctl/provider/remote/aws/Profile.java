package dev.embedctl.provider.remote.aws;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A profile, or another section, of AWS's shared files.
 *
 * @param files the files that have it, for messages
 */
record Profile(String name, String files, Map<String, String> values) {
  Profile {
    Objects.requireNonNull(name);
    Objects.requireNonNull(files);
    values = Map.copyOf(values);
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }

  /** The profile in words, for messages. */
  String described() {
    return "profile " + name + " in " + files;
  }
}
