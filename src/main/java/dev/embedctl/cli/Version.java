package dev.embedctl.cli;

import java.util.List;
import picocli.CommandLine.IVersionProvider;

/** The version, as {@code --version} says it. */
final class Version implements IVersionProvider {
  static String number() {
    return Build.VERSION;
  }

  static List<String> lines() {
    return List.of(
        "embedctl " + number(),
        "Java "
            + System.getProperty("java.runtime.version")
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
  }

  @Override
  public String[] getVersion() {
    return lines().toArray(String[]::new);
  }
}
