package dev.embedctl.provider;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model that a server says it has.
 *
 * @param names the names by which it is requested; the first one is its usual name
 * @param identity what tells it from another model of the same name, such as a hash of its files;
 *     empty if the server states nothing of that kind
 */
public record ServedModel(List<String> names, Optional<String> identity) {
  private static final String WORD = "served ";
  private static final Pattern IN_REVISION = Pattern.compile("(?:^|^unit length )served (\\S+)");

  private static final Pattern HASH = Pattern.compile("\\b([0-9a-f]{12})[0-9a-f]{20,}\\b");

  public ServedModel {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a model has a name");
    }
    identity = identity.map(text -> text.replaceAll("\\s", "_"));
  }

  /** The same model with more names; the first one is now its usual name. */
  public ServedModel as(String name, Set<String> others) {
    return new ServedModel(
        Stream.of(Stream.of(name), names.stream(), others.stream().sorted())
            .flatMap(each -> each)
            .distinct()
            .toList(),
        identity);
  }

  /** The model of the first name that one of some models has. */
  public static Optional<ServedModel> among(List<ServedModel> models, List<String> names) {
    return names.stream()
        .flatMap(name -> models.stream().filter(model -> model.names().contains(name)))
        .findFirst();
  }

  /** Its identity for messages, where hashes are shortened. */
  public String shownIdentity() {
    return identity.map(ServedModel::shown).orElse("one without a revision");
  }

  /** An identity for messages, where hashes are shortened. */
  public static String shown(String identity) {
    return HASH.matcher(identity).replaceAll("$1");
  }

  /** Its usual name. */
  public String name() {
    return names.getFirst();
  }

  /** The part of a spec's revision; empty if the server states no identity. */
  public String revision() {
    return identity.map(text -> WORD + text).orElse("");
  }

  /** The identity in a spec's revision, if there is one. */
  public static Optional<String> identityIn(String revision) {
    Matcher matcher = IN_REVISION.matcher(revision);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
