package dev.embedctl.provider.catalog;

import dev.embedctl.model.InputType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The prefixes that a model was trained with, whichever server runs it. They are in {@code
 * prefixes.json}, where each entry names its source and date.
 *
 * @param query before each query
 * @param document before each text that is searched; empty if there is none
 */
public record ModelPrefixes(String query, String document) {
  private static final String FILE = "prefixes.json";
  private static final List<String> MEMBERS =
      List.of("models", "query", "document", "as_of", "source");

  /** The entries, read when the first model is looked up. */
  private static final class Known {
    static final List<Family> FAMILIES = readFile();
  }

  private record Family(Pattern names, ModelPrefixes prefixes) {}

  /** The prefixes of a model, if they are known: servers add owners, folders and tags to names. */
  public static Optional<ModelPrefixes> of(String model) {
    String lower = model.toLowerCase(Locale.ROOT).replace('\\', '/');
    String name = lower.substring(lower.lastIndexOf('/') + 1);
    return Known.FAMILIES.stream()
        .filter(family -> family.names.matcher(name).find())
        .findFirst()
        .map(Family::prefixes);
  }

  /** The prefix for a purpose of texts. */
  public String before(InputType use) {
    return switch (use) {
      case QUERY -> query;
      case DOCUMENT -> document;
    };
  }

  private static List<Family> readFile() {
    byte[] json = BuiltInFiles.PREFIXES.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = new ByteArrayInputStream(json)) {
      return read(FILE, in);
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in prefixes are none", e);
    }
  }

  private static List<Family> read(String file, InputStream in) throws IOException {
    return StrictJson.read(
        file,
        in,
        json -> {
          List<Family> families = new ArrayList<>();
          json.array("an array of families of models", () -> families.add(family(json)));
          return List.copyOf(families);
        });
  }

  private static Family family(StrictJson json) throws IOException {
    Map<String, String> values = new TreeMap<>();
    json.object(
        "an object that describes a family of models",
        found -> {
          String member = json.known(found, "member", MEMBERS);
          values.put(member, json.string(member));
        });
    if (values.size() != MEMBERS.size()) {
      throw json.wrong("a family has " + String.join(", ", MEMBERS));
    }
    try {
      return new Family(
          Pattern.compile("(?:^|[-_:])(?:" + values.get("models") + ")(?![a-z0-9])"),
          new ModelPrefixes(values.get("query"), values.get("document")));
    } catch (PatternSyntaxException e) {
      throw json.wrong("models is not a regular expression: " + e.getDescription());
    }
  }
}
