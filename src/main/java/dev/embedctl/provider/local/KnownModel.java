package dev.embedctl.provider.local;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model that is in no installation and whose package is known.
 *
 * @param bytes the size of its package
 * @param sha256 the checksum of its package
 */
public record KnownModel(String name, long bytes, String sha256, String licence) {
  private static final String VERSION = "0.36.2";

  /** All of them. */
  public static final List<KnownModel> ALL =
      List.of(
          new KnownModel(
              "all-MiniLM-L6-v2-q",
              16_430_370,
              "03cbaec7eb5dbdafce4f84f3adef7e0506b3a48d28f809d14f2906ab9f968e69",
              "Apache-2.0"),
          new KnownModel(
              "bge-small-en-v1.5",
              77_768_709,
              "9dff55ebd00d1448a88a0b836a642bd93a9248da8fb16907b4b95c60ccf781a4",
              "MIT"),
          new KnownModel(
              "bge-small-en-v1.5-q",
              24_567_589,
              "9059587bb3d1f416121f8a7a34461ece0572b78b4eeaeed2c6e77a1aa8145aa9",
              "MIT"),
          new KnownModel(
              "e5-small-v2",
              78_761_440,
              "208ade9d04885e6e28097074eb2a9c04293b7977a8854daf8925cb53cf8e082a",
              "MIT"),
          new KnownModel(
              "e5-small-v2-q",
              24_715_739,
              "4090e9b5e17c1c3c9b4a94ee7f8206b3f7f554705ede5335d75d7730f4be6e16",
              "MIT"));

  /** The model of a name. */
  public static Optional<KnownModel> named(String name) {
    return ALL.stream().filter(known -> known.name().equals(name)).findFirst();
  }

  /** The names of all. */
  public static List<String> names() {
    return ALL.stream().map(KnownModel::name).toList();
  }

  /** The path of its package in a Maven repository. */
  public String path() {
    String artifact = "langchain4j-embeddings-" + name.replace(".", "").toLowerCase(Locale.ROOT);
    return "dev/langchain4j/%1$s/%2$s/%1$s-%2$s.jar".formatted(artifact, VERSION);
  }
}
