package dev.embedctl.provider.catalog;

/**
 * Filled in by the build: files that every run reads, since opening the jar to read one takes 15
 * ms.
 */
final class BuiltInFiles {
  static final String CATALOG =
      """
      ${catalog.json}""";

  static final String PREFIXES =
      """
      ${prefixes.json}""";

  private BuiltInFiles() {}
}
